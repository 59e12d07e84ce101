//! The words after a command, held against what the command takes.

use crate::commands::Command;
use crate::failure::Failure;
use lexopt::Arg;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// How an option is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Nothing follows it.
    Nothing,
    /// One value, given once.
    One,
    /// One or more values, given as often as wanted.
    Many,
}

/// An option of a command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opt {
    /// Name without the dashes.
    pub(crate) name: &'static str,
    /// What follows it.
    pub(crate) takes: Takes,
    /// Name of the value in the help page.
    pub(crate) value: &'static str,
    /// What it is for, in the help page; empty keeps it out of there.
    pub(crate) help: &'static str,
}

/// What was given to a command.
#[derive(Debug)]
pub(crate) struct Arguments {
    command: &'static str,
    places: Vec<OsString>,
    options: BTreeMap<&'static str, Vec<OsString>>,
}

impl Arguments {
    /// Reads the words after the command's name. Everything must be known to it.
    pub(crate) fn read(command: &'static Command, words: &[OsString]) -> Result<Self, Failure> {
        let wrong = |message: String| Failure::usage(message, command.name);
        let mut read = Self {
            command: command.name,
            places: Vec::new(),
            options: BTreeMap::new(),
        };
        let mut parser = lexopt::Parser::from_args(words.iter().cloned());
        loop {
            let name = match parser.next() {
                Ok(None) => break,
                Ok(Some(Arg::Value(place))) => {
                    read.places.push(place);
                    continue;
                }
                Ok(Some(Arg::Long(name))) => name.to_owned(),
                Ok(Some(Arg::Short(letter))) => {
                    return Err(wrong(format!("没有“-{letter}”这个选项。")));
                }
                Err(error) => return Err(wrong(explain(&error))),
            };
            let option = command
                .options
                .iter()
                .find(|option| option.name == name && is_offered(option))
                .ok_or_else(|| wrong(format!("没有“--{name}”这个选项。")))?;
            let values = match option.takes {
                Takes::Nothing => Vec::new(),
                Takes::One => vec![parser.value().map_err(|error| wrong(explain(&error)))?],
                Takes::Many => parser
                    .values()
                    .map_err(|error| wrong(explain(&error)))?
                    .collect(),
            };
            let known = read.options.contains_key(option.name);
            if known && option.takes == Takes::One {
                return Err(wrong(format!("选项“--{name}”写了两次。")));
            }
            read.options.entry(option.name).or_default().extend(values);
        }
        let wanted = command.places.iter().filter(|place| place.needed).count();
        if let Some(missing) = command.places.get(read.places.len())
            && read.places.len() < wanted
        {
            return Err(wrong(format!("缺少“{}”。", missing.name)));
        }
        let is_open_ended = command.places.last().is_some_and(|place| place.many);
        if let Some(extra) = read.places.get(command.places.len())
            && !is_open_ended
        {
            return Err(wrong(format!("多出了“{}”。", extra.to_string_lossy())));
        }
        Ok(read)
    }

    /// The word in a place that the command cannot do without.
    pub(crate) fn place(&self, at: usize) -> &Path {
        Path::new(
            self.places
                .get(at)
                .expect("read() refused the words without it"),
        )
    }

    /// The words from a place on that takes more than one.
    pub(crate) fn places_from(&self, at: usize) -> impl Iterator<Item = &Path> {
        self.places.iter().skip(at).map(Path::new)
    }

    /// The word in a place that may be left out.
    pub(crate) fn place_if_given(&self, at: usize) -> Option<&Path> {
        self.places.get(at).map(Path::new)
    }

    /// The word in a place, as text.
    pub(crate) fn place_text(&self, at: usize) -> Result<&str, Failure> {
        self.text_of(self.place(at).as_os_str())
    }

    /// Whether an option was given.
    pub(crate) fn has(&self, option: &str) -> bool {
        self.options.contains_key(option)
    }

    /// The file an option names.
    pub(crate) fn path(&self, option: &str) -> Option<&Path> {
        self.options.get(option)?.first().map(Path::new)
    }

    /// The file an option names, which must be given.
    pub(crate) fn needed_path(&self, option: &str) -> Result<&Path, Failure> {
        self.path(option)
            .ok_or_else(|| self.wrong(format!("缺少选项“--{option}”。")))
    }

    /// The text of an option.
    pub(crate) fn text(&self, option: &str) -> Result<Option<&str>, Failure> {
        self.path(option)
            .map(|value| self.text_of(value.as_os_str()))
            .transpose()
    }

    /// The text of an option, which must be given.
    pub(crate) fn needed_text(&self, option: &str) -> Result<&str, Failure> {
        self.text_of(self.needed_path(option)?.as_os_str())
    }

    /// All texts of an option.
    pub(crate) fn texts(&self, option: &str) -> Result<Vec<String>, Failure> {
        let values = self.options.get(option).map_or(&[][..], Vec::as_slice);
        values
            .iter()
            .map(|value| self.text_of(value).map(str::to_owned))
            .collect()
    }

    /// A wrong command line of this command.
    pub(crate) fn wrong(&self, message: impl Into<String>) -> Failure {
        Failure::usage(message, self.command)
    }

    fn text_of<'a>(&self, word: &'a OsStr) -> Result<&'a str, Failure> {
        word.to_str().ok_or_else(|| {
            self.wrong(format!(
                "“{}”不是有效的文字（应为UTF-8编码）。",
                word.to_string_lossy()
            ))
        })
    }
}

/// An option that only tests use is none in a build that is shipped.
pub(crate) fn is_offered(option: &Opt) -> bool {
    cfg!(debug_assertions) || !option.help.is_empty()
}

/// The parser's English, said in Chinese.
fn explain(error: &lexopt::Error) -> String {
    match error {
        lexopt::Error::MissingValue {
            option: Some(option),
        } => format!("选项“{option}”后面缺少内容。"),
        lexopt::Error::UnexpectedValue { option, .. } => {
            format!("选项“{option}”后面不应有内容。")
        }
        _ => "命令写得不对。".to_owned(),
    }
}
