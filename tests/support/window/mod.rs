//! The program's window and the hands that work it.
//!
//! Every method waits for what it needs and panics, at the line of the test
//! that called it, with a sentence, the page's text and a picture when it does
//! not come. Controls are found by their test hook (`data-test`), the list of
//! which is `ui/TESTHOOKS.md`.

mod hands;
mod look;
mod pictures;

use super::driver::Driver;
use super::home::Home;
use super::screen::Screen;
use super::waiting::{PATIENCE, until};
use fantoccini::error::CmdError;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// An open window of the real program.
pub(crate) struct Window {
    client: Client,
    runtime: Runtime,
    driver: Driver,
    /// Kept for its end, after the driver's.
    _screen: Screen,
}

impl Window {
    /// Starts the program in `home` with the given arguments and waits for its
    /// page to be there.
    #[track_caller]
    pub(crate) fn open(home: &Home, arguments: &[&str]) -> Self {
        let screen = Screen::start(&home.logs());
        let driver = Driver::start(&screen, home);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let client = runtime.block_on(connect(&driver, arguments));
        let window = Self {
            client,
            runtime,
            driver,
            _screen: screen,
        };
        window.wait_until("the page is loaded", |window| {
            let ready = window.script(
                "return document.readyState === 'complete' && document.body !== null",
                vec![],
            );
            (ready == Value::Bool(true)).then_some(())
        });
        window
    }

    /// Asks again and again until `look` finds something.
    #[track_caller]
    pub(crate) fn wait_until<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        match until(PATIENCE, || look(self)) {
            Some(found) => found,
            None => self.fail(what),
        }
    }

    /// Runs a script in the page; null when it cannot be run.
    pub(crate) fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.runtime
            .block_on(self.client.execute(script, arguments))
            .unwrap_or(Value::Null)
    }

    /// What the program itself answers to one of the page's commands; null when
    /// it refuses. For what is in the archive and not on the page.
    pub(crate) fn ask(&self, command: &str, arguments: &Value) -> Value {
        let script = "const done = arguments[2]; \
             window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(done, () => done(null))";
        self.runtime
            .block_on(
                self.client
                    .execute_async(script, vec![json!(command), arguments.clone()]),
            )
            .unwrap_or(Value::Null)
    }

    /// Ends the program as a power cut would: without a word.
    pub(crate) fn kill(self) {
        drop(self);
    }

    #[track_caller]
    fn must<T>(&self, what: &str, command: impl Future<Output = Result<T, CmdError>>) -> T {
        match self.runtime.block_on(command) {
            Ok(result) => result,
            Err(error) => self.fail(&format!("{what} ({error})")),
        }
    }

    #[track_caller]
    fn fail(&self, what: &str) -> ! {
        if let Ok(picture) = self.runtime.block_on(self.client.screenshot()) {
            pictures::save_picture("failure", &picture);
        }
        panic!(
            "in vain waited for: {what}\n-- page {} --\n{}\n-- said by driver and program --\n{}",
            self.route(),
            self.page_text(),
            self.driver.said()
        );
    }
}

/// Starts the program through the driver.
async fn connect(driver: &Driver, arguments: &[&str]) -> Client {
    let program = program();
    let mut capabilities = Capabilities::new();
    capabilities.insert(
        "webkitgtk:browserOptions".to_owned(),
        json!({ "binary": program, "args": arguments }),
    );
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities);
    let address = driver.address();
    match tokio::time::timeout(PATIENCE, builder.connect(&address)).await {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => panic!("the window did not open: {error}\n{}", driver.said()),
        Err(elapsed) => panic!(
            "the window did not answer ({elapsed}): is {} built with the feature `automation`? `cargo xtask screenshots` does that.\n{}",
            program.display(),
            driver.said()
        ),
    }
}

/// The program built for the tests, beside which cargo puts the test itself.
fn program() -> PathBuf {
    let program = build_folder().join("ducha");
    assert!(
        program.is_file(),
        "{} is not there: `cargo xtask screenshots` builds it",
        program.display()
    );
    program
}

/// `target/debug`: this test is `target/debug/deps/window-…`.
fn build_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    test.ancestors()
        .nth(2)
        .expect("a test lies in target/debug/deps")
        .to_owned()
}
