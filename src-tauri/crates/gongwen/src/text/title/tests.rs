//! Titles as offices write them, broken.

use super::*;

fn broken(title: &str) -> String {
    let text: Vec<char> = title.chars().collect();
    let width = |ch: &char| if ch.is_ascii() { 0.5 } else { 1.0 };
    let widths: Vec<f64> = text.iter().map(width).collect();
    lines(&text, &widths, 1.0, 20.0)
        .into_iter()
        .map(|range| text[range].iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("|")
}

#[test]
fn words_and_names_stay_whole() {
    assert_eq!(
        broken("关于请王镕同志就有关问题作出说明的函询通知书"),
        "关于请王镕同志就有关问题|作出说明的函询通知书"
    );
    assert_eq!(broken("关于报送材料的函"), "关于报送材料的函");
    let long = broken(
        "关于印发《示例市领导干部报告个人有关事项抽查核实工作规程（试行）》和做好二〇二六年度集中填报工作的通知",
    );
    assert!(
        !long.contains("《|") && !long.contains("|》") && long.matches('|').count() == 2,
        "{long}"
    );
}

/// Titles as offices write them. Each is read and would be signed as it stands.
const TITLES: &[&str] = &[
    "关于报送2026年度干部监督工作总结的函",
    "关于请甲某同志就有关问题作出说明的函询通知书",
    "关于请欧阳某某同志就选拔任用工作有关问题作出说明的函询通知书",
    "关于对示例市某局党组选人用人工作开展专项检查的通知",
    "关于反馈示例县委组织部选人用人专项检查情况及整改要求的整改通知书",
    "关于印发《示例市领导干部报告个人有关事项抽查核实工作规程（试行）》的通知",
    "关于印发《示例市领导干部报告个人有关事项抽查核实工作规程（试行）》和做好二〇二六年度集中填报工作的通知",
    "关于进一步规范企业领导人员兼职（任职）审批有关工作的通知",
    "关于开展“带病提拔”干部选拔任用过程倒查追责问责工作的实施方案",
    "关于违规破格提拔任用干部问题核查情况的报告",
    "关于示例县生态环境局原局长任期经济责任审计结果的通报",
    "关于优秀年轻干部到乡镇挂职锻炼期满考核工作的通知",
    "关于开展超职数配备干部和违规兼职问题专项整治的通知",
    "关于加强选人用人监督信息沟通的通知",
    "关于征集干部监督工作历史资料的函",
    "关于2026年度选人用人专项督查情况的报告",
    "关于移送示例市住房和城乡建设局乙某同志有关问题线索的函",
    "关于给予丙某同志诫勉处理的决定",
    "关于丁某、戊某某等同志职务任免的通知",
    "关于转发省委组织部《关于加强干部选拔任用工作全程监督的意见》的通知",
    "关于做好2026年领导干部报告个人有关事项集中填报工作的通知",
    "关于查处领导干部配偶、子女及其配偶违规经商办企业问题情况的报告",
    "关于调整示例市干部监督工作联席会议成员单位和成员的通知",
    "关于召开示例市干部监督工作联席会议第三次全体会议的通知",
    "关于示例区教育局党组落实选人用人专项检查反馈意见整改情况的报告",
    "关于征求《示例市干部选拔任用工作监督检查办法（征求意见稿）》意见的函",
    "关于协助核实己某同志因私出国（境）情况的函",
    "关于报请审批2027年度选人用人专项检查计划的请示",
    "关于同意示例县人民检察院检察长人选考察对象的批复",
    "关于示例市第一中学等3所学校干部人事档案专项审核情况的通报",
    "关于开展国有企业领导人员亲属经营与本企业关联业务问题专项治理工作的通知",
    "关于建立干部监督信息档案的工作方案",
    "关于印发2026年全市组织系统信访举报受理查核工作要点的通知",
    "关于对拟提拔重用人选廉洁自律情况提出结论性意见的函",
    "关于对部分单位选人用人“一报告两评议”结果进行反馈的通知",
    "关于核查庚某某同志学历学位、参加工作时间等档案信息的函",
    "关于暂停示例市城市管理综合行政执法局干部调整工作的通知",
    "关于严肃换届纪律加强换届风气监督的通知",
    "关于向示例市人民代表大会常务委员会报告任前公示结果的函",
    "关于规范领导干部在社会团体兼职取酬行为有关问题的答复意见",
    "中共示例市委组织部关于防止干部“带病提拔”的实施办法",
    "示例市人民政府办公室关于成立示例市突发公共卫生事件应急指挥部的通知",
    "关于2026年第三季度干部选拔任用工作纪实情况抽查结果的通报",
    "关于严格执行机构编制纪律坚决防止超职数配备干部的紧急通知",
    "关于征求对乙某某等6名同志廉洁自律情况意见的函",
];

#[test]
fn titles() {
    let set: Vec<String> = TITLES
        .iter()
        .map(|title| broken(title).replace('|', "\n"))
        .collect();
    insta::assert_snapshot!(set.join("\n\n"));
}

#[test]
fn no_title_has_a_forbidden_shape() {
    for title in TITLES {
        let out = broken(title);
        let widths: Vec<f64> = out
            .split('|')
            .map(|line| {
                line.chars()
                    .map(|ch| if ch.is_ascii() { 0.5 } else { 1.0 })
                    .sum()
            })
            .collect();
        assert!(widths.iter().all(|&width| width >= 5.0), "dangling: {out}");
        assert!(
            widths
                .windows(2)
                .all(|pair| (pair[0] - pair[1]).abs() >= 0.9),
            "rectangle: {out}"
        );
        for (i, &line) in widths.iter().enumerate() {
            let above = widths[..i].iter().any(|&other| other > line);
            let below = widths[i + 1..].iter().any(|&other| other > line);
            assert!(!(above && below), "hourglass: {out}");
        }
    }
}

#[test]
fn no_line_dangles() {
    for title in [
        "关于对示例市某局党组选人用人工作开展专项检查的通知",
        "关于反馈示例县委组织部选人用人专项检查情况及整改要求的整改通知书",
    ] {
        let out = broken(title);
        assert!(
            out.split('|').all(|line| line.chars().count() >= 5),
            "{out}"
        );
    }
}
