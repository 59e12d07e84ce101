//! The gallery: every document stored under `fixtures/papers`.

use ducha_tests::measure::Paper;
use gongwen::Typesetter;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use tempfile::TempDir;

pub(crate) static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

/// Folder of the tests.
pub(crate) fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Names of the stored documents in order.
pub(crate) fn names() -> Vec<String> {
    let folder = tests().join("fixtures/papers");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the gallery")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

/// JSON of a stored document.
pub(crate) fn json(name: &str) -> String {
    let file = tests().join("fixtures/papers").join(name);
    std::fs::read_to_string(file.with_extension("json")).expect("a stored document")
}

/// A file put before poppler, as long as its folder lives.
pub(crate) struct Opened {
    paper: Paper,
    _folder: TempDir,
}

impl Deref for Opened {
    type Target = Paper;

    fn deref(&self) -> &Paper {
        &self.paper
    }
}

/// Puts the bytes of a file before poppler.
pub(crate) fn opened(pdf: &[u8]) -> Opened {
    let folder = tempfile::tempdir().expect("a folder for the paper");
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).expect("room for the paper");
    Opened {
        paper: Paper::open(&file),
        _folder: folder,
    }
}

/// A document typeset.
pub(crate) fn pdf(json: &str) -> Vec<u8> {
    let document = gongwen::parse(json).expect("a valid document");
    TYPESETTER.pdf(&document).expect("it can be typeset")
}

/// A document typeset and put before poppler.
pub(crate) fn typeset(json: &str) -> Opened {
    opened(&pdf(json))
}

/// Does something for each name on every processor; the results are in the order of the names.
pub(crate) fn each<T: Send>(names: &[String], work: impl Fn(&str) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(name);
                    done.lock()
                        .expect("no thread panicked")
                        .push((name, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panicked");
    done.sort_by_key(|(name, _)| *name);
    done.into_iter().map(|(_, result)| result).collect()
}
