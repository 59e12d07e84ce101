//! Remarks about marks and figures of the wrong form: half-width marks in Chinese text, full-width
//! figures, a circle for 〇 (GB/T 15834-2011, GB/T 15835-2011).

use super::Remark;
use super::passage::{Passage, is_han};

/// Chinese numerals that stand for figures: 二〇二六.
const NUMERALS: &str = "一二三四五六七八九〇";

/// Remarks about one text.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    half_width(passage, out);
    dots_and_dashes(passage, out);
    full_width(passage, out);
    zeros(passage, out);
    between_titles(passage, out);
    item_number(passage, out);
}

/// Half-width marks beside Chinese characters.
fn half_width(passage: &Passage, out: &mut Vec<Remark>) {
    for (i, &ch) in passage.chars.iter().enumerate() {
        let full = match ch {
            ',' => "，",
            ';' => "；",
            ':' => "：",
            '?' => "？",
            '!' => "！",
            '(' => "（",
            ')' => "）",
            '.' => "。",
            '"' => "”（或“）",
            '\'' => "’（或‘）",
            _ => continue,
        };
        let before = passage.before(i);
        let after = passage.chars.get(i + 1).copied();
        let han = |ch: Option<char>| ch.is_some_and(is_han);
        let latin = |ch: Option<char>| ch.is_some_and(|ch| ch.is_ascii_alphanumeric());
        let wrong = match ch {
            // 1.时间 is the number of an item, 情况表.docx a name; dots in a row have a rule below.
            '.' => han(before) && !latin(after) && after != Some('.'),
            // 甲's is Latin.
            '\'' => han(before) && !latin(after) || han(after) && !latin(before),
            _ => han(before) || han(after),
        };
        if wrong {
            let message = format!(
                "“{}”中用了半角标点“{ch}”，中文里应当用全角“{full}”。",
                passage.around(i)
            );
            out.push(passage.remark(i..i + 1, message));
        }
    }
}

/// `...`, `。。。` and a single `…` for ……, `--` for ——, `~` between numbers, `-` between dates.
fn dots_and_dashes(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    let mut i = 0;
    while let Some(&ch) = chars.get(i) {
        let run = chars[i..].iter().take_while(|&&next| next == ch).count();
        let before = passage.before(i);
        let after = chars.get(i + run).copied();
        let beside = |fits: fn(char) -> bool| before.is_some_and(fits) || after.is_some_and(fits);
        let digit = |ch: Option<char>| ch.is_some_and(|ch| ch.is_ascii_digit());
        let message = match ch {
            // ../ is a path.
            '.' if run >= 2 && before.is_some_and(is_han) && after != Some('/') => {
                Some("省略号应当写成“……”，请改正。")
            }
            '。' if run >= 3 => Some("省略号应当写成“……”，请改正。"),
            '…' if run % 2 == 1 => Some("省略号应当写成“……”，占两个字，请改正。"),
            '-' if run >= 2 && beside(is_han) => Some("破折号应当写成“——”，请改正。"),
            '~' if run == 1 && beside(is_han) || ch == '~' && digit(before) && digit(after) => {
                Some("起止之间应当用全角“～”，或者写“至”，请改正。")
            }
            // 2025-07 is a code, 3月-5月 a period.
            '-' if run == 1 && before.is_some_and(|ch| "年月日时".contains(ch)) && digit(after) => {
                Some("时间的起止之间应当用“—”，或者写“至”，请改正。")
            }
            _ => None,
        };
        if let Some(message) = message {
            out.push(passage.remark(i..i + run, message));
        }
        i += run;
    }
}

/// Figures, letters and the per cent sign in full width.
fn full_width(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    let wide = |ch: char| matches!(ch, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '％');
    let figure = |ch: Option<&char>| ch.is_some_and(|&ch| ch.is_ascii_digit() || wide(ch));
    let part = |i: usize| {
        let point = chars[i] == '．' && i > 0 && figure(chars.get(i - 1));
        wide(chars[i]) || point && figure(chars.get(i + 1))
    };
    let mut i = 0;
    while i < chars.len() {
        let run = (i..chars.len()).take_while(|&at| part(at)).count();
        if run > 0 {
            let found = passage.slice(i..i + run);
            let half: String = found.chars().map(narrow).collect();
            let message = format!("“{found}”是全角字符，应当用半角“{half}”，请改正。");
            out.push(passage.remark(i..i + run, message));
        }
        i += run.max(1);
    }
}

/// The half-width form of a full-width character.
fn narrow(ch: char) -> char {
    match u32::from(ch) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(ch),
        _ => ch,
    }
}

