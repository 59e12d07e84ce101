//! 材料: scans, photographs, recordings and other files that belong to a record.

mod picture;
mod taking_in;

pub use picture::PictureView;

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::{Moment, local_of};
use crate::names::OpenTarget;
use crate::open::{Open, Saved, Stored, entity, label_of};
use casework::records::{
    Citation, Finding, Interview, Material, MaterialFormat, MaterialUse, Paper, Person, Record,
    Tour,
};
use serde::Serialize;
use specta::Type;

/// Largest file that is taken in, in bytes: 2 GiB.
pub const LARGEST_MATERIAL: u64 = 2 * 1024 * 1024 * 1024;

/// Most bytes handed out at once to whoever shows a material.
pub const MATERIAL_PIECE: usize = 4 * 1024 * 1024;

/// Kinds of record that a material may belong to.
const OWNERS: [&str; 5] = [
    Person::KIND,
    Interview::KIND,
    Finding::KIND,
    Tour::KIND,
    Paper::KIND,
];

/// A material in the list of its record.
#[derive(Debug, Clone, Serialize, Type)]
pub struct MaterialRow {
    /// Identifier.
    pub id: String,
    /// The material.
    pub record: Material,
    /// What the file is, in words: JPEG图片.
    pub format_words: String,
    /// What can be done with it here.
    pub usable: MaterialUse,
    /// The bytes are in this archive.
    pub here: bool,
    /// Who put it in and when, in words.
    pub added_words: String,
    /// Findings that cite it.
    pub cited: u32,
    /// Fields with two concurrent values that a person must choose between.
    pub conflicts: Vec<String>,
}

/// A material with what it belongs to, to be looked at.
#[derive(Debug, Clone, Serialize, Type)]
pub struct MaterialView {
    /// The material.
    pub row: MaterialRow,
    /// What it belongs to, in words: 人员 甲某.
    pub owner_words: String,
    /// Where that is shown.
    pub owner: OpenTarget,
    /// How large a picture is and whether it can be shown; none for other files.
    pub picture: Option<PictureView>,
}

impl Office {
    /// The materials of a record, the oldest first.
    pub fn materials(&self, owner: &str) -> Result<Vec<MaterialRow>> {
        let open = self.archive()?;
        open.material_rows(open.children(owner)?)
    }

    /// All materials, the oldest first.
    pub fn all_materials(&self) -> Result<Vec<MaterialRow>> {
        let open = self.archive()?;
        open.material_rows(open.all()?)
    }

    /// One material, to be looked at.
    pub fn material(&self, id: &str, now: Moment) -> Result<MaterialView> {
        let open = self.archive()?;
        let material = open.get::<Material>(id)?;
        open.note_opened(id, now)?;
        let row = open.material_row(&material)?;
        let owner = &material.record.owner;
        let (kind, target) = open.owner_of(&material)?;
        let picture = if row.here && row.usable == MaterialUse::图片 {
            Some(open.picture_or_fault(&material.record))
        } else {
            None
        };
        Ok(MaterialView {
            owner_words: format!("{} {}", label_of(&kind), open.called(&entity(owner)?)?),
            owner: target,
            picture,
            row,
        })
    }

    /// Writes what is known about a material. The file itself never changes.
    pub fn save_material(&mut self, id: &str, material: &Material, now: Moment) -> Result<Saved> {
        let open = self.archive_mut()?;
        let stored = open.get::<Material>(id)?.record;
        if material.name.trim().is_empty() {
            return Err(ErrorView::form(
                "还没有填写材料的名称。",
                "请填写名称后再保存，其他内容还在。",
            ));
        }
        let record = Material {
            owner: stored.owner,
            format: stored.format,
            file: stored.file,
            added_at: stored.added_at,
            ..material.clone()
        };
        open.save("登记材料", Some(id), &record, now)
    }

    /// Bytes of a material that is here.
    ///
    /// # Errors
    /// As [`Office::material_piece`].
    pub fn material_size(&self, id: &str) -> Result<u64> {
        let open = self.archive()?;
        let material = open.get::<Material>(id)?.record;
        let kept = open.vault.attachment(&material.file.sha256)?;
        Ok(kept.ok_or(vault::Error::AttachmentMissing)?.size)
    }

    /// At most `length` bytes of a material from `from` on; fewer at its end.
    /// What is withdrawn, sealed or not here gives nothing.
    ///
    /// # Errors
    /// `GN-01` when the archive is locked, `GN-02` when no such material stands.
    pub fn material_piece(&self, id: &str, from: u64, length: usize) -> Result<Vec<u8>> {
        let open = self.archive()?;
        let material = open.get::<Material>(id)?.record;
        Ok(open.vault.attachment_stretch(
            &material.file.sha256,
            from,
            length.min(MATERIAL_PIECE),
        )?)
    }
}

