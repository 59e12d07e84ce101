//! Putting the text of one paragraph in order.

/// Removes what cannot be seen, turns every kind of blank at the ends away and
/// keeps everything else, so that positions in the text mean what the reader sees.
/// Line breaks inside a paragraph stay as `\n`.
pub(crate) fn paragraph(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    for c in raw.chars() {
        match c {
            '\n' | '\u{b}' | '\u{2028}' | '\u{2029}' | '\u{85}' => {
                while text.ends_with([' ', '\t', '\u{3000}']) {
                    text.pop();
                }
                text.push('\n');
            }
            '\u{a0}' | '\u{2007}' | '\u{202f}' => text.push(' '),
            _ if invisible(c) => {}
            _ => text.push(c),
        }
    }
    text.trim().to_owned()
}

/// Control characters, zero-width characters and the byte order mark. Joiners
/// and variation selectors stay: a rare character of a name may need them.
fn invisible(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(
            c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{202a}'
                ..='\u{202e}'
        )
}

/// Han characters, kana and full-width signs: between two of them no blank is
/// written in Chinese.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{303f}' | '\u{3040}'..='\u{33ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}'
        | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}'
        | '‘' | '’' | '“' | '”' | '…' | '—' | '·' | '①'..='⑳')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_trimmed_and_the_inside_is_kept() {
        assert_eq!(paragraph("\u{feff}　　甲　某 \t"), "甲　某");
        assert_eq!(paragraph("第一行  \n第二行\r\n"), "第一行\n第二行");
        assert_eq!(paragraph("a\u{a0}b\0\u{200b}c"), "a bc");
        assert_eq!(paragraph("\u{845b}\u{e0100}"), "\u{845b}\u{e0100}");
    }
}
