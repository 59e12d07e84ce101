//! Remarks about words written wrongly, after a list that is data: `words.txt`.

use super::Remark;
use super::passage::Passage;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A word written wrongly.
#[derive(Debug)]
struct Entry {
    /// As it is found; `#` stands for an Arabic figure.
    wrong: &'static str,
    right: &'static str,
    /// Good text of which the wrong form is a part.
    except: Vec<&'static str>,
    /// Words whose presence in the sentence shows that something else is meant.
    unless: Vec<&'static str>,
    reason: &'static str,
}

/// The entries by the first character of the wrong form, so that one walk through a text finds all.
static ENTRIES: LazyLock<HashMap<char, Vec<Entry>>> = LazyLock::new(|| {
    let mut entries: HashMap<char, Vec<Entry>> = HashMap::new();
    for line in include_str!("words.txt").lines() {
        if !line.starts_with('#')
            && let Some(entry) = Entry::read(line)
            && let Some(first) = entry.wrong.chars().next()
        {
            entries.entry(first).or_default().push(entry);
        }
    }
    entries
});

impl Entry {
    /// Reads a line of the list; `None` without a right form, which a test rules out.
    fn read(line: &'static str) -> Option<Self> {
        let mut parts = line.split('\t');
        let (wrong, right) = (parts.next()?, parts.next()?);
        let exceptions = parts.next().unwrap_or("").split(' ');
        let (unless, except) = exceptions
            .filter(|text| !matches!(*text, "" | "-"))
            .partition::<Vec<_>, _>(|text| text.starts_with('…'));
        Some(Self {
            wrong,
            right,
            except,
            unless: unless
                .into_iter()
                .map(|text| text.trim_start_matches('…'))
                .collect(),
            reason: parts.next().unwrap_or(""),
        })
    }

    /// The wrong form without the sign for a figure.
    fn word(&self) -> &'static str {
        self.wrong.trim_end_matches('#')
    }

    /// Does the wrong form stand at a position, and is it no part of something good?
    fn stands(&self, passage: &Passage, at: usize) -> bool {
        let word = self.word();
        if !passage.stands(at, word) {
            return false;
        }
        let end = at + word.chars().count();
        let follows =
            self.wrong == word || passage.chars.get(end).is_some_and(char::is_ascii_digit);
        let part_of = |good: &&str| {
            let size = good.chars().count();
            ((at + 1).saturating_sub(size)..end).any(|start| passage.stands(start, good))
        };
        let meant = |word: &&str| passage.slice(passage.sentence(at)).contains(word);
        follows && !self.except.iter().any(part_of) && !self.unless.iter().any(meant)
    }
}

/// Remarks about one text.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    for (at, first) in passage.chars.iter().enumerate() {
        for entry in ENTRIES.get(first).into_iter().flatten() {
            if entry.stands(passage, at) {
                let (wrong, right) = (entry.word(), entry.right.trim_end_matches('#'));
                let reason = match entry.reason {
                    "" => String::new(),
                    reason => format!("（{reason}）"),
                };
                let message = format!("“{wrong}”应当写作“{right}”{reason}，请核对。");
                out.push(passage.remark(at..at + wrong.chars().count(), message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::passage::Kind;
    use super::super::testing::marks;
    use super::*;

    #[test]
    fn the_list_is_sound() {
        let lines = include_str!("words.txt")
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let entries: Vec<&Entry> = ENTRIES.values().flatten().collect();
        assert_eq!(lines.count(), entries.len(), "every line is an entry");
        let found = |text: &str| -> Vec<String> {
            let mut remarks = Vec::new();
            super::remarks(&Passage::new("", "", text, Kind::Prose), &mut remarks);
            let spans = remarks.into_iter().filter_map(|remark| remark.span);
            spans.map(|span| span.excerpt).collect()
        };
        for entry in &entries {
            let sample = format!("经{}，", entry.wrong.replace('#', "5"));
            assert_eq!(
                found(&sample),
                [entry.word()],
                "once, by one entry: {sample}"
            );
            // What is right for one entry is not wrong for another, nor are their exceptions.
            for good in entry.except.iter().chain([&entry.right]) {
                assert_eq!(found(good), Vec::<String>::new(), "{good}");
            }
        }
    }

    #[test]
    fn wrong_words_are_marked_and_good_ones_left() {
        marks(
            remarks,
            &[],
            &[
                "报名截止日期为11月30日，30日截止。",
                "发布署名文章，按装订顺序安装。",
                "既使干部受教育，又使群众得实惠；自己经手的材料，来自已退休干部。",
                "究竟选谁，究竟争什么，诸侯选立。",
                "一座落成不久的大楼，一座落地钟，紧凑和谐。",
                "随函附送司机秘书名册，公园满是游人。",
                "请予答复，给予处分，即使如此，既然如此，立即部署。",
                "一部分人员，答辩认真，挑选拨付方式。",
                "对骨干予以重用，竟选择隐瞒，毕竟选人用人事关全局。",
                "部署假期值班，干部暑期休假，从严竣工验收，干部份内之事。",
                "爱好象棋，无偿试用，独立既是权利也是责任，既刻苦又认真。",
                "拼凑和编造材料，天赋与努力，当时侯某在场，开会的时侯某在场。",
            ],
        );
        for (text, wanted) in [
            ("截止2026年11月30日，已布署。", &["截止", "布署"][..]),
            ("截止目前，己经按装完毕。", &["截止目前", "己经", "按装"]),
            ("既使有困难，也要一如继往。", &["既使", "一如继往"]),
            ("开立帐户，转帐3次，再转帐。", &["帐户", "转帐", "转帐"]),
            ("予以诫免，经考查组核实。", &["诫免", "考查组"]),
        ] {
            marks(remarks, &[(text, wanted)], &[]);
        }
    }
}
