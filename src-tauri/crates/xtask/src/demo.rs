//! The program without a window: the sample archive, a letter, a bundle.

use crate::packages;
use crate::run::{Failure, Outcome, cargo, program, run, step, target, top};
use std::fs;
use std::path::Path;

/// Opens the archive and the bundle of the demo. Public, since all in them is invented.
const PASSPHRASE: &str = "示例口令一二三四\n";

/// What the letter in the sample archive is found by.
const LETTER: &str = "函询通知书";

/// Makes everything afresh in `demo-out/`, with the very commands a reader may
/// type himself, and has the archive verified at the end.
pub(crate) fn demo() -> Outcome {
    packages::for_the_command_line()?;
    step("Build ducha-cli · 构建命令行程序", || {
        run(cargo(&["build", "--package", "ducha-cli"]))
    })?;
    let folder = top().join("demo-out");
    let archive = folder.join("示例档案.ducha");
    let letter = folder.join("函询通知书.pdf");
    let bundle = folder.join("示例档案.dcx");
    let passphrase = folder.join("口令.txt");
    step("Make the demo · 生成示例", || {
        // Only what a demo before this one has made.
        if archive.is_dir() {
            written(&archive, fs::remove_dir_all(&archive))?;
        }
        for file in [&letter, &bundle] {
            if file.is_file() {
                written(file, fs::remove_file(file))?;
            }
        }
        written(&folder, fs::create_dir_all(&folder))?;
        written(&passphrase, fs::write(&passphrase, PASSPHRASE))?;

        let cli = Cli {
            passphrase: &passphrase,
        };
        cli.run(&["sample", text(&archive)?])?;
        let found = cli.ask(&["search", text(&archive)?, LETTER])?;
        let id = paper_in(&found)
            .ok_or_else(|| Failure(format!("示例档案中没有{LETTER} / no letter in the sample")))?;
        cli.run(&["paper", text(&archive)?, id, "--out", text(&letter)?])?;
        cli.run(&[
            "export",
            text(&archive)?,
            "--out",
            text(&bundle)?,
            "--bundle-passphrase-file",
            text(&passphrase)?,
        ])?;
        cli.run(&["verify", text(&archive)?])
    })?;
    println!("\n示例已生成 / the demo is in {}", folder.display());
    for made in [&archive, &letter, &bundle, &passphrase] {
        println!("   {}", made.display());
    }
    Ok(())
}

/// The command-line program, opening the demo's archive.
struct Cli<'a> {
    passphrase: &'a Path,
}

impl Cli<'_> {
    fn command(&self, arguments: &[&str]) -> Outcome<std::process::Command> {
        let cli = target().join("debug/ducha-cli");
        let mut command = program(text(&cli)?, arguments);
        command.args(["--passphrase-file", text(self.passphrase)?]);
        Ok(command)
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        run(self.command(arguments)?)
    }

    fn ask(&self, arguments: &[&str]) -> Outcome<String> {
        let output = self
            .command(arguments)?
            .output()
            .map_err(|error| Failure(format!("ducha-cli: {error}")))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Failure(said));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// The id of the first paper (文书) in a listing of hits; it stands last in its line.
fn paper_in(listing: &str) -> Option<&str> {
    listing
        .lines()
        .find(|line| line.starts_with("文书"))?
        .split_whitespace()
        .last()
}

fn text(path: &Path) -> Outcome<&str> {
    path.to_str()
        .ok_or_else(|| Failure(format!("{}: not UTF-8", path.display())))
}

fn written(path: &Path, outcome: std::io::Result<()>) -> Outcome {
    outcome.map_err(|error| Failure(format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::paper_in;

    #[test]
    fn the_paper_is_told_from_other_hits() {
        let listing = "找到2条。\n谈话内容　甲某　发出函询通知书　01a1\n文书　关于某事的函询通知书　…　01b2\n";
        assert_eq!(paper_in(listing), Some("01b2"));
        assert_eq!(paper_in("找到0条。\n"), None);
    }
}
