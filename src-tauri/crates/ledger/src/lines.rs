//! Combining two texts that grew from one, line by line, and only where that is safe.
//!
//! Changes are taken from both sides where at least one line that neither side touched lies
//! between them. Anything closer is left to a person: a program that merges within a line or
//! across neighbouring lines makes sentences nobody wrote, and in a case file such a sentence
//! is worse than a question.

use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Lines of the common text that one side has put something else in place of.
#[derive(Debug, PartialEq, Eq)]
struct Hunk<'t> {
    /// First line replaced.
    from: usize,
    /// Line after the last one replaced; the same as `from` for lines put in between.
    to: usize,
    /// What stands there instead.
    lines: Vec<&'t str>,
}

/// The text with the changes of both sides, when no change of one touches a change of the
/// other. A change that both made alike counts once. Nothing when a person has to combine
/// them.
///
/// ```
/// let merged = ledger::lines::merge("甲\n乙\n丙", "甲一\n乙\n丙", "甲\n乙\n丙三");
/// assert_eq!(merged.as_deref(), Some("甲一\n乙\n丙三"));
/// assert_eq!(ledger::lines::merge("甲\n乙", "甲一\n乙", "甲\n乙二"), None);
/// ```
pub fn merge(ground: &str, one: &str, other: &str) -> Option<String> {
    let base: Vec<&str> = ground.split('\n').collect();
    let (mut ours, mut theirs) = (hunks(&base, one), hunks(&base, other));
    theirs.retain(|hunk| !ours.contains(hunk));
    let touches = |a: &Hunk<'_>, b: &Hunk<'_>| a.from <= b.to && b.from <= a.to;
    if ours.iter().any(|a| theirs.iter().any(|b| touches(a, b))) {
        return None;
    }
    ours.append(&mut theirs);
    ours.sort_by_key(|hunk| hunk.from);
    let mut merged: Vec<&str> = Vec::new();
    let mut at = 0;
    for hunk in ours {
        merged.extend(&base[at..hunk.from]);
        merged.extend(hunk.lines);
        at = hunk.to;
    }
    merged.extend(&base[at..]);
    Some(merged.join("\n"))
}

