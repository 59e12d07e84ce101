//! Pictures of the pages, left in `target/screenshots`.

use super::{Window, build_folder};
use serde_json::json;
use std::fs;

/// Comes back when the page has been drawn twice.
const DRAWN: &str = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";

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

impl Window {
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
    /// With `DUCHA_DARK` set one in the dark as well.
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
        if std::env::var_os("DUCHA_DARK").is_some() {
            self.theme("dark");
            self.screenshot(&format!("{name}-dark"));
            self.theme("light");
        }
    }

    fn theme(&self, name: &str) {
        self.script(
            "document.documentElement.dataset.theme = arguments[0]",
            vec![json!(name)],
        );
    }
}

pub(super) fn save_picture(name: &str, picture: &[u8]) {
    let folder = build_folder().join("../screenshots");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join(format!("{name}.png"));
    fs::write(file, picture).expect("a picture can be written");
}
