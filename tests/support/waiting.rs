//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Generous: a busy machine
/// must not fail a test, and a test that passes never waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The pause between two looks.
const GLANCE: Duration = Duration::from_millis(40);

/// Looks again and again until `look` finds something; `None` when it never does.
pub(crate) fn until<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if begun.elapsed() >= patience {
            return None;
        }
        std::thread::sleep(GLANCE);
    }
}
