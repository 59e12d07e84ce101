//! A desk to test at: an archive in a temporary folder and short ways to use it.

use std::path::{Path, PathBuf};

use ledger::{CompartmentId, EntityId, EntryHash, Value};
use tempfile::TempDir;
use vault::{Action, Edit, KdfParams, NewArchive, RecoveryCode, Vault};

/// The passphrase of every archive here.
pub(crate) const PASSPHRASE: &str = "示例口令 一二三";
/// 2026-11-23 00:00 UTC in milliseconds.
pub(crate) const NOW: u64 = 1_795_392_000_000;

/// A place on the disk that disappears with the test.
pub(crate) struct Desk {
    place: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            place: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// The folder of the archive called `name`.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.place.path().join(format!("{name}.ducha"))
    }

    /// The place itself.
    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }

    pub(crate) fn create(&self, name: &str) -> Vault {
        self.create_with_code(name).0
    }

    pub(crate) fn create_with_code(&self, name: &str) -> (Vault, RecoveryCode) {
        let folder = self.folder(name);
        Vault::create(&NewArchive {
            folder: &folder,
            passphrase: PASSPHRASE,
            kdf: KdfParams::fast_for_tests(),
            now_millis: NOW,
        })
        .expect("a new archive")
    }

    pub(crate) fn open(&self, name: &str) -> Vault {
        Vault::open(&self.folder(name), PASSPHRASE).expect("the archive opens")
    }
}

/// Everybody here acts as this supervisor.
pub(crate) fn action(name: &str) -> Action {
    Action {
        name: name.to_owned(),
        author: EntityId::new(NOW, [1; 10]),
        compartment: CompartmentId::OPEN,
        note: None,
    }
}

/// An identifier that is the same in every run.
pub(crate) fn id(number: u8) -> EntityId {
    EntityId::new(NOW, [number; 10])
}

pub(crate) fn edit(entity: EntityId, kind: &str, field: &str, value: impl Into<Value>) -> Edit {
    Edit {
        entity,
        kind: kind.to_owned(),
        field: field.to_owned(),
        value: value.into(),
    }
}

/// Writes the fields of one record in one action.
pub(crate) fn put(
    vault: &mut Vault,
    entity: EntityId,
    kind: &str,
    fields: &[(&str, &str)],
) -> EntryHash {
    let edits = fields
        .iter()
        .map(|(field, value)| edit(entity, kind, field, *value))
        .collect();
    vault
        .write(&action("记录"), edits, NOW)
        .expect("written")
        .expect("something changed")
}

/// The text shown in a field.
pub(crate) fn shown(vault: &Vault, entity: EntityId, field: &str) -> Option<String> {
    let record = vault.record(&entity).expect("readable")?;
    record
        .fields
        .get(field)
        .and_then(Value::as_text)
        .map(str::to_owned)
}

/// Every byte of every file in a folder, folders within included.
pub(crate) fn bytes_in(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for item in std::fs::read_dir(folder).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            bytes.extend(bytes_in(&path));
        } else {
            bytes.extend(std::fs::read(path).expect("a file"));
        }
    }
    bytes
}
