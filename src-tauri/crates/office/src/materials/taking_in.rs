//! Bringing a file in as material, and giving it out again.

use super::{LARGEST_MATERIAL, size_words};
use crate::Office;
use crate::checking::{Going, Progress};
use crate::error::{ErrorView, Result, file_error};
use crate::moment::Moment;
use crate::open::{Open, Saved, entity};
use crate::read_log::EXPORTED;
use crate::session::outside_archives;
use casework::records::{AttachmentRef, MATERIAL_HEAD, Material, MaterialFormat};
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;
use vault::{INTAKE_PIECE, Intake};

/// Room reckoned besides the file itself: a sixteenth for the pages' own
/// bookkeeping, and the log of what is being written.
const SPARE: u64 = 32 * 1024 * 1024;

/// What is said while a file goes in or out.
const GOING_IN: &str = "正在存入（MB）";
const GOING_OUT: &str = "正在导出（MB）";

impl Office {
    /// Takes a file in as material of `owner`, with what `about` says of it.
    /// Nothing when the user stopped it; nothing was kept then.
    ///
    /// # Errors
    /// `CL-01` to `CL-05`, `WJ-01`: what is wrong with the owner or the file.
    /// Neither file nor record was kept then.
    pub fn add_material(
        &mut self,
        owner: &str,
        path: &Path,
        about: &Material,
        now: Moment,
        going: Going<'_>,
    ) -> Result<Option<Saved>> {
        let open = self.archive_mut()?;
        open.check_owner(owner)?;
        let source = Source::open(path)?;
        let database = open.vault.folder().join("vault.db");
        let owner_id = entity(owner)?;
        // What is sealed lies there twice while it is open.
        let times = match open.vault.compartment_of(&owner_id)? {
            Some(_) => 2,
            None => 1,
        };
        let room = (source.size + source.size / 16) * times + SPARE;
        exchange::file::ensure_space(&database, room).map_err(|_| {
            ErrorView::new(
                "CL-05",
                format!(
                    "档案库所在的磁盘放不下这份文件（{}）。",
                    size_words(source.size)
                ),
                "请腾出空间后再添加，档案库没有改动。",
            )
        })?;
        let mut intake = open.vault.begin_intake(&source.name, &owner_id)?;
        match open.take_in(source, &mut intake, going) {
            Ok(Some(format)) => open
                .keep_material(owner, about, format, intake, now)
                .map(Some),
            Ok(None) => {
                open.vault.drop_intake(intake)?;
                Ok(None)
            }
            Err(error) => {
                // The first error is the one to be told; what cannot be removed
                // now the next opening removes.
                let _ = open.vault.drop_intake(intake);
                Err(error)
            }
        }
    }

    /// Writes the file of a material to `path`: whole and read back, or not at
    /// all. Answers how many bytes; nothing when the user stopped it.
    pub fn export_material(
        &self,
        id: &str,
        path: &Path,
        now: Moment,
        going: Going<'_>,
    ) -> Result<Option<u64>> {
        let open = self.archive()?;
        let file = open.get::<Material>(id)?.record.file;
        outside_archives(path)?;
        exchange::file::ensure_space(path, file.size)?;
        let mut bytes = open.vault.open_attachment(&file.sha256)?;
        // Before the first byte: nothing leaves the archive without its line.
        open.note_deed(EXPORTED, id, now)?;
        let mut stopped = false;
        let written = exchange::file::write_file(path, |out| {
            let mut steps = Steps::new(GOING_OUT, file.size);
            let mut piece = vec![0; 256 * 1024];
            loop {
                if !steps.tell(going) {
                    stopped = true;
                    return Err(exchange::Error::Sink("已取消".into()));
                }
                let read = bytes.read(&mut piece).map_err(reading)?;
                if read == 0 {
                    return Ok(steps.done);
                }
                out.write_all(&piece[..read])
                    .map_err(|source| exchange::Error::Io {
                        doing: "写入文件",
                        source,
                    })?;
                steps.done += read as u64;
            }
        });
        match written {
            Err(_) if stopped => Ok(None),
            other => Ok(Some(other?)),
        }
    }
}

/// What the archive says when its bytes cannot be read.
fn reading(error: std::io::Error) -> exchange::Error {
    match error.into_inner() {
        Some(inside) => exchange::Error::Sink(inside),
        None => exchange::Error::Sink("附件读取没有成功".into()),
    }
}

impl Open {
    /// Reads the file to its end into the intake, and judges what it is.
    /// Nothing when the user stopped it.
    fn take_in(
        &mut self,
        mut source: Source<'_>,
        intake: &mut Intake,
        going: Going<'_>,
    ) -> Result<Option<MaterialFormat>> {
        let mut steps = Steps::new(GOING_IN, source.size);
        let mut format = MaterialFormat::其他;
        let mut piece = Vec::with_capacity(INTAKE_PIECE);
        loop {
            if !steps.tell(going) {
                return Ok(None);
            }
            source.next(&mut piece)?;
            if steps.done == 0 {
                format = MaterialFormat::of(&piece[..piece.len().min(MATERIAL_HEAD)]);
            }
            if piece.is_empty() {
                break;
            }
            steps.done += piece.len() as u64;
            if steps.done > source.size {
                return Err(source.changed());
            }
            self.vault.take_in(intake, &piece)?;
        }
        source.unchanged(steps.done)?;
        Ok(Some(format))
    }