/// What `text` changed against `base`, in order. Two hunks of one side never touch.
fn hunks<'t>(base: &[&str], text: &'t str) -> Vec<Hunk<'t>> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut hunks: Vec<Hunk<'t>> = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, base, &lines) {
        if operation.tag() == DiffTag::Equal {
            continue;
        }
        let (old, new) = (operation.old_range(), operation.new_range());
        match hunks.last_mut() {
            Some(last) if last.to == old.start => {
                last.to = old.end;
                last.lines.extend(&lines[new]);
            }
            _ => hunks.push(Hunk {
                from: old.start,
                to: old.end,
                lines: lines[new].to_vec(),
            }),
        }
    }
    hunks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::merge;

    fn merged(ground: &str, one: &str, other: &str) -> Option<String> {
        let answer = merge(ground, one, other);
        assert_eq!(
            answer,
            merge(ground, other, one),
            "whose side is which does not matter"
        );
        answer
    }

    #[test]
    fn changes_that_lie_apart_are_both_taken() {
        let ground = "一、基本情况。\n二、主要问题。\n三、下步建议。";
        assert_eq!(
            merged(
                ground,
                "一、基本情况已核实。\n二、主要问题。\n三、下步建议。",
                "一、基本情况。\n二、主要问题。\n三、下步建议。\n四、附件。"
            )
            .as_deref(),
            Some("一、基本情况已核实。\n二、主要问题。\n三、下步建议。\n四、附件。")
        );
    }

    #[test]
    fn changes_that_touch_are_left_to_a_person() {
        for (ground, one, other) in [
            ("甲\n乙\n丙", "甲一\n乙\n丙", "甲二\n乙\n丙"), // the same line
            ("甲\n乙\n丙", "甲一\n乙\n丙", "甲\n乙二\n丙"), // neighbours
            ("甲\n乙", "甲\n中\n乙", "甲\n间\n乙"),         // put in at one place
            ("甲\n乙", "甲\n中\n乙", "甲\n乙二"),           // put in before a changed line
            ("甲\n乙\n丙", "甲\n丙", "甲\n乙二\n丙"),       // taken out and changed
            ("一句话。", "一句话，补充。", "另一句话。"),   // one line only
            ("", "甲", "乙"),
        ] {
            assert_eq!(merged(ground, one, other), None, "{ground} {one} {other}");
        }
    }

    #[test]
    fn what_both_did_alike_stands_once() {
        let both = "甲\n乙\n丙\n丁";
        assert_eq!(merged("甲\n丁", both, both).as_deref(), Some(both));
        assert_eq!(
            merged(
                "甲\n乙\n丙\n丁\n戊",
                "甲一\n乙\n丙\n丁\n戊",
                "甲一\n乙\n丙\n丁\n戊五"
            )
            .as_deref(),
            Some("甲一\n乙\n丙\n丁\n戊五")
        );
    }

    /// What one side does to each line of the common text: nothing, other words, out with it,
    /// or a line before it.
    fn any_plan() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(
            prop_oneof![6 => Just(0_u8), 1 => Just(1), 1 => Just(2), 1 => Just(3)],
            12,
        )
    }

    fn text(plan: &[u8], side: &str) -> String {
        let mut lines = Vec::new();
        for (at, deed) in plan.iter().enumerate() {
            match deed {
                1 => lines.push(format!("第{at}行{side}")),
                2 => {}
                3 => lines.extend([format!("第{at}行前{side}"), format!("第{at}行")]),
                _ => lines.push(format!("第{at}行")),
            }
        }
        lines.join("\n")
    }

    proptest! {
        /// One side only: the other's text is the answer.
        #[test]
        fn a_side_that_did_nothing_has_no_say(plan in any_plan()) {
            let (ground, changed) = (text(&[0; 12], ""), text(&plan, "改"));
            prop_assert_eq!(merge(&ground, &changed, &ground), Some(changed.clone()));
            prop_assert_eq!(merge(&ground, &changed, &changed), Some(changed));
        }

        /// Held against a model that works line by line: where the two plans never come within
        /// one line of each other, the answer is both plans carried out; and whatever the
        /// answer, it holds no line that neither text has, and each side's own words once.
        #[test]
        fn the_answer_is_both_changes_or_none(one in any_plan(), other in any_plan()) {
            let ground = text(&[0; 12], "");
            let (left, right) = (text(&one, "左"), text(&other, "右"));
            let answer = merge(&ground, &left, &right);
            prop_assert_eq!(&answer, &merge(&ground, &right, &left));
            let near = |at: usize| other[at.saturating_sub(1)..(at + 2).min(12)].iter().any(|it| *it != 0);
            let apart = !(0..12).any(|at| one[at] != 0 && near(at));
            if apart {
                let both: Vec<String> = (0..12)
                    .filter_map(|at| {
                        let (plan, side) = if one[at] == 0 { (other[at], "右") } else { (one[at], "左") };
                        let mut alone = [2; 12];
                        alone[at] = plan;
                        (plan != 2).then(|| text(&alone, side))
                    })
                    .collect();
                prop_assert_eq!(answer.clone(), Some(both.join("\n")));
            }
            if let Some(answer) = answer {
                for line in answer.split('\n') {
                    prop_assert!(left.split('\n').chain(right.split('\n')).any(|it| it == line), "{}", line);
                }
                for (text, mark) in [(&left, '左'), (&right, '右')] {
                    for own in text.split('\n').filter(|line| line.contains(mark)) {
                        prop_assert_eq!(answer.split('\n').filter(|line| *line == own).count(), 1, "{}", own);
                    }
                }
            }
        }
    }
}
