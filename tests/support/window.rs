//! The program's window and the hands that work it.
//!
//! Every method waits for what it needs and panics, at the line of the test
//! that called it, with a sentence, the page's text and a picture when it does
//! not come. Controls are found by their test hook (`data-test`), the list of
//! which is `ui/TESTHOOKS.md`.

use super::driver::Driver;
use super::home::Home;
use super::screen::Screen;
use super::waiting::{GLANCE, PATIENCE};
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// What is wider than the room it has and cannot be scrolled into view: the page
/// itself, and every control or line of text that reaches over the window's edge.
const TOO_WIDE: &str = r"
    const edge = document.documentElement.clientWidth + 1;
    const scrollable = (element) => {
        for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
            const flow = getComputedStyle(up).overflowX;
            if ((flow === 'auto' || flow === 'scroll') && up.scrollWidth > up.clientWidth) return true;
        }
        return false;
    };
    const found = [];
    if (document.documentElement.scrollWidth > edge) found.push('the page');
    for (const element of document.querySelectorAll('button, input, select, textarea, a, h1, h2, h3, p, label')) {
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.height === 0 || box.right <= 0) continue;
        const hidden = getComputedStyle(element).visibility === 'hidden' || element.closest('[aria-hidden=true]');
        if (!hidden && (box.right > edge || box.left < -1) && !scrollable(element)) {
            found.push(element.tagName + ' ' + (element.dataset.test || element.textContent.trim().slice(0, 20)));
        }
    }
    return found;
";

/// Scrolls to a control whose middle is not in sight.
const INTO_SIGHT: &str = "
    const box = arguments[0].getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (top === null || !arguments[0].contains(top)) arguments[0].scrollIntoView({ block: 'center' });
";

/// Comes back when the page has been drawn twice.
const DRAWN: &str = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";

/// Selects the first stretch of visible text that reads so.
const SELECT: &str = r"
    for (const block of document.querySelectorAll('[data-block]')) {
        const at = block.textContent.indexOf(arguments[0]);
        if (at < 0) continue;
        block.scrollIntoView({ block: 'center' });
        const range = document.createRange();
        const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
        let before = 0;
        let begun = false;
        for (let text = walk.nextNode(); text; text = walk.nextNode()) {
            const end = before + text.length;
            if (!begun && at < end) {
                range.setStart(text, at - before);
                begun = true;
            }
            if (begun && at + arguments[0].length <= end) {
                range.setEnd(text, at + arguments[0].length - before);
                const selection = getSelection();
                selection.removeAllRanges();
                selection.addRange(range);
                return true;
            }
            before = end;
        }
    }
    return false;
