//! Remarks about characters, marks and phrases that stand twice.

use super::Remark;
use super::passage::{Kind, Passage, is_han};

/// Remarks about one text.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    characters(passage, out);
    marks(passage, out);
    // People do say the same words twice, and a record keeps what they said.
    if passage.kind != Kind::Spoken {
        phrases(passage, out);
    }
}

/// Characters that good text does not repeat.
fn characters(passage: &Passage, out: &mut Vec<Remark>) {
    // Few characters: 及及时, 为了了解, 现在在, 行为为 are all good Chinese.
    const NEVER_TWICE: &str = "的被或也已但们第";
    for (i, pair) in passage.chars.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        let next = passage.chars.get(i + 2).copied();
        // 目的的, 的的确确, 的的士.
        let word = a == '的'
            && (passage.before(i) == Some('目') || matches!(next, Some('确' | '士' | '卢')));
        if a == b && NEVER_TWICE.contains(a) && !word {
            let message = format!("“{}”处“{a}”重复，请核对。", passage.around(i));
            out.push(passage.remark(i..i + 2, message));
        }
    }
}

/// Two marks where one belongs.
fn marks(passage: &Passage, out: &mut Vec<Remark>) {
    const PAUSES: &str = "，。、；：";
    let mark = |ch: char| PAUSES.contains(ch) || matches!(ch, '？' | '！');
    let mut i = 0;
    while i < passage.chars.len() {
        let run = passage.chars[i..]
            .iter()
            .take_while(|&&ch| mark(ch))
            .count();
        let found = &passage.chars[i..i + run];
        // 。。。 stands for an ellipsis and is remarked as one; ？！ is a mark of its own.
        let ellipsis = run >= 3 && found.iter().all(|&ch| ch == '。');
        // Question marks in a row stand for something left open.
        let emphatic = matches!(found, ['？' | '！', '！'] | ['！', '！', '！'])
            || found.iter().all(|&ch| ch == '？');
        if run >= 2 && !ellipsis && !emphatic {
            let message = format!(
                "“{}”处连用了标点“{}”，请核对。",
                passage.around(i),
                passage.slice(i..i + run)
            );
            out.push(passage.remark(i..i + run, message));
        }
        i += run.max(1);
    }
}

/// The same words twice in a row, as a slip of pasting leaves them.
fn phrases(passage: &Passage, out: &mut Vec<Remark>) {
    /// Words of two characters that are never said twice: 研究研究 is the way verbs are.
    const WORDS: [&str; 14] = [
        "关于", "根据", "按照", "进行", "以及", "或者", "并且", "因为", "所以", "但是", "如果",
        "我们", "他们", "应当",
    ];
    const LONGEST: usize = 40;
    let chars = &passage.chars;
    let mut i = 0;
    while i < chars.len() {
        let most = LONGEST.min((chars.len() - i) / 2);
        let twice = (2..=most).rev().find(|&length| {
            let (first, rest) = chars[i..].split_at(length);
            if first != &rest[..length] {
                return false;
            }
            let han = first.iter().filter(|&&ch| is_han(ch)).count();
            let same = first.iter().all(|&ch| ch == first[0]);
            let open = first
                .iter()
                .any(|ch| ch.is_whitespace() || "_□×".contains(*ch));
            // 一个一个 and 某局某局 are good Chinese.
            let usual = matches!(first[0], '一' | '某');
            match length {
                2 => WORDS
                    .iter()
                    .any(|word| word.chars().eq(first.iter().copied())),
                3 | 4 => han == length && !same && !usual,
                _ => han >= 4 && !same && !open,
            }
        });
        if let Some(length) = twice {
            let message = format!("“{}”重复，请核对。", passage.slice(i..i + length));
            out.push(passage.remark(i..i + 2 * length, message));
            i += 2 * length;
        } else {
            i += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn what_stands_twice_by_mistake() {
        testing::marks(
            remarks,
            &[
                ("请报送的的材料。", &["的的"]),
                ("同志们们", &["们们"]),
                ("请报送材料。。", &["。。"]),
                ("请报送，。材料", &["，。"]),
                ("甲、，乙", &["、，"]),
                ("请组织部组织部报送。", &["组织部组织部"]),
                ("现进行进行核查。", &["进行进行"]),
                (
                    "请于11月30日前报送请于11月30日前报送",
                    &["请于11月30日前报送请于11月30日前"],
                ),
            ],
            &[
                "为了了解现在在办的事，对对象及及时性说明目的的时候。",
                "的的确确，研究研究，一个一个地谈，某局某局长",
                "乘坐的的士",
                "是吗？！",
                "他说：“好。”",
                "材料。。。",
                "年　月　日年　月　日",
                "□同意　□不同意",
                "由参与与合作的合并并入",
                "好！！！",
            ],
        );
    }

    #[test]
    fn a_record_keeps_what_was_said_twice() {
        let said = "我不知道我不知道，请问组织部的的同志。";
        let passage = Passage::new("", "", said, Kind::Spoken);
        let mut found = Vec::new();
        remarks(&passage, &mut found);
        let marked: Vec<_> = found.into_iter().filter_map(|it| it.span).collect();
        assert_eq!(marked.len(), 1);
        assert_eq!(marked[0].excerpt, "的的");
    }
}