impl Open {
    fn material_rows(&self, mut materials: Vec<Stored<Material>>) -> Result<Vec<MaterialRow>> {
        materials.sort_by(|one, other| {
            (one.record.added_at, &one.id).cmp(&(other.record.added_at, &other.id))
        });
        materials.iter().map(|it| self.material_row(it)).collect()
    }

    fn material_row(&self, material: &Stored<Material>) -> Result<MaterialRow> {
        let record = &material.record;
        let kept = self.vault.attachment(&record.file.sha256);
        // A reference that is no hash came from elsewhere: there is no such file.
        let here = matches!(kept, Ok(Some(_)));
        let first = self
            .vault
            .history(&entity(&material.id)?)?
            .into_iter()
            .min_by_key(|line| (line.millis, line.counter));
        let added_words = match first {
            Some(line) => format!(
                "{} {}",
                self.author_words(&line.author)?,
                local_of(line.millis).format("%Y年%-m月%-d日 %H:%M")
            ),
            None => String::new(),
        };
        Ok(MaterialRow {
            id: material.id.clone(),
            format_words: format_words(record.format).to_owned(),
            usable: record.format.usable(),
            here,
            added_words,
            cited: self.referring::<Citation>(&material.id, "target")?.len() as u32,
            conflicts: material.conflicts.clone(),
            record: record.clone(),
        })
    }

    /// The kind of the record that a material belongs to, and where it is shown.
    fn owner_of(&self, material: &Stored<Material>) -> Result<(String, OpenTarget)> {
        let owner = &material.record.owner;
        let kind = self
            .vault
            .record(&entity(owner)?)?
            .map_or_else(String::new, |record| record.kind);
        let target = match self.place_of(&kind, owner)? {
            Some((_, target)) => target,
            None => OpenTarget::new(crate::names::Page::Materials, &material.id),
        };
        Ok((kind, target))
    }

    /// Why a record cannot have materials, if it cannot.
    fn check_owner(&self, owner: &str) -> Result<()> {
        let record = self
            .vault
            .record(&entity(owner)?)?
            .ok_or_else(|| ErrorView::missing("记录"))?;
        if record.retracted || !OWNERS.contains(&record.kind.as_str()) {
            return Err(ErrorView::new(
                "CL-01",
                format!("“{}”记录不能附材料，或者已经撤回。", label_of(&record.kind)),
                "材料可以附在人员、谈话、问题线索、巡察任务和文书上。档案库没有改动。",
            ));
        }
        Ok(())
    }
}

/// What a file is, in words.
pub(crate) fn format_words(format: MaterialFormat) -> &'static str {
    match format {
        MaterialFormat::PDF => "PDF文件",
        MaterialFormat::JPEG => "JPEG图片",
        MaterialFormat::PNG => "PNG图片",
        MaterialFormat::WebP => "WebP图片",
        MaterialFormat::TIFF => "TIFF图片",
        MaterialFormat::MP3 => "MP3录音",
        MaterialFormat::WAV => "WAV录音",
        MaterialFormat::OGG => "OGG录音",
        MaterialFormat::M4A => "M4A录音",
        MaterialFormat::FLAC => "FLAC录音",
        MaterialFormat::AMR => "AMR录音",
        MaterialFormat::MP4 => "MP4录音录像",
        MaterialFormat::其他 => "其他文件",
    }
}

/// A size as a person reads it, in steps of 1024, as the window writes it too:
/// 512字节, 12 KB, 1.2 MB, 2.0 GB.
pub fn size_words(bytes: u64) -> String {
    let size = bytes as f64;
    match bytes {
        0..1_024 => format!("{bytes}字节"),
        1_024..1_048_576 => format!("{:.0} KB", size / 1_024.0),
        1_048_576..1_073_741_824 => format!("{:.1} MB", size / 1_048_576.0),
        _ => format!("{:.1} GB", size / 1_073_741_824.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_a_person_reads_them() {
        for (bytes, words) in [
            (0, "0字节"),
            (1023, "1023字节"),
            (1024, "1 KB"),
            (1_258_291, "1.2 MB"),
            (LARGEST_MATERIAL, "2.0 GB"),
            (5 << 40, "5120.0 GB"),
        ] {
            assert_eq!(size_words(bytes), words);
        }
    }
}