/// A circle, a letter or a figure among Chinese numerals where 〇 belongs; 零 in a year.
fn zeros(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    let circle = |ch: char| matches!(ch, '○' | '◯' | 'O' | 'o' | '0' | 'Ｏ' | '０' | '零');
    let numeral = |ch: char| NUMERALS.contains(ch) || circle(ch);
    let mut i = 0;
    while i < chars.len() {
        let run = chars[i..].iter().take_while(|&&ch| numeral(ch)).count();
        let (found, end) = (&chars[i..i + run], i + run);
        let alone = |ch: Option<&char>| ch.is_none_or(|ch| !ch.is_ascii_alphanumeric());
        let plain = run >= 2
            && NUMERALS.contains(found[0])
            && alone(i.checked_sub(1).and_then(|at| chars.get(at)))
            && alone(chars.get(end));
        let year = run == 4 && chars.get(end) == Some(&'年');
        let wrong = |ch: &char| circle(*ch) && (*ch != '零' || year);
        // 二0, 三O: a numeral beyond the zero, or a year, shows that one number is meant.
        let closed = year || found.last().is_some_and(|ch| NUMERALS.contains(*ch));
        let round = found.iter().any(|ch| matches!(ch, '○' | '◯'));
        if plain && found.iter().any(wrong) && (closed || round) {
            let right: String = found
                .iter()
                .map(|&ch| if wrong(&ch) { '〇' } else { ch })
                .collect();
            let written: String = found.iter().collect();
            let message = format!("“{written}”中的零应当写成“〇”，即“{right}”，请改正。");
            out.push(passage.remark(i..end, message));
        }
        i = end.max(i + 1);
    }
}

/// 、 between book titles or quotations that stand side by side (GB/T 15834-2011, 4.5.3.5).
fn between_titles(passage: &Passage, out: &mut Vec<Remark>) {
    for (wrong, what) in [("》、《", "书名号"), ("”、“", "引号")] {
        for at in passage.find(wrong) {
            let message = format!("并列的{what}之间通常不用顿号，请删去“、”。");
            out.push(passage.remark(at..at + 3, message));
        }
    }
}

/// `1、` and `（一）、` at the beginning of an item.
fn item_number(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    let figures = chars.iter().take_while(|ch| ch.is_ascii_digit()).count();
    let han = |at: usize| chars.get(at).copied().is_some_and(is_han);
    if (1..=2).contains(&figures) && chars.get(figures) == Some(&'、') && han(figures + 1) {
        let message = "阿拉伯数字的序号后面用“.”，不用“、”，请改正。";
        out.push(passage.remark(0..figures + 1, message));
    }
    if chars.first() == Some(&'（')
        && let Some(close) = chars.iter().take(6).position(|&ch| ch == '）')
        && chars.get(close + 1) == Some(&'、')
        && chars[1..close]
            .iter()
            .all(|&ch| ch.is_ascii_digit() || ch == '十' || NUMERALS.contains(ch))
    {
        let message = "带括号的序号后面不加“、”，请删去。";
        out.push(passage.remark(close + 1..close + 2, message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::marks;
    use super::*;

    #[test]
    fn half_width_marks_beside_chinese() {
        marks(
            half_width,
            &[
                ("请报送材料,并说明情况。", &[","]),
                ("请报送材料(一式2份)。", &["(", ")"]),
                ("请报送材料(共两份)。", &["(", ")"]),
                ("请报送材料.", &["."]),
                ("网址:见附件", &[":"]),
                ("他说\"不知道\"。", &["\"", "\""]),
                ("是吗?是!", &["?", "!"]),
                ("3项;其中", &[";"]),
            ],
            &[
                "比例为1:2，见A(1)，12.5%。",
                "1.时间要求",
                "情况表.docx",
                "采用.NET平台",
                "上午9:30到会",
                "a@b.example",
                "金额4,860元",
            ],
        );
    }

    #[test]
    fn dots_dashes_and_ranges() {
        marks(
            dots_and_dashes,
            &[
                ("材料...报送", &["..."]),
                ("材料。。。", &["。。。"]),
                ("凭证…并附", &["…"]),
                ("来源--包括", &["--"]),
                ("3~5天", &["~"]),
                ("3月-5月", &["-"]),
                ("9时-11时", &["-"]),
            ],
            &[
                "凭证……并附",
                "来源——包括",
                "3～5天",
                "3月—5月",
                "编号2025-07，电话0000-1234567",
                "省略整段…………",
                "路径../a",
                "E-mail",
            ],
        );
    }

    #[test]
    fn figures_in_full_width() {
        marks(
            full_width,
            &[
                ("２０２６年", &["２０２６"]),
                ("占１２．５％。", &["１２．５％"]),
                ("占12％", &["％"]),
                ("Ａ4纸", &["Ａ"]),
            ],
            &["1．时间", "占12.5%", "（一）〔2026〕", "（1）"],
        );
    }

    #[test]
    fn zeros_among_chinese_numerals() {
        marks(
            zeros,
            &[
                ("二○二六年", &["二○二六"]),
                ("二O二六年", &["二O二六"]),
                ("二0二0年", &["二0二0"]),
                ("二零二六年", &["二零二六"]),
                ("二○○九", &["二○○九"]),
            ],
            &[
                "二〇二六年",
                "一百零三人",
                "三零一医院",
                "第一O型",
                "○○县",
                "一0",
                "第三0号线",
                "二00元",
            ],
        );
    }

    #[test]
    fn marks_of_lists() {
        marks(
            between_titles,
            &[
                ("《甲》、《乙》和《丙》", &["》、《"]),
                ("“甲”、“乙”", &["”、“"]),
            ],
            &[
                "《甲》《乙》和《丙》",
                "《甲》（试行）、《乙》",
                "“甲”和“乙”",
            ],
        );
        marks(
            item_number,
            &[
                ("1、时间", &["1、"]),
                ("（一）、时间", &["、"]),
                ("（10）、人", &["、"]),
            ],
            &[
                "1.时间",
                "1、2号楼",
                "（一）时间",
                "一、时间",
                "3、5、7月",
                "（甲）、（乙）",
            ],
        );
    }
}
