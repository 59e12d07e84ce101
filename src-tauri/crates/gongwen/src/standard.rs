//! The measures of GB/T 9704-2012, in one place.
//!
//! Item numbers are those of the project's checklist of the standard. A † marks a figure that was
//! not seen word for word in the standard and is the best knowledge at hand: it changes here when
//! somebody holds the paper against it. Lengths are millimetres on paper, measured from the
//! page's top left corner; type sizes are points.

/// Width of the page, A4 (item 1).
pub const PAGE_WIDTH: f64 = 210.0;
/// Height of the page, A4 (item 1).
pub const PAGE_HEIGHT: f64 = 297.0;
/// 天头: from the page's top to the type area (item 1).
pub const TOP: f64 = 37.0;
/// 订口: from the page's left edge to the type area (item 1).
pub const LEFT: f64 = 28.0;
/// Width of the type area 版心 (item 1).
pub const WIDTH: f64 = 156.0;
/// Height of the type area (item 1).
pub const HEIGHT: f64 = 225.0;
/// Left margin of even pages in duplex printing, binding edge on the right (item 1 †).
pub const LEFT_EVEN_DUPLEX: f64 = PAGE_WIDTH - LEFT - WIDTH;
/// Lower edge of the type area.
pub const BOTTOM: f64 = TOP + HEIGHT;

/// Lines on a page (item 2).
pub const LINES: u32 = 22;
/// Characters on a line (item 2).
pub const CHARACTERS: u32 = 28;
/// Width of one character's cell so that 28 of them fill the line (item 2).
pub const PITCH: f64 = WIDTH / CHARACTERS as f64;
/// From the top of one line to the top of the next so that 22 of them fill the page (item 2).
pub const LINE_PITCH: f64 = (HEIGHT - PITCH) / (LINES - 1) as f64;
/// The line pitch of word processors' templates, 28.95 pt fixed, for those who ask for it (item 2).
pub const WPS_LINE_PITCH: f64 = mm(28.95);
/// 3号: the size of the body.
pub const SIZE_3: f64 = 16.0;
/// 4号: page numbers, 版记.
pub const SIZE_4: f64 = 14.0;
/// 小四号: tables.
pub const SIZE_SMALL_4: f64 = 12.0;
/// 2号: the title.
pub const SIZE_2: f64 = 22.0;
/// 7/8 of the height of a 3号 character: the gap between two lines (item 2, items 26 and 28).
pub const GAP: f64 = LINE_PITCH - PITCH;

/// Top of the red mark's ink below the page's top in a 文件: 35 mm below the type area's top (item 6).
pub const DOCUMENT_MARK_TOP: f64 = TOP + 35.0;
/// Blank lines between the mark and 发文字号 (item 7).
pub const BLANK_ABOVE_NUMBER: f64 = 2.0;
/// Red rule below 发文字号 (item 9).
pub const DOCUMENT_RULE_BELOW_NUMBER: f64 = 4.0;
/// Thickness of the red rule (item 9 †).
pub const DOCUMENT_RULE: f64 = 0.7;
/// First and last rule of the 版记 (item 21).
pub const FOOT_RULE: f64 = 0.35;
/// Rules between them (item 21).
pub const FOOT_RULE_MIDDLE: f64 = 0.25;

/// Top of the red mark's ink of an order below the page's top: 20 mm below the type area's top
/// (item 30).
pub const ORDER_MARK_TOP: f64 = TOP + 20.0;
/// Blank lines between 令号 and the text (§10.2; item 30).
pub const BLANK_BELOW_ORDER_NUMBER: f64 = 2.0;
/// Top of the red mark's ink of minutes below the page's top: 35 mm below the type area's top
/// (item 30).
pub const MINUTES_MARK_TOP: f64 = TOP + 35.0;
/// Blank line between the text or 附件说明 and 出席 (§10.3; item 30).
pub const BLANK_ABOVE_ATTENDANCE: f64 = 1.0;

