//! Text with placeholders: `请{姓名}同志…`.

use std::collections::BTreeMap;

/// What the placeholders stand for; an empty value counts as not known.
pub(crate) type Values = BTreeMap<&'static str, String>;

/// Shown where something is not filled in yet: a draft can be looked at, and
/// the gap is seen.
const GAP: &str = "____";

/// A piece of a text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    Placeholder(&'a str),
}

/// Splits `text`; `Err` names what is wrong with its braces, in Chinese.
fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        if at > 0 {
            pieces.push(Piece::Words(&rest[..at]));
        }
        let after = &rest[at + 1..];
        if rest[at..].starts_with('}') {
            return Err(format!("“{text}”中的花括号不成对"));
        }
        let end = after
            .find(['{', '}'])
            .filter(|end| after[*end..].starts_with('}'))
            .ok_or_else(|| format!("“{text}”中的花括号不成对"))?;
        pieces.push(Piece::Placeholder(&after[..end]));
        rest = &after[end + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest));
    }
    Ok(pieces)
}

/// Names of the placeholders in `text`, or what is wrong with it.
pub(crate) fn placeholders(text: &str) -> Result<Vec<&str>, String> {
    Ok(pieces(text)?
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name),
            Piece::Words(_) => None,
        })
        .collect())
}

/// `text` with its placeholders filled. A value not known leaves a visible gap.
pub(crate) fn fill(text: &str, values: &Values) -> String {
    let Ok(pieces) = pieces(text) else {
        return text.to_owned();
    };
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => words,
            Piece::Placeholder(name) => known(values, name).unwrap_or(GAP),
        })
        .collect()
}

/// The value of `name`, unless it is empty.
pub(crate) fn known<'a>(values: &'a Values, name: &str) -> Option<&'a str> {
    values
        .get(name)
        .map(String::as_str)
        .filter(|value| !value.is_empty())
}

/// `text` as a sentence: trimmed, and closed with 。 when nothing closes it,
/// looking through closing quotes and brackets.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    let inner = text.trim_end_matches(['”', '’', '）', '》', '」']);
    if inner.is_empty() || inner.ends_with(['。', '？', '！', '；', '：', '…']) {
        return text.to_owned();
    }
    let bare = text.trim_end_matches(['，', '、', '.', ',', ';']);
    format!("{bare}。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_gaps_are_seen() {
        let values = Values::from([("姓名", "甲某".to_owned()), ("电话", String::new())]);
        assert_eq!(
            fill("请{姓名}同志拨打{电话}。", &values),
            "请甲某同志拨打____。"
        );
        assert_eq!(fill("{姓名}{姓名}", &values), "甲某甲某");
        assert_eq!(fill("没有", &values), "没有");
    }

    #[test]
    fn values_are_never_read_as_templates() {
        let values = Values::from([("姓名", "{电话}".to_owned()), ("电话", "1".to_owned())]);
        assert_eq!(fill("{姓名}", &values), "{电话}");
    }

    #[test]
    fn unpaired_braces_are_found() {
        for text in ["{姓名", "姓名}", "{姓{名}}", "}{"] {
            assert!(placeholders(text).is_err(), "{text}");
        }
        assert_eq!(placeholders("甲{乙}丙{丁}"), Ok(vec!["乙", "丁"]));
    }

    #[test]
    fn sentences_are_closed_once() {
        for (text, wanted) in [
            (" 请说明经过 ", "请说明经过。"),
            ("请说明经过。", "请说明经过。"),
            ("是否属实？", "是否属实？"),
            ("请说明经过，", "请说明经过。"),
            ("他说“知道了。”", "他说“知道了。”"),
            ("改为“五人”", "改为“五人”。"),
            ("", ""),
        ] {
            assert_eq!(sentence(text), wanted);
        }
    }
}
