//! Finding a name by what one types: characters, whole pinyin, initials, or
//! any mixture (`zhangs`, `zsan`, `张s`). Every reading of a character counts.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;

use crate::grams::fold;

/// The readings of one character of a name; itself first.
type Readings = Vec<String>;

/// The readings of every character of `name` that is not white space, as the
/// index stores them: characters separated by `|`, readings by `,`.
pub(crate) fn index(name: &str) -> String {
    let characters: Vec<String> = name
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '|' | ','))
        .map(|c| {
            let mut readings = vec![fold(c).to_string()];
            if let Some(multi) = c.to_pinyin_multi() {
                for reading in multi {
                    // 吕 is lü; keyboards write lv, some write lu.
                    for written in [
                        reading.plain().replace('ü', "v"),
                        reading.plain().replace('ü', "u"),
                    ] {
                        if !readings.contains(&written) {
                            readings.push(written);
                        }
                    }
                }
            }
            readings.join(",")
        })
        .collect();
    characters.join("|")
}

/// How well what was typed fits a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// From the first character to the last.
    Whole,
    /// From the first character on.
    Beginning,
    /// Somewhere within.
    Inside,
}

/// Whether `typed` fits the name whose index entry is `readings`, how well,
/// and which characters of the name (white space not counted) it covers.
pub(crate) fn fit(readings: &str, typed: &str) -> Option<(Fit, (usize, usize))> {
    let typed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\'')
        .map(fold)
        .collect();
    if typed.is_empty() {
        return None;
    }
    let name: Vec<Readings> = readings
        .split('|')
        .map(|r| r.split(',').map(str::to_owned).collect())
        .collect();
    (0..name.len()).find_map(|from| {
        let to = from + longest(&name[from..], &typed)?;
        let fit = match (from, to == name.len()) {
            (0, true) => Fit::Whole,
            (0, false) => Fit::Beginning,
            _ => Fit::Inside,
        };
        Some((fit, (from, to)))
    })
}

/// How many characters of `name`, from its first, the whole of `typed` covers:
/// each takes one of its readings, or the beginning of one. The most, when
/// there are several ways.
fn longest(name: &[Readings], typed: &str) -> Option<usize> {
    // The places in `typed` that the characters so far can have used up.
    let mut places = BTreeSet::from([0]);
    let mut most = None;
    for (used, readings) in name.iter().enumerate() {
        let mut next = BTreeSet::new();
        for place in places {
            for reading in readings {
                let shared = reading
                    .chars()
                    .zip(typed[place..].chars())
                    .take_while(|(a, b)| a == b);
                let mut end = place;
                for (c, _) in shared {
                    end += c.len_utf8();
                    next.insert(end);
                }
            }
        }
        if next.remove(&typed.len()) {
            most = Some(used + 1);
        }
        places = next;
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(name: &str, typed: &str) -> bool {
        fit(&index(name), typed).is_some()
    }

    #[test]
    fn all_ways_of_typing_a_name() {
        for typed in [
            "张三丰",
            "三丰",
            "张",
            "zhangsanfeng",
            "zsf",
            "zhangs",
            "zsanf",
            "Z S F",
            "张sf",
            "sf",
            "zhang'sanfeng",
            "ＺＳＦ",
        ] {
            assert!(finds("张三丰", typed), "{typed}");
        }
        for typed in ["zf", "hang", "李", "", "zsfx", "anf"] {
            assert!(!finds("张三丰", typed), "{typed}");
        }
    }

    #[test]
    fn every_reading_of_a_character() {
        for typed in ["shanxiongxin", "danxiongxin", "chanxiongxin", "sxx", "dxx"] {
            assert!(finds("单雄信", typed), "{typed}");
        }
        for typed in ["lvmou", "lumou", "lm"] {
            assert!(finds("吕某", typed), "{typed}");
        }
        assert!(finds("解某", "xiemou") && finds("解某", "jiem"));
    }

    #[test]
    fn rare_and_foreign_characters_are_found_as_themselves() {
        assert!(finds("王𬱖", "王𬱖"));
        assert!(finds("李䶮", "李䶮"));
        assert!(finds("A某", "a"));
        assert!(finds("某 某", "某某"));
    }

    #[test]
    fn better_fits_sort_first() {
        let of = |typed| fit(&index("张三丰"), typed).expect("fits");
        assert_eq!(of("zsf"), (Fit::Whole, (0, 3)));
        assert_eq!(of("zs"), (Fit::Beginning, (0, 2)));
        assert_eq!(of("三"), (Fit::Inside, (1, 2)));
    }
}
