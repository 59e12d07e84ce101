//! Counting tests from what the test runners print.

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Tally {
    /// Adds what a line says, when it is a summary of cargo's test harness
    /// (`test result: ok. 3 passed; 0 failed; …`) or of vitest
    /// (`Tests  1 failed | 33 passed (34)`).
    pub(crate) fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let line = line.trim();
        let summary = line.strip_prefix("test result: ").or_else(|| {
            // vitest also counts files ("Test Files  4 passed (4)"): not those.
            line.strip_prefix("Tests ")
        });
        let Some(summary) = summary else { return };
        let words: Vec<&str> = summary
            .split(|letter: char| letter.is_whitespace() || ";,|".contains(letter))
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u32>() else {
                continue;
            };
            match pair[1] {
                "passed" => self.passed += count,
                "failed" => self.failed += count,
                _ => {}
            }
        }
    }
}

/// The line without the terminal's colour codes (`ESC [ … m`), which some
/// runners print even when nobody sees them.
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, text)| text));
    }
    plain
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn of(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn the_harness_and_vitest_are_added_up() {
        let tally = of(&[
            "running 3 tests",
            "test a ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 5 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            " Test Files  4 passed (4)",
            "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m33 passed\u{1b}[39m (34)",
        ]);
        assert_eq!(
            tally,
            Tally {
                passed: 41,
                failed: 3
            }
        );
        assert_eq!(tally.to_string(), "41 passed, 3 failed");
    }

    #[test]
    fn what_a_test_prints_is_not_counted() {
        assert_eq!(
            of(&["7 passed; 8 failed", "测试 9 passed"]),
            Tally::default()
        );
    }
}
