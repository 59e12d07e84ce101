//! The one long task that may run at a time, and how it is stopped. Kept apart
//! from the office, which the task holds while it runs.

use office::Progress;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A page cannot show more than so often.
const EVERY: Duration = Duration::from_millis(80);

/// Counts tasks and orders to stop.
#[derive(Debug, Default)]
pub(crate) struct Work {
    begun: AtomicU64,
    /// Every task up to this one is to stop.
    stopped: AtomicU64,
}

impl Work {
    /// A task begins.
    pub(crate) fn begin(&self) -> Running<'_> {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        Running {
            work: self,
            number,
            told: None,
        }
    }

    /// Stops the tasks that run now; one that begins later is not concerned.
    pub(crate) fn stop(&self) {
        let begun = self.begun.load(Ordering::SeqCst);
        self.stopped.fetch_max(begun, Ordering::SeqCst);
    }
}

/// A task that runs.
pub(crate) struct Running<'w> {
    work: &'w Work,
    number: u64,
    told: Option<(String, Instant)>,
}

impl Running<'_> {
    /// Whether nobody has stopped it.
    pub(crate) fn goes_on(&self) -> bool {
        self.work.stopped.load(Ordering::SeqCst) < self.number
    }

    /// Gives back what the page should be told: every new stage, its end, and in
    /// between as often as can be seen.
    pub(crate) fn worth_telling(&mut self, progress: Progress) -> Option<Progress> {
        let now = Instant::now();
        let is_news = match &self.told {
            Some((stage, at)) => {
                *stage != progress.stage
                    || progress.done == progress.total
                    || now.duration_since(*at) >= EVERY
            }
            None => true,
        };
        is_news.then(|| {
            self.told = Some((progress.stage.clone(), now));
            progress
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_to_stop_reaches_what_runs_and_not_what_comes_later() {
        let work = Work::default();
        work.stop();
        let first = work.begin();
        assert!(first.goes_on());
        work.stop();
        assert!(!first.goes_on());
        assert!(work.begin().goes_on());
    }

    #[test]
    fn every_stage_and_its_end_are_told() {
        let work = Work::default();
        let mut running = work.begin();
        let at = |stage: &str, done| Progress {
            stage: stage.to_owned(),
            done,
            total: 9,
        };
        assert!(running.worth_telling(at("甲", 0)).is_some());
        assert!(running.worth_telling(at("甲", 9)).is_some());
        assert!(running.worth_telling(at("乙", 0)).is_some());
    }
}
