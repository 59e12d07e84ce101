//! Remarks about 发文字号 (GB/T 9704-2012 §7.2.5): year in 〔 〕, no leading zero, no 第, ends 号.

use super::calendar;
use super::passage::{Kind, Passage};
use super::{Draft, Remark};
use crate::model::Format;

/// Remarks about the number.
pub(super) fn remarks(draft: &Draft, out: &mut Vec<Remark>) {
    let document = draft.document;
    let numbered = matches!(
        document.format,
        Format::Letter | Format::Document | Format::Order | Format::Minutes
    );
    let place = "发文字号";
    let text = document.number.as_deref().unwrap_or("");
    if text.trim().is_empty() {
        if numbered {
            out.push(Remark::missing(place, "还没有编号，请在印发前补上。"));
        }
        return;
    }
    let number = Passage::new(place, "/number", text, Kind::Short);
    let strict = matches!(document.format, Format::Letter | Format::Document);
    // An order is numbered 第18号, minutes 第12期 or 〔2026〕12号, a form as its office likes.
    if strict || document.format == Format::Minutes && text.contains('〔') {
        parts(draft, &number, strict, out);
    }
}

/// The parts of a number: 代字, 〔year〕, serial, 号.
fn parts(draft: &Draft, number: &Passage, strict: bool, out: &mut Vec<Remark>) {
    let chars = &number.chars;
    let find = |wanted: char| chars.iter().position(|&ch| ch == wanted);
    let (open, close) = match (find('〔'), find('〕')) {
        (Some(open), Some(close)) if open < close => (open, close),
        _ => {
            let message = "年份应当用六角括号“〔〕”括起，请改正。";
            out.push(number.whole(message));
            return;
        }
    };
    if strict && chars[..open].iter().all(|ch| ch.is_whitespace()) {
        out.push(number.remark(open..close + 1, "年份前面没有发文机关代字，请补上。"));
    }
    let year = number.slice(open + 1..close);
    let figures = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    if !figures {
        let message = "年份应当写全四位阿拉伯数字，请改正。";
        out.push(number.remark(open + 1..close, message));
    }
    let first = |at: usize| chars.get(at).copied();
    let mut at = close + 1;
    if first(at) == Some('第') {
        out.push(number.remark(at..at + 1, "序号前不加“第”字，请删去。"));
        at += 1;
    }
    let zeros = chars[at..].iter().take_while(|&&ch| ch == '0').count();
    if zeros > 0 {
        let message = "序号不编虚位，开头的“0”请删去。";
        out.push(number.remark(at..at + zeros, message));
    }
    let end = number.text.trim_end().chars().count();
    if first(end - 1) == Some('号') {
        let serial = &chars[at..(end - 1).max(at)];
        if !serial.iter().all(char::is_ascii_digit) || serial.is_empty() {
            let message = "序号应当只有阿拉伯数字，请核对。";
            out.push(number.remark(at..end - 1, message));
        }
    } else {
        out.push(number.remark(at..end, "序号后应当有“号”字，请补上。"));
    }
    let dated = draft.document.signature.as_ref();
    if let Some(date) = dated.and_then(|signed| signed.date)
        && figures
        && year.parse() != Ok(calendar::year(date))
    {
        let message = format!("年份“{year}”与成文日期{date}不是同一年，请核对。");
        out.push(number.remark(open + 1..close, message));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{remarked, unremarked};

    #[test]
    fn the_number_in_its_form() {
        let place = "发文字号";
        remarked(|l| l.number = None, place, "", "还没有编号");
        for (number, excerpt, part) in [
            ("示组函〔2026〕018号", "0", "虚位"),
            ("示组函[2026]18号", "示组函[2026]18号", "六角括号"),
            ("示组函（2026）18号", "示组函（2026）18号", "六角括号"),
            ("示组函〕2026〔18号", "示组函〕2026〔18号", "六角括号"),
            ("示组函〔26〕18号", "26", "四位"),
            ("示组函〔2026〕第18号", "第", "不加“第”"),
            ("示组函〔2026〕18", "18", "“号”字"),
            ("示组函〔2026〕号", "", "阿拉伯数字"),
            ("示组函〔2026〕十八号", "十八", "阿拉伯数字"),
            ("〔2026〕18号", "〔2026〕", "代字"),
            ("示组函〔2025〕18号", "2025", "不是同一年"),
            ("示组函〔2027〕18号", "2027", "不是同一年"),
        ] {
            remarked(|l| l.number = Some(number.into()), place, excerpt, part);
        }
        for number in [
            "示组函〔2026〕1号",
            "示组函〔2026〕108号",
            "示组函〔2026〕18号 ",
        ] {
            unremarked(|l| l.number = Some(number.into()));
        }
    }
}
