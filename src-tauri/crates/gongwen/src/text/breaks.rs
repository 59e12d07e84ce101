//! Where a line may end (GB/T 15834 and item 3 of the checklist).

/// May a line end between two characters?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    /// Never, unless nothing else keeps the text inside the type area.
    Never,
    /// Only when the line would otherwise be torn wide open.
    Poor,
    /// Yes.
    Good,
}

/// Marks that never begin a line.
pub(crate) fn never_first(ch: char) -> bool {
    matches!(
        ch,
        '，' | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '”'
            | '’'
            | '）'
            | '》'
            | '〉'
            | '】'
            | '〕'
            | '」'
            | '』'
            | '｝'
            | '］'
            | '—'
            | '…'
            | '·'
            | '～'
            | '％'
            | '‰'
            | '℃'
            | '々'
            | ','
            | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | ')'
            | ']'
            | '}'
            | '%'
    )
}

/// Marks that never end a line.
pub(crate) fn never_last(ch: char) -> bool {
    matches!(
        ch,
        '“' | '‘'
            | '（'
            | '《'
            | '〈'
            | '【'
            | '〔'
            | '「'
            | '『'
            | '｛'
            | '［'
            | '('
            | '['
            | '{'
            | '￥'
            | '№'
            | '#'
    )
}

/// Characters that count what an Arabic number before them says.
fn is_unit(ch: char) -> bool {
    matches!(
        ch,
        '年' | '月'
            | '日'
            | '时'
            | '分'
            | '秒'
            | '号'
            | '个'
            | '名'
            | '人'
            | '次'
            | '项'
            | '条'
            | '款'
            | '章'
            | '节'
            | '页'
            | '元'
            | '角'
            | '万'
            | '亿'
            | '千'
            | '百'
            | '十'
            | '米'
            | '吨'
            | '斤'
            | '克'
            | '里'
            | '岁'
            | '件'
            | '份'
            | '期'
            | '届'
            | '级'
            | '度'
            | '批'
            | '户'
            | '家'
            | '位'
            | '层'
            | '间'
            | '天'
            | '周'
            | '倍'
            | '册'
            | '卷'
            | '辆'
            | '台'
            | '套'
            | '艘'
            | '亩'
            | '公'
            | '平'
            | '厘'
            | '毫'
            | '室'
            | '处'
            | '起'
            | '行'
            | '宗'
            | '桌'
            | '瓶'
            | '小'
            | '季'
            | '世'
            | '类'
            | '组'
            | '班'
            | '所'
            | '门'
            | '封'
            | '部'
            | '张'
            | '本'
            | '只'
            | '例'
            | '笔'
            | '场'
            | '轮'
            | '票'
            | '成'
            | '余'
            | '多'
            | '升'
            | '座'
            | '栋'
            | '版'
            | '稿'
            | '字'
            | '两'
    )
}

/// A printing character of a Latin word or an Arabic number.
fn in_word(ch: char) -> bool {
    ch.is_ascii_graphic() || ('\u{C0}'..='\u{24F}').contains(&ch)
}

/// A Latin word of so many characters is an address or a file's name: it may be parted after a mark
/// rather than tear the line before it open.
const ADDRESS: usize = 16;

/// May an address be parted after `text[i]`?
fn parts_address(text: &[char], i: usize) -> bool {
    if !matches!(text[i], '/' | '-' | '_' | '&' | '=' | '@') || text[i] == text[i + 1] {
        return false;
    }
    let before = text[..i].iter().rev().take_while(|ch| in_word(**ch));
    let after = text[i..].iter().take_while(|ch| in_word(**ch));
    before.count() + after.count() >= ADDRESS
}

/// Break between `text[i]` and `text[i + 1]`.
pub(crate) fn after(text: &[char], i: usize) -> Break {
    let (Some(&prev), Some(&next)) = (text.get(i), text.get(i + 1)) else {
        return Break::Good;
    };
    if never_first(next) || never_last(prev) || next == ' ' {
        return Break::Never;
    }
    if prev == '\u{A0}' || next == '\u{A0}' {
        return Break::Never;
    }
    if in_word(prev) && in_word(next) {
        return if parts_address(text, i) {
            Break::Poor
        } else {
            Break::Never
        };
    }
    let digit = prev.is_ascii_digit();
    if digit && is_unit(next) || next.is_ascii_digit() && matches!(prev, '第' | '〕' | '约' | '共')
    {
        return Break::Poor;
    }
    // The number of a heading or an item stays with its first word: 1.时间
    if prev == '.' && i <= 3 && text[..i].iter().all(char::is_ascii_digit) {
        return Break::Never;
    }
    Break::Good
}

/// May white be added between two characters when a line is spread?
pub(crate) fn spreads(prev: char, next: char) -> bool {
    let joined = in_word(prev) && in_word(next);
    let dash = prev == next && matches!(prev, '—' | '…');
    !joined && !dash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut out = String::new();
        for (i, ch) in chars.iter().enumerate() {
            out.push(*ch);
            if i + 1 < chars.len() {
                match after(&chars, i) {
                    Break::Good => out.push('|'),
                    Break::Poor => out.push('¦'),
                    Break::Never => {}
                }
            }
        }
        out
    }

    #[test]
    fn what_stays_together() {
        assert_eq!(broken("2026年3月"), "2026¦年|3¦月");
        assert_eq!(broken("第3条"), "第¦3¦条");
        assert_eq!(broken("1.时间"), "1.时|间");
        assert_eq!(broken("他说：“好。”"), "他|说：|“好。”");
        assert_eq!(broken("——是……"), "——|是……");
        assert_eq!(broken("函〔2026〕18号"), "函|〔2026〕¦18¦号");
        assert_eq!(broken("用A4 纸"), "用|A4 |纸");
        assert_eq!(broken("《办法》（试行）"), "《办|法》|（试|行）");
        assert_eq!(broken("说：“‘好。’”罢"), "说：|“‘好。’”|罢");
        assert_eq!(broken("约12.5%的"), "约¦12.5%|的");
        assert_eq!(broken("是——对……的"), "是——|对……|的");
        assert_eq!(
            broken("见http://www.example.cn/a-b/c.htm。"),
            "见|http://¦www.example.cn/¦a-¦b/¦c.htm。"
        );
        assert_eq!(broken("A-1和B/C"), "A-1|和|B/C");
    }
}
