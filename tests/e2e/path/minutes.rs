//! Minutes of three kinds: imported, read with search, highlighted, cited.

use super::finding::FINDING;
use super::tour::{TOUR, UNIT};
use crate::support::{Home, Window, papers};

/// What the Word file says; the passage that is cited stands in it.
const PARTY_GROUP: [&str; 6] = [
    "示例市水务局党组会议记录",
    "时间：2026年9月10日下午3时",
    "应到7人，实到6人，王𬱖同志参加会议。",
    "议题一：研究城东水厂改造项目施工单位确定事宜。",
    "王𬱖同志介绍评标情况，未提出回避申请，会议同意示例建筑公司为施工单位。",
    "议题二：研究年度考核工作。",
];

const OFFICE: [&str; 4] = [
    "2026年9月24日上午，局长办公会议研究城东水厂改造项目合同签订事项。",
    "会议应到9人，实到9人。",
    "会议明确由工程科牵头，按合同约定支付首期工程款。",
    "会议要求严格执行廉政规定。",
];

const BRANCH: [&str; 3] = [
    "机关第一党支部组织生活会记录",
    "时间：2026年10月12日",
    "李某甲同志作自我批评，承认请销假手续不全。",
];

/// The words that are cited for the finding.
pub(crate) const CITED: &str = "未提出回避申请";
const HIGHLIGHTED: &str = "应到7人，实到6人";

/// Imports all three, reads one, highlights two passages, cites one of them.
pub(crate) fn read_minutes(window: &Window, home: &Home) {
    let folder = home.path().join("文档");
    let docx = folder.join("党组会议记录.docx");
    papers::write_docx(&docx, &PARTY_GROUP);
    let pdf = folder.join("局长办公会议纪要.pdf");
    papers::write_pdf(&pdf, "局长办公会议纪要", &OFFICE);
    let txt = folder.join("组织生活会记录.txt");
    papers::write_gb18030(&txt, &BRANCH);

    window.click("rail-minutes");
    window.wait_for_text("还没有会议记录");
    for (file, words) in [
        (&pdf, OFFICE[2]),
        (&txt, BRANCH[2]),
        (&docx, PARTY_GROUP[4]),
    ] {
        window.go("/minutes/new");
        window.fill("import-path", &file.to_string_lossy());
        window.choose("import-tour", TOUR);
        window.fill("import-unit", UNIT);
        window.click_with_text("import-unit-option", UNIT);
        window.pictures("12-import");
        window.click("import-go");
        window.wait_for_text_in("minutes-reader", words);
    }

    window.fill("minutes-find", "回避");
    window.wait_for_text_in("minutes-find-count", "1");
    highlight(window, HIGHLIGHTED, "到会人数");
    highlight(window, CITED, "回避");
    window.wait_for_count("passage-jump", 2);
    window.pictures("13-minutes");

    window.click_nth("passage-use", 1);
    window.wait_until("the finding can be chosen", |window| {
        let label = window.option_with("cite-finding", FINDING)?;
        window.choose("cite-finding", &label);
        Some(())
    });
    window.click("cite-save");
    window.wait_for_text("已引用到线索");
    window.tick("meeting-read", true);
    window.wait_for_text_in("footer-saving", "已保存");

    window.click("rail-minutes");
    window.wait_for_count("minutes-row", 3);
    window.pictures("14-minutes-list");
}

fn highlight(window: &Window, words: &str, tag: &str) {
    let before = window.count("passage-jump");
    window.select(words);
    window.click("use-passage");
    window.fill("passage-tags", tag);
    window.click("passage-save");
    window.wait_for_count("passage-jump", before + 1);
}
