//! The commands, one file each.

mod appointment;
mod backup;
mod conflicts;
mod erase;
mod export;
mod export_json;
mod history;
mod import;
mod import_json;
mod inspect;
mod keys;
mod log;
mod materials;
mod new;
mod paper;
mod peers;
mod rebuild;
mod render;
mod report;
mod resolve;
mod restore;
mod reviews;
mod salvage;
mod sample;
mod schema;
mod seal;
mod sealed;
mod search;
mod unseal;
mod verify;

use crate::answer::Answer;
use crate::arguments::{Arguments, Opt, Takes};
use crate::desk::TEST_COST;
use crate::failure::Failure;
use crate::passphrase::{OF_ARCHIVE, OF_BUNDLE, OF_SEALED};
use office::Moment;

/// A word without dashes that a command takes, in its order.
pub(crate) struct Place {
    /// Name in the help page and in messages.
    pub(crate) name: &'static str,
    /// Whether the command cannot do without it.
    pub(crate) needed: bool,
    /// Whether more of the same may follow; only in the last place.
    pub(crate) many: bool,
}

/// A command: what it takes, and what it does.
pub(crate) struct Command {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it does, in a line of the help page.
    pub(crate) summary: &'static str,
    /// Words without dashes; those that may be left out come last.
    pub(crate) places: &'static [Place],
    /// Options.
    pub(crate) options: &'static [Opt],
    /// Carries it out.
    pub(crate) run: fn(&Arguments, Moment) -> Result<Answer, Failure>,
}

/// Every command, in the order of the help page.
pub(crate) const ALL: &[Command] = &[
    new::COMMAND,
    sample::COMMAND,
    verify::COMMAND,
    rebuild::COMMAND,
    backup::COMMAND,
    restore::COMMAND,
    salvage::COMMAND,
    search::COMMAND,
    log::COMMAND,
    history::COMMAND,
    erase::COMMAND,
    reviews::COMMAND,
    report::COMMAND,
    seal::COMMAND,
    sealed::COMMAND,
    unseal::COMMAND,
    paper::COMMAND,
    materials::LIST,
    materials::ADD,
    materials::EXPORT,
    render::COMMAND,
    export_json::COMMAND,
    import_json::COMMAND,
    keys::COMMAND,
    peers::LIST,
    peers::COMMAND,
    appointment::COMMAND,
    export::COMMAND,
    inspect::COMMAND,
    import::COMMAND,
    conflicts::COMMAND,
    resolve::COMMAND,
    schema::COMMAND,
];

const fn needed(name: &'static str) -> Place {
    Place {
        name,
        needed: true,
        many: false,
    }
}

const fn some(name: &'static str) -> Place {
    Place {
        name,
        needed: true,
        many: true,
    }
}

const fn optional(name: &'static str) -> Place {
    Place {
        name,
        needed: false,
        many: false,
    }
}

/// The folder of an archive.
const ARCHIVE: Place = needed("档案库文件夹");

const fn one(name: &'static str, value: &'static str, help: &'static str) -> Opt {
    Opt {
        name,
        takes: Takes::One,
        value,
        help,
    }
}

const fn many(name: &'static str, value: &'static str, help: &'static str) -> Opt {
    Opt {
        name,
        takes: Takes::Many,
        value,
        help,
    }
}

const fn flag(name: &'static str, help: &'static str) -> Opt {
    Opt {
        name,
        takes: Takes::Nothing,
        value: "",
        help,
    }
}

/// Passphrase of the archive.
const PASSPHRASE: Opt = one(
    OF_ARCHIVE,
    "口令文件",
    "档案库口令，取文件第一行；不写则在终端输入",
);
/// Passphrase of the bundle.
const BUNDLE_PASSPHRASE: Opt = one(OF_BUNDLE, "口令文件", "交换包的口令，取文件第一行");
/// Second passphrase of a sealed matter.
const SECOND_PASSPHRASE: Opt = one(
    OF_SEALED,
    "口令文件",
    "第二口令，取文件第一行；不写则在终端输入",
);
/// One JSON object instead of words.
const JSON: Opt = flag("json", "结果写成一个JSON对象");
/// Debug builds only.
const CHEAP_KEY: Opt = flag(TEST_COST, "");
