//! What a person sees on the page.

use super::super::waiting::{PATIENCE, until};
use super::Window;
use fantoccini::Locator;
use fantoccini::elements::Element;
use serde_json::{Value, json};

impl Window {
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

    /// Brings the first element with a hook to the middle of the window.
    #[track_caller]
    pub(crate) fn scroll_to(&self, hook: &str) {
        self.by_test(hook);
        self.script(
            "document.querySelector(\"[data-test='\" + arguments[0] + \"']\").scrollIntoView({ block: 'center' })",
            vec![json!(hook)],
        );
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

    /// Waits until a field holds exactly that text.
    #[track_caller]
    pub(crate) fn wait_for_value(&self, hook: &str, text: &str) {
        let held = until(PATIENCE, || (self.value(hook) == text).then_some(()));
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

    /// The visible texts of all elements with that hook, from the top.
    pub(crate) fn texts(&self, hook: &str) -> Vec<String> {
        self.visible(hook)
            .iter()
            .map(|element| self.runtime.block_on(element.text()).unwrap_or_default())
            .collect()
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

    /// The route of the page shown now, such as `/desk`.
    pub(crate) fn route(&self) -> String {
        match self.script("return window.location.hash", vec![]) {
            Value::String(hash) => hash.trim_start_matches('#').to_owned(),
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

    /// Every element with that hook that can be seen now.
    pub(super) fn visible(&self, hook: &str) -> Vec<Element> {
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
}
