//! The office as the commands use it.

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::passphrase;
use office::{KdfParams, KeyCost, Moment, Office, Places};
use std::path::{Path, PathBuf};

/// Option of debug builds: the least cost of deriving a key, so that no test
/// depends on how fast a machine is.
pub(crate) const TEST_COST: &str = "test-cost";

/// The office with nothing open. It keeps no settings and no list of archives.
pub(crate) fn closed(arguments: &Arguments) -> Office {
    Office::new(Places {
        settings_file: PathBuf::new(),
        default_parent: PathBuf::from("."),
        reader: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("ducha-cli")),
        kdf: if arguments.has(TEST_COST) {
            KeyCost::Fixed(KdfParams::fast_for_tests())
        } else {
            KeyCost::Measured
        },
    })
}

/// The office with the archive in `folder` open.
pub(crate) fn open_at(arguments: &Arguments, folder: &Path) -> Result<Office, Failure> {
    let passphrase = passphrase::of_archive(arguments)?;
    let mut office = closed(arguments);
    office
        .unlock(folder, &passphrase, Moment::now())
        .map_err(Failure::not_opened)?;
    Ok(office)
}

/// The office with the archive open that stands first on the command line.
pub(crate) fn open(arguments: &Arguments) -> Result<Office, Failure> {
    open_at(arguments, arguments.place(0))
}

/// Reads a text file that a command was given.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    Ok(office::read_text(path, office::TEXT_BYTES)?)
}
