//! Passphrases: from the first line of a file or from a prompt without echo,
//! never from an argument, which other users of the machine could read.

use crate::arguments::Arguments;
use crate::failure::Failure;
use zeroize::Zeroizing;

/// Option naming the file with an archive's passphrase.
pub(crate) const OF_ARCHIVE: &str = "passphrase-file";
/// Option naming the file with the second passphrase of a sealed matter.
pub(crate) const OF_SEALED: &str = "second-passphrase-file";
/// Option naming the file with a bundle's passphrase.
pub(crate) const OF_BUNDLE: &str = "bundle-passphrase-file";

/// The passphrase of an existing archive.
pub(crate) fn of_archive(arguments: &Arguments) -> Result<Zeroizing<String>, Failure> {
    match from_file(arguments, OF_ARCHIVE)? {
        Some(passphrase) => Ok(passphrase),
        None => prompt(arguments, "请输入档案库口令：", OF_ARCHIVE),
    }
}

/// The passphrase for a new archive; typed twice where it cannot be seen.
pub(crate) fn for_new_archive(arguments: &Arguments) -> Result<Zeroizing<String>, Failure> {
    if let Some(passphrase) = from_file(arguments, OF_ARCHIVE)? {
        return Ok(passphrase);
    }
    twice(arguments, "请为新档案库设一个口令：", OF_ARCHIVE)
}

fn twice(arguments: &Arguments, words: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
    let first = prompt(arguments, words, option)?;
    let second = prompt(arguments, "请再输入一次：", option)?;
    if first != second {
        return Err(arguments.wrong("两次输入的口令不一样。"));
    }
    Ok(first)
}

/// The second passphrase of a sealed matter.
pub(crate) fn of_sealed(arguments: &Arguments) -> Result<Zeroizing<String>, Failure> {
    match from_file(arguments, OF_SEALED)? {
        Some(passphrase) => Ok(passphrase),
        None => prompt(arguments, "请输入第二口令：", OF_SEALED),
    }
}

/// The second passphrase for a matter that is about to be sealed; typed twice
/// where it cannot be seen.
pub(crate) fn for_new_seal(arguments: &Arguments) -> Result<Zeroizing<String>, Failure> {
    if let Some(passphrase) = from_file(arguments, OF_SEALED)? {
        return Ok(passphrase);
    }
    twice(arguments, "请设一个第二口令：", OF_SEALED)
}

/// The passphrase of a bundle, when a file with it was named.
pub(crate) fn of_bundle(arguments: &Arguments) -> Result<Option<Zeroizing<String>>, Failure> {
    from_file(arguments, OF_BUNDLE)
}

/// The passphrase of a bundle that cannot be opened without one.
pub(crate) fn asked_for_bundle(arguments: &Arguments) -> Result<Zeroizing<String>, Failure> {
    prompt(arguments, "请输入交换包的口令：", OF_BUNDLE)
}

/// First line of the file that `option` names.
fn from_file(arguments: &Arguments, option: &str) -> Result<Option<Zeroizing<String>>, Failure> {
    let Some(path) = arguments.path(option) else {
        return Ok(None);
    };
    let wrong = |why: &str| arguments.wrong(format!("口令文件“{}”{why}。", path.display()));
    let bytes = Zeroizing::new(std::fs::read(path).map_err(|_| wrong("读不出来"))?);
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("不是UTF-8编码的文本"))?;
    // Some editors begin every text file with a mark that nobody typed.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let line = text.split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() {
        return Err(wrong("的第一行是空的"));
    }
    Ok(Some(Zeroizing::new(line.to_owned())))
}

/// Asks on the terminal; `option` is what to use where there is none.
fn prompt(
    arguments: &Arguments,
    question: &str,
    option: &str,
) -> Result<Zeroizing<String>, Failure> {
    rpassword::prompt_password(question)
        .map(Zeroizing::new)
        .map_err(|_| {
            arguments.wrong(format!(
                "没有写口令文件（--{option}），这里也没有终端可以输入口令。"
            ))
        })
}
