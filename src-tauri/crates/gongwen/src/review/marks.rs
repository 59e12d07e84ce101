//! Remarks about punctuation, repeated characters and places left open.

use super::Remark;

/// Remarks about one text.
pub(super) fn remarks(place: &str, text: &str) -> Vec<Remark> {
    let characters: Vec<char> = text.chars().collect();
    let mut remarks = Vec::new();
    let mut add = |message: String| {
        let remark = Remark::new(place, message);
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    };
    half_width(&characters, &mut add);
    unpaired(&characters, &mut add);
    repeated(&characters, &mut add);
    left_open(text, &mut add);
    remarks
}

/// A few characters around a place, to find it by.
fn around(text: &[char], at: usize) -> String {
    let from = at.saturating_sub(4);
    text[from..text.len().min(at + 4)].iter().collect()
}

/// Characters of Chinese text.
fn is_han(ch: char) -> bool {
    matches!(u32::from(ch), 0x3400..=0x9FFF | 0x2_0000..=0x3_FFFF)
}

/// Half-width marks beside Chinese characters (GB/T 15834).
fn half_width(text: &[char], add: &mut impl FnMut(String)) {
    for (i, &ch) in text.iter().enumerate() {
        let full = match ch {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '?' => '？',
            '!' => '！',
            '(' => '（',
            ')' => '）',
            '.' => '。',
            '"' => '“',
            _ => continue,
        };
        let before = i.checked_sub(1).and_then(|i| text.get(i)).copied();
        let after = text.get(i + 1).copied();
        let han = |ch: Option<char>| ch.is_some_and(is_han);
        // 1.时间 is the number of a heading.
        let wrong = if ch == '.' {
            han(before)
        } else {
            han(before) || han(after)
        };
        if wrong {
            add(format!(
                "“{}”中用了半角标点“{ch}”，中文里应当用全角“{full}”。",
                around(text, i)
            ));
        }
    }
}

/// 《》, （）, “”, 〔〕 and the like that are not closed or not opened.
fn unpaired(text: &[char], add: &mut impl FnMut(String)) {
    const PAIRS: [(char, char); 7] = [
        ('《', '》'),
        ('〈', '〉'),
        ('（', '）'),
        ('“', '”'),
        ('‘', '’'),
        ('〔', '〕'),
        ('【', '】'),
    ];
    let mut open: Vec<(usize, char)> = Vec::new();
    for (i, &ch) in text.iter().enumerate() {
        if PAIRS.iter().any(|pair| pair.0 == ch) {
            open.push((i, ch));
        } else if let Some(&(opening, _)) = PAIRS.iter().find(|pair| pair.1 == ch) {
            match open.iter().rposition(|&(_, found)| found == opening) {
                Some(at) => {
                    open.remove(at);
                }
                // 1） and 一） number items; ’ is an apostrophe after a Latin letter.
                None if ch == '）' && i <= 3 => {}
                None if ch == '’' && i > 0 && text[i - 1].is_ascii_alphabetic() => {}
                None => add(format!(
                    "“{}”处的“{ch}”前面没有“{opening}”，标点不成对。",
                    around(text, i)
                )),
            }
        }
    }
    for (i, ch) in open {
        let closing = PAIRS.iter().find(|pair| pair.0 == ch).map_or(ch, |p| p.1);
        add(format!(
            "“{}”处的“{ch}”后面没有“{closing}”，标点不成对。",
            around(text, i)
        ));
    }
}

/// Characters that good text does not repeat, and marks set twice.
fn repeated(text: &[char], add: &mut impl FnMut(String)) {
    // Few characters: 及及时, 为了了解, 现在在, 行为为 are all good Chinese.
    const NEVER_TWICE: &str = "的被或也已，。、；：？！";
    for (i, pair) in text.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        // 目的的 and 的的确确.
        let word = a == '的'
            && (i > 0 && text[i - 1] == '目' || text.get(i + 2).is_some_and(|&ch| ch == '确'));
        if a == b && NEVER_TWICE.contains(a) && !word {
            add(format!("“{}”处“{a}”重复，请核对。", around(text, i)));
        }
    }
    // The same two to four characters twice, as a slip of pasting leaves them.
    for length in 2..=4 {
        for (i, both) in text.windows(2 * length).enumerate() {
            let (first, second) = both.split_at(length);
            let plain = first.iter().all(|&ch| is_han(ch));
            let same = first.iter().all(|&ch| ch == first[0]);
            // 研究研究 is the way verbs are repeated, and 一个一个 that of numerals.
            let usual = length == 2 || matches!(first[0], '一' | '某');
            if plain && first == second && !same && !usual {
                add(format!(
                    "“{}”重复，请核对。",
                    text[i..i + 2 * length].iter().collect::<String>()
                ));
            }
        }
    }
}

/// Places that were to be filled in.
fn left_open(text: &str, add: &mut impl FnMut(String)) {
    const OPEN: [&str; 15] = [
        "×××",
        "××",
        "XX",
        "xx",
        "＊＊",
        "**",
        "__",
        "？？",
        "??",
        "{{",
        "}}",
        "TODO",
        "待补",
        "待填",
        "此处填写",
    ];
    if let Some(found) = OPEN.iter().find(|open| text.contains(**open)) {
        add(format!("还留有“{found}”，请把这里的内容补全。"));
    }
    if text.contains("此页无正文") {
        add("不使用“此页无正文”，版面会自动调整，请删去。".to_owned());
    }
}