";

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
    pub(crate) fn wait_until<T>(&self, what: &str, look: impl FnMut(&Self) -> Option<T>) -> T {
        match self.wait_for_some(PATIENCE, look) {
            Some(found) => found,
            None => self.fail(what),
        }
    }

    /// The first visible element with a test hook.
    #[track_caller]
    pub(crate) fn by_test(&self, hook: &str) -> Element {
        self.wait_until(&format!("{hook} is on the page"), |window| {
            window.visible(hook).into_iter().next()
        })
    }

    /// Whether an element with that hook can be seen now.
    pub(crate) fn shows(&self, hook: &str) -> bool {
        !self.visible(hook).is_empty()
    }

    /// How many elements with that hook can be seen now.
    pub(crate) fn count(&self, hook: &str) -> usize {
        self.visible(hook).len()
    }

    /// Waits until exactly `count` elements with that hook can be seen.
    #[track_caller]
    pub(crate) fn wait_for_count(&self, hook: &str, count: usize) {
        self.wait_until(
            &format!("{hook} stands {count} times on the page"),
            |window| (window.count(hook) == count).then_some(()),
        );
    }

    /// Waits until no element with that hook can be seen.
    #[track_caller]
    pub(crate) fn wait_until_gone(&self, hook: &str) {
        self.wait_until(&format!("{hook} is gone"), |window| {
            (!window.shows(hook)).then_some(())
        });
    }

    /// Presses a control, as soon as it is there, enabled and not covered.
    #[track_caller]
    pub(crate) fn click(&self, hook: &str) {
        self.wait_until(&format!("{hook} can be clicked"), |window| {
            let element = window.visible(hook).into_iter().next()?;
            window.try_click(&element)
        });
    }

    /// Presses the control with that hook whose text contains `words`.
    #[track_caller]
    pub(crate) fn click_with_text(&self, hook: &str, words: &str) {
        self.wait_until(
            &format!("{hook} with “{words}” can be clicked"),
            |window| {
                let element = window.visible(hook).into_iter().find(|element| {
                    window
                        .runtime
                        .block_on(element.text())
                        .is_ok_and(|text| text.contains(words))
                })?;
                window.try_click(&element)
            },
        );
    }

    /// Presses the control with that hook at that place, counted from 0, among
    /// those that can be seen.
    #[track_caller]
    pub(crate) fn click_nth(&self, hook: &str, place: usize) {
        self.wait_until(&format!("{hook} number {place} can be clicked"), |window| {
            let element = window.visible(hook).into_iter().nth(place)?;
            window.try_click(&element)
        });
    }

    /// Moves the mouse onto the element with that hook at that place, counted
    /// from 0, which shows the small buttons that wait there.
    #[track_caller]
    pub(crate) fn hover_nth(&self, hook: &str, place: usize) {
        self.wait_until(
            &format!("the mouse is on {hook} number {place}"),
            |window| {
                let element = window.visible(hook).into_iter().nth(place)?;
                window.script(INTO_SIGHT, vec![json!(element)]);
                let onto =
                    MouseActions::new("mouse".to_owned()).then(PointerAction::MoveToElement {
                        element,
                        duration: None,
                        x: 0.0,
                        y: 0.0,
                    });
                let moved = window.client.perform_actions(onto);
                window.runtime.block_on(moved).ok()
            },
        );
    }

    /// Selects words in the page's text, as with the mouse, wherever they first
    /// stand within one line or paragraph.
    #[track_caller]
    pub(crate) fn select(&self, words: &str) {
        self.wait_until(&format!("“{words}” can be selected"), |window| {
            (window.script(SELECT, vec![json!(words)]) == Value::Bool(true)).then_some(())
        });
    }

    /// Types into a field after what stands there, key by key.
    #[track_caller]
    pub(crate) fn type_text(&self, hook: &str, text: &str) {
        let element = self.by_test(hook);
        self.type_into(hook, &element, text);
    }

    /// Types over what stands in a field, and waits until it holds the text.
    #[track_caller]
    pub(crate) fn fill(&self, hook: &str, text: &str) {
        let element = self.by_test(hook);
        self.script(
            "arguments[0].focus(); arguments[0].select()",
            vec![json!(element)],
        );
        if text.is_empty() {
            self.type_into(hook, &element, &char::from(Key::Delete).to_string());
        } else {
            self.type_into(hook, &element, text);
        }
        self.wait_for_value(hook, text);
    }

    /// The driver has keys for the Basic Multilingual Plane only; a rarer
    /// character is committed as an input method commits it.
    #[track_caller]
    fn type_into(&self, hook: &str, element: &Element, text: &str) {
        let what = format!("type into {hook}");
        let mut keys = String::new();
        for letter in text.chars() {
            if u16::try_from(u32::from(letter)).is_ok() {
                keys.push(letter);
                continue;
            }
            if !keys.is_empty() {
                self.must(&what, element.send_keys(&keys));
                keys.clear();
            }
            self.script(
                "arguments[0].focus(); document.execCommand('insertText', false, arguments[1])",
                vec![json!(element), json!(letter.to_string())],
            );
        }
        if !keys.is_empty() {
            self.must(&what, element.send_keys(&keys));
        }
    }

    /// Chooses the entry with that label in a drop-down list.
    #[track_caller]
    pub(crate) fn choose(&self, hook: &str, label: &str) {
        self.wait_until(&format!("{hook} offers “{label}”"), |window| {
            let element = window.visible(hook).into_iter().next()?;
            window.runtime.block_on(element.select_by_label(label)).ok()
        });
    }

    /// The label of the first entry with those words in a drop-down list.
    pub(crate) fn option_with(&self, hook: &str, words: &str) -> Option<String> {
        let labels = self.script(
            "return [...document.querySelectorAll(arguments[0] + ' option')].map((option) => option.textContent.trim())",
            vec![json!(format!("[data-test=\"{hook}\"]"))],
        );
        labels
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .find(|label| label.contains(words))
            .map(str::to_owned)
    }

    /// Ticks a box, or unticks it.
    #[track_caller]
    pub(crate) fn tick(&self, hook: &str, ticked: bool) {
        let element = self.by_test(hook);
        if self.must(&format!("read {hook}"), element.is_selected()) != ticked {
            self.click(hook);
        }
        self.wait_until(&format!("{hook} is ticked: {ticked}"), |window| {
            let element = window.visible(hook).into_iter().next()?;
            let now = window.runtime.block_on(element.is_selected()).ok()?;
            (now == ticked).then_some(())
        });
    }

    /// Presses one key, wherever the focus is.
    #[track_caller]
    pub(crate) fn press(&self, key: Key) {
        let focused = self.must("find the focus", self.client.active_element());
        self.must(
            "press a key",
            focused.send_keys(&char::from(key).to_string()),
        );
    }

    /// Presses a letter together with Ctrl, wherever the focus is.
    #[track_caller]
    pub(crate) fn press_with_ctrl(&self, letter: char) {
        let focused = self.must("find the focus", self.client.active_element());
        let keys = format!(
            "{}{letter}{}",
            char::from(Key::Control),
            char::from(Key::Null)
        );
        self.must("press keys", focused.send_keys(&keys));
    }

    /// Waits until a field holds exactly that text.
    #[track_caller]
    pub(crate) fn wait_for_value(&self, hook: &str, text: &str) {
        let held = self.wait_for_some(PATIENCE, |window| {
            (window.value(hook) == text).then_some(())
        });
        if held.is_none() {
            let value = self.value(hook);
            self.fail(&format!("{hook} holds “{text}”, not “{value}”"));
        }
    }

    /// What a field holds now.
    #[track_caller]
    pub(crate) fn value(&self, hook: &str) -> String {
        let element = self.by_test(hook);
        self.must(&format!("read {hook}"), element.prop("value"))
            .unwrap_or_default()
    }

    /// The visible text of the first element with that hook.
    #[track_caller]
    pub(crate) fn text(&self, hook: &str) -> String {
        let element = self.by_test(hook);
        self.must(&format!("read {hook}"), element.text())
    }

    /// Waits until the element with that hook shows `words`.
    #[track_caller]
    pub(crate) fn wait_for_text_in(&self, hook: &str, words: &str) {
        self.wait_until(&format!("{hook} says “{words}”"), |window| {
            window
                .visible(hook)
                .into_iter()
                .any(|element| {
                    window
                        .runtime
                        .block_on(element.text())
                        .is_ok_and(|text| text.contains(words))
                })
                .then_some(())
        });
    }

    /// Waits until `words` stand anywhere on the page.
    #[track_caller]
    pub(crate) fn wait_for_text(&self, words: &str) {
        self.wait_until(&format!("the page says “{words}”"), |window| {
            window.page_text().contains(words).then_some(())
        });
    }

    /// How many pages of the open paper are drawn; `None` while there are none.
    pub(crate) fn drawn_pages(&self) -> Option<u64> {
        let pages = self.script(
            "return document.querySelectorAll('[data-test=\"paper-preview\"] canvas').length",
            vec![],
        );
        pages.as_u64().filter(|pages| *pages > 0)
    }

    /// All visible text of the page.
    pub(crate) fn page_text(&self) -> String {
        match self.script("return document.body.innerText", vec![]) {
            Value::String(text) => text,
            _ => String::new(),
        }
    }

    /// Goes to a page by its route, such as `/desk`.
    #[track_caller]
    pub(crate) fn go(&self, route: &str) {
        self.script("window.location.hash = arguments[0]", vec![json!(route)]);
        self.wait_until(&format!("the page is {route}"), |window| {
            (window.route() == route).then_some(())
        });
    }

    /// The route of the page shown now, such as `/desk`.
    pub(crate) fn route(&self) -> String {
        match self.script("return window.location.hash", vec![]) {
            Value::String(hash) => hash.trim_start_matches('#').to_owned(),
            _ => String::new(),
        }
    }

    /// Runs a script in the page; null when it cannot be run.
    pub(crate) fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.runtime
            .block_on(self.client.execute(script, arguments))
            .unwrap_or(Value::Null)
    }

    /// Saves a picture of the window as `target/screenshots/NAME.png`.
    ///
    /// What is on the screen follows the page by some frames: the picture is
    /// taken when the page has been drawn twice and looks the same twice. A page
    /// that moves by itself (a clock, a caret) is taken as it is after ten looks.
    #[track_caller]
    pub(crate) fn screenshot(&self, name: &str) {
        let drawn = self.client.execute_async(DRAWN, vec![]);
        self.must("wait for a frame", drawn);
        let mut picture = self.must("take a picture", self.client.screenshot());
        for _ in 0..10 {
            let next = self.must("take a picture", self.client.screenshot());
            if next == picture {
                break;
            }
            picture = next;
        }
        save_picture(name, &picture);
    }

    /// Leaves a picture of the page at the standard text size and at the largest
    /// (100 % and 150 %), and sees to it that nothing is cut off at the sides.
    #[track_caller]
    pub(crate) fn pictures(&self, name: &str) {
        for (percent, scale) in [(150, "1.5"), (100, "1")] {
            self.script(
                "document.documentElement.style.setProperty('--scale', arguments[0])",
                vec![json!(scale)],
            );
            self.screenshot(&format!("{name}-{percent}"));
            let wide = self.script(TOO_WIDE, vec![]);
            if wide != json!([]) {
                self.fail(&format!(
                    "{name} at {percent} %: nothing is wider than its room, but {wide}"
                ));
            }
        }
    }

    /// Ends the program as a power cut would: without a word.
    pub(crate) fn kill(self) {
        drop(self);
    }

    fn visible(&self, hook: &str) -> Vec<Element> {
        let selector = format!("[data-test=\"{hook}\"]");
        self.runtime.block_on(async {
            let found = self.client.find_all(Locator::Css(&selector)).await;
            let mut visible = Vec::new();
            for element in found.unwrap_or_default() {
                if element.is_displayed().await.unwrap_or(false) {
                    visible.push(element);
                }
            }
            visible
        })
    }

    fn try_click(&self, element: &Element) -> Option<()> {
        self.runtime.block_on(async {
            if !element.is_enabled().await.ok()? {
                return None;
            }
            // Scrolled to as a person would, when it lies below the edge of its pane.
            self.client
                .execute(INTO_SIGHT, vec![json!(element)])
                .await
                .ok()?;
            element.click().await.ok()
        })
    }

    fn wait_for_some<T>(
        &self,
        patience: Duration,
        mut look: impl FnMut(&Self) -> Option<T>,
    ) -> Option<T> {
        let begun = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return Some(found);
            }
            if begun.elapsed() >= patience {
                return None;
            }
            std::thread::sleep(GLANCE);
        }
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
            save_picture("failure", &picture);
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

fn save_picture(name: &str, picture: &[u8]) {
    let folder = build_folder().join("../screenshots");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let file: &Path = &folder.join(format!("{name}.png"));
    fs::write(file, picture).expect("a picture can be written");
}
