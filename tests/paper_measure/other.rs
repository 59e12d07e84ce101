//! Item 30: 命令 and 纪要.

use crate::{CHARACTER, CHOSEN, GAP, LINE, measure, paper, stored};

#[test]
fn gbt_30_minutes_mark_and_number() {
    let paper = paper(&stored("minutes"));
    let bands = paper.picture(1).red();
    assert_eq!(bands.len(), 2, "mark and rule: {bands:?}");
    let (mark, rule) = (bands[0], bands[1]);
    measure(
        "gbt_30",
        "top of the mark's ink",
        37.0 + 35.0,
        mark.top,
        CHOSEN,
    );
    measure("gbt_30", "middle of the mark", 106.0, mark.middle(), 1.0);
    let number = paper.find("〔2026〕12号");
    measure(
        "gbt_30",
        "two blank lines above the number",
        GAP + 2.0 * LINE,
        number.top - mark.bottom,
        CHOSEN,
    );
    measure("gbt_30", "number centred", 106.0, number.middle(), CHOSEN);
    let (organ, date) = (
        paper.find("中共示例市委组织部办公室"),
        paper.find("2026年11月20日"),
    );
    measure(
        "gbt_30",
        "organ below the number",
        number.top + LINE,
        organ.top,
        CHOSEN,
    );
    measure(
        "gbt_30",
        "organ, one character blank",
        28.0 + CHARACTER,
        organ.left,
        CHOSEN,
    );
    measure(
        "gbt_30",
        "date, one character blank",
        184.0 - CHARACTER,
        date.right,
        CHOSEN,
    );
    measure(
        "gbt_30",
        "rule 4 mm below the line",
        4.0,
        rule.top - organ.bottom,
        CHOSEN,
    );
}

#[test]
fn gbt_30_minutes_attendance() {
    let paper = paper(&stored("minutes"));
    let captions = ["出席：", "请假：", "列席："].map(|caption| paper.find(caption));
    for caption in captions {
        measure(
            "gbt_30",
            "caption, two characters blank",
            28.0 + 2.0 * CHARACTER,
            caption.left,
            CHOSEN,
        );
    }
    let attached = paper.find("附件：");
    assert_eq!(attached.page, captions[0].page, "the fixture's page");
    measure(
        "gbt_30",
        "one blank line above 出席",
        2.0 * LINE,
        captions[0].top - attached.top,
        CHOSEN,
    );
    // The line below a caption is its turnover; no name is parted.
    for caption in [captions[0], captions[2]] {
        let turnover = paper
            .words
            .iter()
            .find(|word| {
                word.page == caption.page && (word.top - caption.top - LINE).abs() < CHOSEN
            })
            .expect("a second line");
        measure(
            "gbt_30",
            "turnover below the first name",
            28.0 + 5.0 * CHARACTER,
            turnover.left,
            CHOSEN,
        );
    }
}

#[test]
fn gbt_30_order() {
    let paper = paper(&stored("order"));
    let bands = paper.picture(1).red();
    assert_eq!(bands.len(), 1, "the mark and no rule: {bands:?}");
    let mark = bands[0];
    measure(
        "gbt_30",
        "top of the mark's ink",
        37.0 + 20.0,
        mark.top,
        CHOSEN,
    );
    measure("gbt_30", "middle of the mark", 106.0, mark.middle(), 1.0);
    let number = paper.find("第18号");
    measure(
        "gbt_30",
        "two blank lines above the number",
        GAP + 2.0 * LINE,
        number.top - mark.bottom,
        CHOSEN,
    );
    measure("gbt_30", "number centred", 106.0, number.middle(), CHOSEN);
    let text = paper.find("《示例市行政督查工作规定》已经");
    measure(
        "gbt_30",
        "two blank lines below the number",
        3.0 * LINE,
        text.top - number.top,
        CHOSEN,
    );
    // A stamp of 40 mm, four characters from the right edge.
    let stamp = 184.0 - 4.0 * CHARACTER - 40.0;
    measure(
        "gbt_16",
        "post two characters left of the stamp",
        stamp - 2.0 * CHARACTER,
        paper.find("市长").right,
        CHOSEN,
    );
    measure(
        "gbt_16",
        "date, four characters blank",
        184.0 - 4.0 * CHARACTER,
        paper.find("2026年11月23日").right,
        CHOSEN,
    );
}
