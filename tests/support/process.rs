//! Programs that never outlive the test.

use std::fs::File;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Starts `"$@"` in the background and waits for its standard input to end,
/// which it does when the test is done with the program or dies itself, however
/// suddenly; then ends the whole process group, the program's children included.
const WATCH: &str = r#""$@" </dev/null & read -r _; kill -KILL 0"#;

/// A program and everything it starts, in a process group of its own.
pub(crate) struct Group {
    watcher: Child,
    log: PathBuf,
}

impl Group {
    /// Starts `program` with all that it says going to the file `log`, which is
    /// begun anew. `prepare` may add to the environment.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        log: &Path,
        prepare: impl FnOnce(&mut Command),
    ) -> Self {
        let said = File::create(log).expect("the log can be made");
        let mut command = Command::new("sh");
        command
            .args(["-c", WATCH, "sh"])
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(said.try_clone().expect("the log can be shared"))
            .stderr(said)
            .process_group(0);
        prepare(&mut command);
        let watcher = command.spawn().expect("a shell can be started");
        Self {
            watcher,
            log: log.to_owned(),
        }
    }

    /// What the program and its children have said so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(mut input) = self.watcher.stdin.take() {
            // A broken pipe means that the group is gone already.
            let _ = input.write_all(b"\n");
        }
        // The watcher ends with its group, so that this is the end of all of it.
        let _ = self.watcher.wait();
    }
}

/// Where a program is, or a sentence that says which package has it.
pub(crate) fn find_program(name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| {
            panic!(
                "the window tests need {name}: install the package {package}, or run `cargo xtask test`, which does"
            )
        })
}
