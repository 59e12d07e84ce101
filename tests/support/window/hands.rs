//! What a person does with mouse and keyboard.

use super::Window;
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};

/// Scrolls to a control whose middle is not in sight.
const INTO_SIGHT: &str = "
    const box = arguments[0].getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (top === null || !arguments[0].contains(top)) arguments[0].scrollIntoView({ block: 'center' });
";

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

impl Window {
    /// Presses a control, as soon as it is there, enabled and not covered.
    #[track_caller]
    pub(crate) fn click(&self, hook: &str) {
        self.wait_until(&format!("{hook} can be clicked"), |window| {
            let element = window.visible(hook).into_iter().next()?;
            window.try_click(&element)
        });
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
}
