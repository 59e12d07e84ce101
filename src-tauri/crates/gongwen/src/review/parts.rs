//! Remarks about the parts of a document: what is missing, what does not fit together.

use super::Remark;
use crate::model::{Block, Date, Document, Format};

/// Remarks about the parts.
pub(super) fn remarks(document: &Document, today: Date) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let addressed = matches!(document.format, Format::Letter | Format::Document);
    if addressed && blank(document.to.as_deref()) {
        remarks.push(Remark::new(
            "主送机关",
            "没有主送机关，请补上，或者确认这份公文不需要主送。",
        ));
    }
    if document
        .title
        .trim()
        .ends_with(['。', '；', '，', '、', '：'])
    {
        remarks.push(Remark::new("标题", "标题末尾一般不用标点，请删去。"));
    }
    number(document, &mut remarks);
    signature(document, today, &mut remarks);
    headings("正文", &document.body, &mut remarks);
    for (i, annex) in document.annexes.iter().enumerate() {
        headings(&format!("附件{}", i + 1), &annex.body, &mut remarks);
    }
    attachments(document, &mut remarks);
    remarks
}

fn blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// 发文字号: present, year in 〔 〕 and the year of the date, no leading zero, no 第 (item 7).
fn number(document: &Document, remarks: &mut Vec<Remark>) {
    let place = "发文字号";
    let numbered = matches!(
        document.format,
        Format::Letter | Format::Document | Format::Order | Format::Minutes
    );
    if blank(document.number.as_deref()) {
        if numbered {
            remarks.push(Remark::new(place, "还没有编号，请在印发前补上。"));
        }
        return;
    }
    let number = document.number.as_deref().unwrap_or("").trim();
    if !matches!(document.format, Format::Letter | Format::Document) {
        return;
    }
    let Some((_, rest)) = number.split_once('〔') else {
        let message = "年份应当用六角括号“〔〕”括起，请改正。";
        remarks.push(Remark::new(place, message));
        return;
    };
    let (year, serial) = rest.split_once('〕').unwrap_or((rest, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || !digits(year) {
        remarks.push(Remark::new(place, "年份应当写全四位阿拉伯数字，请改正。"));
    }
    if serial.starts_with('第') {
        remarks.push(Remark::new(place, "序号前不加“第”字，请删去。"));
    }
    if serial.trim_start_matches('第').starts_with('0') {
        remarks.push(Remark::new(place, "序号不编虚位，开头的“0”请删去。"));
    }
    if !serial.ends_with('号') {
        remarks.push(Remark::new(place, "序号后应当有“号”字，请补上。"));
    }
    let date = document.signature.as_ref().and_then(|signed| signed.date);
    if let Some(date) = date
        && year.len() == 4
        && !date.to_string().starts_with(year)
    {
        let message = format!("年份“{year}”与成文日期{date}不是同一年，请核对。");
        remarks.push(Remark::new(place, message));
    }
}

/// 署名 and 成文日期.
fn signature(document: &Document, today: Date, remarks: &mut Vec<Remark>) {
    let signs = matches!(
        document.format,
        Format::Letter | Format::Document | Format::Order
    );
    let Some(signed) = &document.signature else {
        if signs {
            let message = "没有发文机关署名和成文日期，请补上。";
            remarks.push(Remark::new("发文机关署名", message));
        }
        return;
    };
    let named = signed.organs.iter().any(|organ| !organ.trim().is_empty());
    if signs && !named && blank(signed.post.as_deref()) {
        remarks.push(Remark::new("发文机关署名", "没有发文机关署名，请补上。"));
    }
    match signed.date {
        None if signs => remarks.push(Remark::new("成文日期", "没有成文日期，请在签发后补上。")),
        Some(date) if date > today => {
            let message = format!("成文日期{date}在今天（{today}）之后，请核对。");
            remarks.push(Remark::new("成文日期", message));
        }
        _ => {}
    }
    if let (Some(printed), Some(date)) = (&document.printed_by, signed.date)
        && printed.date < date
    {
        let message = format!("印发日期{}在成文日期{date}之前，请核对。", printed.date);
        remarks.push(Remark::new("印发日期", message));
    }
}

/// Levels of headings and their numbers: 一、 （一） 1. （1） (item 12).
fn headings(part: &str, blocks: &[Block], remarks: &mut Vec<Remark>) {
    // How many headings of each level have been seen below the last one of the level above.
    let mut seen = [0_usize; 4];
    for (i, block) in blocks.iter().enumerate() {
        let Block::Heading { level, text, .. } = block else {
            continue;
        };
        let place = format!("{part}第{}段", i + 1);
        let level = usize::from((*level).clamp(1, 4));
        let numbered = numeral(level, text);
        // A document may begin with any level, but inside it none is skipped.
        let above = seen[..level - 1].iter().rposition(|&count| count > 0);
        if let Some(above) = above
            && above + 2 < level
        {
            let message = format!(
                "标题从第{}级直接到了第{level}级，中间跳过了层次，请核对。",
                above + 1
            );
            remarks.push(Remark::new(&place, message));
        }
        seen[level - 1] += 1;
        for deeper in &mut seen[level..] {
            *deeper = 0;
        }
        let form = ["一、", "（一）", "1.", "（1）"][level - 1];
        // A single heading stands without a number.
        let alone = blocks.iter().filter(|other| is_heading(other)).count() == 1;
        match numbered {
            None if alone => {}
            None => {
                let message = format!("第{level}级标题的序号应当写成“{form}”的形式，请核对。");
                remarks.push(Remark::new(&place, message));
            }
            Some(found) if found != seen[level - 1] => {
                let message = format!(
                    "标题序号是{found}，按顺序应当是{}，请核对。",
                    seen[level - 1]
                );
                remarks.push(Remark::new(&place, message));
                seen[level - 1] = found;
            }
            Some(_) => {}
        }
    }
}

fn is_heading(block: &Block) -> bool {
    matches!(block, Block::Heading { .. })
}

/// The number a heading of a level bears.
fn numeral(level: usize, text: &str) -> Option<usize> {
    let text = text.trim();
    let inner = match level {
        1 => text.split_once('、')?.0,
        3 => text.split_once(['.', '．'])?.0,
        _ => text.strip_prefix('（')?.split_once('）')?.0,
    };
    if level <= 2 {
        chinese(inner)
    } else {
        inner.parse().ok()
    }
}

/// 一 to 九十九.
fn chinese(text: &str) -> Option<usize> {
    let digit = |text: &str| -> Option<usize> {
        let found = "一二三四五六七八九"
            .chars()
            .position(|numeral| text.chars().eq([numeral]))?;
        Some(found + 1)
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}

/// 附件 named in the text, listed below it, bound with it.
fn attachments(document: &Document, remarks: &mut Vec<Remark>) {
    let listed = document.attachments.len();
    for (place, text) in super::texts(document) {
        if !place.starts_with("正文") {
            continue;
        }
        let highest = mentioned(&text);
        if let Some(number) = highest
            && listed < number.max(1)
            && document.annexes.len() < number.max(1)
        {
            let message = if number == 0 || listed == 0 {
                "提到了附件，但没有附件说明，也没有附上附件，请核对。".to_owned()
            } else {
                format!("提到了附件{number}，但只列了{listed}个附件，请核对。")
            };
            remarks.push(Remark::new(place, message));
        }
    }
    let annexed = document.annexes.len();
    // What an order promulgates follows it without being listed.
    if document.format == Format::Order {
        return;
    }
    if annexed > 0 && listed != annexed {
        let message = format!("附件说明列了{listed}个，正文后附了{annexed}个，请核对。");
        remarks.push(Remark::new("附件说明", message));
    } else {
        for (i, (name, annex)) in document
            .attachments
            .iter()
            .zip(&document.annexes)
            .enumerate()
        {
            let plain = |text: &str| text.split_whitespace().collect::<String>();
            if plain(name) != plain(&annex.title) {
                let message = format!(
                    "附件说明写“{name}”，附件标题是“{}”，应当一致。",
                    annex.title
                );
                remarks.push(Remark::new(format!("附件说明第{}项", i + 1), message));
            }
        }
    }
}

/// The highest number of an attachment a text speaks of: 见附件, 附件2; 0 for one without a number.
fn mentioned(text: &str) -> Option<usize> {
    let mut highest = None;
    for (at, _) in text.match_indices("附件") {
        let before = &text[..at];
        let after = &text[at + "附件".len()..];
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        let shown = ["见", "按", "按照", "填写", "依照"]
            .iter()
            .any(|word| before.ends_with(word));
        if shown || !digits.is_empty() {
            highest = highest.max(Some(digits.parse().unwrap_or(0)));
        }
    }
    highest
}