    /// The file is here whole: it is kept together with its record.
    fn keep_material(
        &mut self,
        owner: &str,
        about: &Material,
        format: MaterialFormat,
        intake: Intake,
        now: Moment,
    ) -> Result<Saved> {
        let info = intake.so_far();
        let known = self
            .children::<Material>(owner)?
            .into_iter()
            .find(|known| known.record.file.sha256 == info.sha256);
        if let Some(known) = known {
            self.vault.drop_intake(intake)?;
            return Err(ErrorView::new(
                "CL-04",
                format!("这份文件已经附在这里，名称是“{}”。", known.record.name),
                "不用再次添加，原来的材料还在。",
            ));
        }
        let name = match about.name.trim() {
            "" => Path::new(&info.file_name).file_stem().map_or_else(
                || "未命名".to_owned(),
                |it| it.to_string_lossy().into_owned(),
            ),
            given => given.to_owned(),
        };
        let record = Material {
            owner: owner.to_owned(),
            name,
            format,
            file: AttachmentRef {
                sha256: info.sha256,
                size: info.size,
                file_name: info.file_name,
            },
            added_at: Some(now.to_second()),
            ..about.clone()
        };
        let id = self.vault.new_id(now.millis)?;
        let edits = self.edits(id, &record)?;
        let action = self.action("添加材料")?;
        self.vault
            .finish_intake(intake, &action, edits, now.millis)?;
        Ok(Saved {
            id: id.to_string(),
            saved_at: now.clock(),
        })
    }
}

/// A file outside the archive that is being taken in.
struct Source<'p> {
    path: &'p Path,
    file: File,
    name: String,
    size: u64,
    before: Metadata,
}

impl<'p> Source<'p> {
    fn open(path: &'p Path) -> Result<Self> {
        let failed = |error: std::io::Error| file_error("读取", path, &error);
        // Asked before it is opened: a pipe would wait for a writer for ever.
        let found = std::fs::metadata(path).map_err(failed)?;
        if !found.is_file() {
            return Err(failed(std::io::ErrorKind::IsADirectory.into()));
        }
        let file = File::open(path).map_err(failed)?;
        let before = file.metadata().map_err(failed)?;
        let size = before.len();
        if size == 0 {
            return Err(ErrorView::new(
                "CL-02",
                format!("“{}”是空文件，没有内容可存。", path.display()),
                "请核对是否选对了文件、拷贝是否完整，档案库没有改动。",
            ));
        }
        if size > LARGEST_MATERIAL {
            return Err(ErrorView::new(
                "CL-03",
                format!(
                    "文件有 {}（{size} 字节），超过了一份材料的上限 2 GB。",
                    size_words(size)
                ),
                "请分成几份或压缩后再添加，档案库没有改动。",
            ));
        }
        let name = path.file_name().unwrap_or_default();
        Ok(Self {
            path,
            file,
            name: name.to_string_lossy().into_owned(),
            size,
            before,
        })
    }

    /// Fills `piece` with what comes next, as far as it goes; empty at the end.
    fn next(&mut self, piece: &mut Vec<u8>) -> Result<()> {
        piece.clear();
        (&mut self.file)
            .take(INTAKE_PIECE as u64)
            .read_to_end(piece)
            .map_err(|error| file_error("读取", self.path, &error))?;
        Ok(())
    }

    /// Checks that the file is still what it was when it was opened.
    fn unchanged(&self, read: u64) -> Result<()> {
        let now = self
            .file
            .metadata()
            .map_err(|error| file_error("读取", self.path, &error))?;
        let is_same = read == self.size
            && now.len() == self.size
            && now.modified().ok() == self.before.modified().ok();
        if is_same { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> ErrorView {
        ErrorView::new(
            "CL-06",
            format!("读取“{}”时，文件正在被改动。", self.path.display()),
            "请等其他程序写完、拷贝结束后再添加，这次什么也没有存入。",
        )
    }
}

/// How far a file has gone, told in MB.
struct Steps {
    stage: &'static str,
    done: u64,
    all: u64,
}

impl Steps {
    fn new(stage: &'static str, all: u64) -> Self {
        Self {
            stage,
            done: 0,
            all,
        }
    }

    /// Tells it; answers whether to go on.
    fn tell(&self, going: Going<'_>) -> bool {
        going(Progress {
            stage: self.stage.to_owned(),
            done: self.done.min(self.all).div_ceil(1 << 20),
            total: self.all.div_ceil(1 << 20),
        })
    }
}
