//! Automatic numbers of list paragraphs: 一、 （二） 3. and so on. The number is
//! part of what the reader of the printed minutes sees and quotes.

use std::collections::HashMap;

use super::xml::{Element, Event, Xml};
use crate::{Error, Limits};

/// Levels of a list (ECMA-376 part 1, 17.9.6).
const LEVELS: usize = 9;

#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: HashMap<u32, List>,
    patterns: HashMap<u32, [Level; LEVELS]>,
    /// Last number used, per pattern: lists over the same pattern continue each other.
    counters: HashMap<u32, [Option<u32>; LEVELS]>,
}

#[derive(Debug, Default)]
struct List {
    pattern: u32,
    /// Levels that begin anew with this list, until it is first used.
    restarts: HashMap<u32, u32>,
}

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    text: String,
    /// All numbers of the label in Arabic digits.
    legal: bool,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 1,
            format: "decimal".into(),
            text: String::new(),
            legal: false,
        }
    }
}

impl Numbering {
    /// Counts one paragraph of a list and gives its label, which may be empty.
    pub(super) fn next(&mut self, list: u32, level: u32) -> String {
        let level = (level as usize).min(LEVELS - 1);
        let Some(found) = self.lists.get_mut(&list) else {
            return String::new();
        };
        let Some(levels) = self.patterns.get(&found.pattern) else {
            return String::new();
        };
        let counters = self.counters.entry(found.pattern).or_default();
        if let Some(start) = found.restarts.remove(&(level as u32)) {
            counters[level] = Some(start);
        } else {
            counters[level] = Some(match counters[level] {
                Some(last) => last.saturating_add(1),
                None => levels[level].start,
            });
        }
        for deeper in &mut counters[level + 1..] {
            *deeper = None;
        }
        label(levels, counters, level)
    }
}

fn label(levels: &[Level; LEVELS], counters: &[Option<u32>; LEVELS], level: usize) -> String {
    let own = &levels[level];
    if own.format == "bullet" {
        // Bullets come from symbol fonts; what they look like does not matter.
        return if own.text.is_empty() {
            String::new()
        } else {
            "•".into()
        };
    }
    let mut label = String::new();
    let mut chars = own.text.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            label.push(c);
            continue;
        }
        let Some(place @ 1..=9) = chars.next().and_then(|digit| digit.to_digit(10)) else {
            continue;
        };
        let place = place as usize - 1;
        let number = counters[place].unwrap_or(levels[place].start);
        let format = if own.legal {
            "decimal"
        } else {
            levels[place].format.as_str()
        };
        label.push_str(&written(number, format));
    }
    label
}

pub(super) fn read(part: &str, limits: &Limits) -> Result<Numbering, Error> {
    let mut xml = Xml::new(part, limits);
    let mut numbering = Numbering::default();
    let mut place = Place::default();
    while let Some(event) = xml.next()? {
        if let Event::Start(element) = event {
            numbering.take(&element, &mut place);
        }
    }
    Ok(numbering)
}

/// Which definition the reader is inside of.
#[derive(Default)]
struct Place {
    pattern: Option<u32>,
    list: Option<u32>,
    level: usize,
}

impl Numbering {
    fn take(&mut self, element: &Element<'_>, place: &mut Place) {
        let id = |name| {
            element
                .attribute(name)
                .and_then(|value| value.parse::<u32>().ok())
        };
        match element.name.as_str() {
            "abstractNum" => {
                place.pattern = id("abstractNumId");
                place.list = None;
            }
            "num" => {
                place.list = id("numId");
                place.pattern = None;
            }
            "lvl" | "lvlOverride" => place.level = id("ilvl").unwrap_or(0) as usize,
            "abstractNumId" => {
                if let (Some(list), Some(pattern)) = (place.list, element.number()) {
                    self.lists.entry(list).or_default().pattern = pattern;
                }
            }
            "startOverride" => {
                if let (Some(list), Some(start)) = (place.list, element.number()) {
                    let restarts = &mut self.lists.entry(list).or_default().restarts;
                    restarts.insert(place.level as u32, start);
                }
            }
            name => {
                let Some(pattern) = place.pattern else { return };
                let levels = self.patterns.entry(pattern).or_default();
                let Some(level) = levels.get_mut(place.level) else {
                    return;
                };
                match name {
                    "start" => level.start = element.number().unwrap_or(1),
                    "numFmt" => level.format = element.value().unwrap_or_default(),
                    "lvlText" => level.text = element.value().unwrap_or_default(),
                    "isLgl" => level.legal = element.is_on(),
                    _ => {}
                }
            }
        }
    }
}

