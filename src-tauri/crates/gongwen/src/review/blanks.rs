//! Remarks about places that were to be filled in, and phrases of templates.

use super::Remark;
use super::passage::Passage;

/// What marks a place left open. Repeated signs are taken as one place.
const OPEN: [&str; 13] = [
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
    "待填",
    "此处填写",
];

/// Remarks about one text.
pub(super) fn remarks(passage: &Passage, out: &mut Vec<Remark>) {
    signs(passage, out);
    if !passage.fillable {
        dates_and_brackets(passage, out);
    }
    for at in passage.find("此页无正文") {
        let message = "不使用“此页无正文”，版面会自动调整，请删去。";
        out.push(passage.remark(at..at + 5, message));
    }
}

fn signs(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    let mut i = 0;
    while i < chars.len() {
        let Some(sign) = OPEN.iter().find(|sign| passage.stands(i, sign)) else {
            i += 1;
            continue;
        };
        let first = chars[i];
        let repeated = sign.chars().all(|ch| ch == first);
        let end = if repeated {
            i + chars[i..].iter().take_while(|&&ch| ch == first).count()
        } else {
            i + sign.chars().count()
        };
        // XXL is a size; a blank to be filled in by hand is part of a form.
        let latin = |ch: Option<char>| ch.is_some_and(|ch| ch.is_ascii_alphanumeric());
        let word = first.is_ascii_alphabetic()
            && (latin(passage.before(i)) || latin(chars.get(end).copied()));
        let for_a_pen = first == '_' && passage.fillable;
        if !word && !for_a_pen {
            let found = passage.slice(i..end);
            let message = format!("还留有“{found}”，请把这里的内容补全。");
            out.push(passage.remark(i..end, message));
        }
        i = end;
    }
}

/// `年　月　日`, `〔2026〕　号` and brackets with nothing in them.
fn dates_and_brackets(passage: &Passage, out: &mut Vec<Remark>) {
    let chars = &passage.chars;
    let spaces = |from: usize| {
        let rest = chars.get(from..).unwrap_or_default();
        from + rest
            .iter()
            .take_while(|ch| ch.is_whitespace() && **ch != '\n')
            .count()
    };
    for i in 0..chars.len() {
        let next = spaces(i + 1);
        let then = chars.get(next).copied();
        match (chars[i], then) {
            ('年', Some('月')) | ('月', Some('日')) if next > i + 1 => {
                let message = "日期还没有填写完整，请补全。";
                out.push(passage.remark(i..next + 1, message));
            }
            ('〕', Some('号')) => {
                let message = "文号还没有填写序号，请补全。";
                out.push(passage.remark(i..next + 1, message));
            }
            ('《', Some('》')) | ('“', Some('”')) | ('（', Some('）')) | ('〔', Some('〕'))
                // “《》” speaks of the mark itself.
                if !matches!(passage.before(i), Some('“' | '‘')) =>
            {
                let found = passage.slice(i..next + 1);
                let message = format!("“{found}”里没有内容，请补全，或者删去。");
                out.push(passage.remark(i..next + 1, message));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::passage::Kind;
    use super::super::testing::marks;
    use super::*;

    #[test]
    fn places_left_open() {
        marks(
            remarks,
            &[
                ("请×××同志于XX日报送。", &["×××", "XX"]),
                ("请____报送", &["____"]),
                ("{{姓名}}同志", &["{{", "}}"]),
                ("（此页无正文）", &["此页无正文"]),
                ("于2026年　月　日", &["年　月", "月　日"]),
                ("按示组发〔2026〕号文件", &["〕号"]),
                ("按示组发〔2026〕  号文件", &["〕  号"]),
                ("按《》报送", &["《》"]),
                ("（）", &["（）"]),
            ],
            &[
                "尺码为XXL",
                "3×5厘米",
                "使用书名号“《》”时",
                "示组发〔2026〕6号",
                "岗位空缺待补",
                "C*D",
                "2026年月均",
            ],
        );
    }

    #[test]
    fn a_form_may_have_blanks_for_a_pen() {
        let mut form = Passage::new(
            "正文第1段",
            "/body/0/p",
            "共__页，年　月　日（　）",
            Kind::Cell,
        );
        let mut found = Vec::new();
        form.fillable = true;
        remarks(&form, &mut found);
        assert_eq!(found, []);
        form.fillable = false;
        remarks(&form, &mut found);
        assert_eq!(found.len(), 4);
    }
}