/// Top of the red mark's ink below the page's top, letter (item 24).
pub const LETTER_MARK_TOP: f64 = 30.0;
/// Largest size of the red mark: it must not be larger than the 小标宋 of the higher organ; 40 pt
/// is what letters of a city's organs show †.
pub const MARK_SIZE_MAX: f64 = 40.0;
/// A mark is not made smaller than the title, 2号, as long as narrowing its characters or parting
/// it into two lines helps †.
pub const MARK_SIZE_LEAST: f64 = SIZE_2;
/// Smallest size at which a mark of several lines is still a mark; what needs less is refused †.
pub const MARK_SIZE_MIN: f64 = 16.0;
/// Letter spacing of the mark, in em †.
pub const MARK_SPACING: f64 = 0.06;
/// Narrowest characters of the mark, as a share of their natural width †.
pub const MARK_NARROWEST: f64 = 0.8;
/// Most organs in the mark of a joint document †.
pub const MARK_ORGANS_MAX: usize = 6;
/// From one name of a joint mark to the next, in em †.
pub const MARK_LEADING: f64 = 1.3;
/// White between the names of a joint mark and 文件 or 令 right of them, in em †.
pub const MARK_SUFFIX_GAP: f64 = 0.5;
/// Lines of text that a mark of several lines leaves on the first page if it can; one it must
/// leave (item 12; the figure †).
pub const MARK_BODY_LINES: f64 = 3.0;
/// Upper double rule below the mark (item 25).
pub const LETTER_RULE_BELOW_MARK: f64 = 4.0;
/// Lower double rule above the page's lower edge, measured to its lower edge (item 25).
pub const LETTER_RULE_ABOVE_BOTTOM: f64 = 20.0;
/// Length of the double rules (item 25).
pub const LETTER_RULE_WIDTH: f64 = 170.0;
/// Thick line of a double rule (item 25 †).
pub const LETTER_RULE_THICK: f64 = 1.0;
/// Thin line of a double rule (item 25 †).
pub const LETTER_RULE_THIN: f64 = 0.35;
/// White between the two lines of a double rule (item 25 †).
pub const LETTER_RULE_WHITE: f64 = 0.7;
/// Height of a double rule.
pub const LETTER_RULE_HEIGHT: f64 = LETTER_RULE_THICK + LETTER_RULE_WHITE + LETTER_RULE_THIN;

/// Blank lines above the title (items 10 and 27).
pub const BLANK_ABOVE_TITLE: f64 = 2.0;
/// Blank lines between title and 主送 (item 11).
pub const BLANK_BELOW_TITLE: f64 = 1.0;
/// Indent of a paragraph, characters (item 12).
pub const INDENT: f64 = 2.0;
/// Blank line above 附件说明 (item 13).
pub const BLANK_ABOVE_ATTACHMENTS: f64 = 1.0;

/// Characters left blank right of the date under a seal (item 14).
pub const SEAL_DATE_RIGHT: f64 = 4.0;
/// Blank lines between text and 署名 under a seal. A seal of 42 mm that is pressed a little above
/// the middle of 署名 and date then begins less than one line below the text (item 14 †).
pub const SEAL_BLANK_LINES: f64 = 2.0;
/// Diameter of an organ's seal (item 14 †: the round seal of a party organ).
pub const SEAL_DIAMETER: f64 = 42.0;
/// Most seals side by side (item 14).
pub const SEALS_A_ROW: usize = 3;
/// How far a seal's centre lies above the middle of 署名 and date, which stand 居印章中心偏下 (item
/// 14; the figure †).
pub const SEAL_ABOVE_MIDDLE: f64 = 5.0;
/// Characters left blank right of an unsealed 署名 (item 15).
pub const PLAIN_RIGHT: f64 = 2.0;
/// Blank line above an unsealed 署名 (item 15).
pub const PLAIN_BLANK_LINES: f64 = 1.0;
/// Characters right of a signer's stamp (item 16).
pub const STAMP_RIGHT: f64 = 4.0;
/// Blank lines above a signer's stamp (item 16).
pub const STAMP_BLANK_LINES: f64 = 2.0;
/// Room kept for a signer's stamp, width (item 16 †).
pub const STAMP_WIDTH: f64 = 40.0;
/// Room kept for a signer's stamp, height (item 16 †).
pub const STAMP_HEIGHT: f64 = 16.0;
/// How far character or line pitch may be changed so that a signature does not stand alone
/// (item 19): one hundredth.
pub const RESPACE: f64 = 0.01;

/// Top of the page number below the type area (item 23).
pub const PAGE_NUMBER_BELOW: f64 = 7.0;

/// Height of the em box of the Chinese faces above the baseline, 1/1000 em.
pub const EM_ASCENT: i16 = 880;
/// Depth of the em box below the baseline, 1/1000 em.
pub const EM_DESCENT: i16 = -120;

/// Red of the mark and its rules on screen: pure, no orange in it (item 32).
pub const RED: [f32; 3] = [1.0, 0.0, 0.0];

/// Millimetres of a length in points.
pub const fn mm(points: f64) -> f64 {
    points * 25.4 / 72.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_fill_the_type_area() {
        assert!((PITCH - 5.571).abs() < 0.001);
        assert!((LINE_PITCH - 10.449).abs() < 0.001);
        let last = TOP + f64::from(LINES - 1) * LINE_PITCH + PITCH;
        assert!((last - BOTTOM).abs() < 1e-9);
        assert!((LEFT + WIDTH + 26.0 - PAGE_WIDTH).abs() < 1e-9);
    }
}