/// A number in one of the formats of ECMA-376 part 1, 17.18.59. Formats that
/// Chinese documents do not use are written in Arabic digits.
fn written(number: u32, format: &str) -> String {
    match format {
        "none" => String::new(),
        "decimalZero" => format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => number
            .to_string()
            .chars()
            .map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c))
            .collect(),
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting"
        | "ideographDigital" => counted(
            number,
            ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"],
            ["", "十", "百", "千"],
        ),
        "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => counted(
            number,
            ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"],
            ["", "拾", "佰", "仟"],
        ),
        "ideographTraditional" => one_of("甲乙丙丁戊己庚辛壬癸", number),
        "ideographZodiac" => one_of("子丑寅卯辰巳午未申酉戌亥", number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            one_of("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", number)
        }
        "upperLetter" => letters(number),
        "lowerLetter" => letters(number).to_lowercase(),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_lowercase(),
        _ => number.to_string(),
    }
}

/// Chinese counting up to 9999: 十 rather than 一十 at the front.
fn counted(number: u32, digits: [&str; 10], units: [&str; 4]) -> String {
    if number == 0 || number > 9999 {
        return if number == 0 {
            digits[0].into()
        } else {
            number.to_string()
        };
    }
    let mut text = String::new();
    let mut gap = false;
    for place in (0..4).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push_str(digits[0]);
            gap = false;
        }
        if !(digit == 1 && place == 1 && text.is_empty() && units[1] == "十") {
            text.push_str(digits[digit as usize]);
        }
        text.push_str(units[place as usize]);
    }
    text
}

fn one_of(signs: &str, number: u32) -> String {
    let sign = number
        .checked_sub(1)
        .and_then(|index| signs.chars().nth(index as usize));
    sign.map_or_else(|| number.to_string(), String::from)
}

/// A … Z, AA, BB … as Word counts.
fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1).filter(|index| *index < 26 * 30) else {
        return number.to_string();
    };
    let letter = char::from(b'A' + (index % 26) as u8);
    std::iter::repeat_n(letter, index as usize / 26 + 1).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number > 4999 {
        return number.to_string();
    }
    let mut left = number;
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            text.push_str(sign);
            left -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = r#"<w:numbering xmlns:w="w">
      <w:abstractNum w:abstractNumId="3">
        <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
        <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2.%3"/><w:isLgl/></w:lvl>
      </w:abstractNum>
      <w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num>
      <w:num w:numId="2"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
    </w:numbering>"#;

    #[test]
    fn labels_count_restart_and_continue() {
        let mut numbering = read(PART, &Limits::default()).expect("well-formed");
        let steps = [
            (1, 0, "一、"),
            (1, 1, "（一）"),
            (1, 1, "（二）"),
            (1, 2, "1.2.1"),
            (1, 0, "二、"),
            (1, 1, "（一）"),
            (2, 0, "五、"),
            (2, 0, "六、"),
            (9, 0, ""),
            (1, 99, ""),
        ];
        for (list, level, expected) in steps {
            assert_eq!(numbering.next(list, level), expected, "{list} {level}");
        }
    }

    #[test]
    fn numbers_are_written_as_in_official_documents() {
        for (number, text) in [
            (0, "零"),
            (9, "九"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (21, "二十一"),
            (100, "一百"),
            (101, "一百零一"),
            (110, "一百一十"),
            (1001, "一千零一"),
            (1010, "一千零一十"),
        ] {
            assert_eq!(written(number, "chineseCounting"), text);
        }
        assert_eq!(written(15, "chineseLegalSimplified"), "壹拾伍");
        assert_eq!(written(3, "decimalEnclosedCircleChinese"), "③");
        assert_eq!(written(21, "decimalEnclosedCircleChinese"), "21");
        assert_eq!(written(4, "ideographTraditional"), "丁");
        assert_eq!(written(28, "lowerLetter"), "bb");
        assert_eq!(written(14, "lowerRoman"), "xiv");
        assert_eq!(written(7, "decimalZero"), "07");
        assert_eq!(written(12, "decimalFullWidth"), "１２");
    }
}
