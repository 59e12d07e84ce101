//! Words that a title must not cut, and family names that begin a person's name.
//!
//! The words of papers are listed here; between them a segmenter's dictionary knows the common
//! words. `icu_segmenter` was chosen for its start: its dictionary is part of the program and needs
//! no loading (0.03 ms to make, 0.2 ms for a first title), while `jieba-rs` 0.11 takes more than
//! half a second and 31 MB to unpack its own, where a whole letter may take 50 ms. The words of
//! this field that only jieba's larger dictionary knows are few and are listed.

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

/// Words of titles of papers; the longest match wins.
const WORDS: &str = "\
    中国共产党 中共中央 组织部 组织人事 宣传部 统战部 纪律检查 监察委员会 巡视 巡察 \
    委员会 领导小组 办公室 办公厅 人民政府 人民法院 检察院 党组织 党委 党组 党支部 \
    领导干部 干部 领导班子 班子成员 班子 党员 同志 有关 问题 作出 说明 函询 通知书 \
    通知 通报 报告 请示 批复 意见 决定 决议 公告 通告 公报 议案 纪要 命令 谈话 \
    记录 诫勉 诫勉书 提醒 督查 督促 检查 监督 整改 整改通知书 落实 贯彻 情况 工作 \
    选拔 任用 选拔任用 选人用人 考察 考核 任免 任职 免职 事项 个人 报告个人有关事项 \
    个人有关事项 有关事项 有关问题 有关情况 有关规定 有关单位 有关部门 有关工作 廉洁 \
    自律 纪律 处分 处置 线索 移送 移送函 征求 征求意见函 初步 核实 调查 审查 专项 \
    专项检查 集中 整治 开展 进行 加强 进一步 做好 规范 推进 深化 完善 建立 健全 \
    制度 办法 规定 条例 细则 实施 实施细则 方案 计划 安排 要点 总结 会议 民主生活会 \
    民主 生活 组织生活会 年度 季度 月份 期间 时间 关于 对于 以及 印发 转发 批转 \
    发布 公布 召开 举行 举办 组织 教育 培训 学习 活动 管理 服务 建设 发展 改革 \
    稳定 安全 生产 环境 保护 经济 社会 文化 卫生 健康 科技 农业 农村 乡村 振兴 \
    城市 规划 财政 审计 统计 人事 人力资源 社会保障 信访 举报 反映 回复 答复 回访 \
    材料 责任 追究 责任追究 重大 重要 主要 负责人 负责 单位 部门 机关 公文 文件 \
    目录 清单 台账 登记 登记表 申报 审批 审批表 备案 归档 档案 资料 信息 公开 保密 \
    承诺书 真实性 回执 送达 签收 委托 委托书 授权 聘任 聘任书 证明 介绍信 执行 试行 \
    修订 废止 解释 补充 调整 成立 撤销 设立 变更 名单 代表 会计 工程 项目 资金 \
    使用 采购 招标 投标 公务 接待 用车 用房 津贴 补贴 违规 违纪 违法 典型 案例 \
    警示 反馈 下发 上报 全面 从严 治党 作风 形式主义 官僚主义 群众 身边 腐败 \
    不正之风 带病提拔 倒查 追责 问责 追责问责 函询 填报 挂职 挂职锻炼 任职 兼职 取酬 破格 破格提拔 抽查 \
    抽查核实 查核 党群 政法 编办 编委 巡察办 纪委 监委 纪委监委 县委 市委 省委 区委 镇委 乡镇 街道 村居 \
    开发区 高新区 国有企业 事业单位 中层 科级 处级 县处级 乡科级 副科级 正科级 副处级 正处级 职级 职务 \
    职级并行 公务员 选调生 后备干部 年轻干部 优秀年轻干部 女干部 党外干部 军转干部 裸官 配偶 子女 \
    经商办企业 因私出国 出国 出境 证件 档案 三龄两历 一人一档 联席会议 联席会 台账 试用期 任前公示 公示 \
    一报告两评议 评议 民主推荐 民主测评 测评 推荐 述职 述廉 离任 离任审计 任期 届满 换届 超职数 超职数配备 \
    配备 超编 吃空饷 借调 抽调 统计表 汇总表 一览表 自查 自查自纠 回头看 督办 督办函 立案 初核 \
    开展情况 落实情况 办理情况 完成情况 首次 印章 公章 廉洁自律 及其 选拔任用过程 人民检察院 检察长 院长 局长 书记 主任 常务委员会 人民代表大会 人民代表大会常务委员会 \
    住房和城乡建设局 生态环境局 自然资源局 市场监督管理局 综合行政执法局 人力资源和社会保障局 公安局 司法局 \
    审计局 财政局 教育局 农业农村局 问题线索 工作要点 工作方案 工作规程 工作总结 工作纪实 工作委员会 \
    结论性意见 征求意见稿 指挥部 \
    示例市 示例县 示例区 示例省 \
";

/// Common family names, two-character names included.
const FAMILY: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈\
钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文洪阮葛\
甲乙丙丁戊己庚辛温季安章鲁倪庄施岳翟殷詹申耿关兰焦俞左柳甘祝包宁尚符舒阎柏裴纪梅童凌毕单项成游阳裘";

/// Two-character family names.
const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "端木",
];

/// Length of the longest listed word that begins at `i`, or 0.
pub(super) fn word_at(text: &[char], i: usize) -> usize {
    WORDS
        .split_ascii_whitespace()
        .filter_map(|word| {
            let length = word.chars().count();
            let here = text.get(i..i + length)?;
            here.iter().copied().eq(word.chars()).then_some(length)
        })
        .max()
        .unwrap_or(0)
}

/// Lengths of the words of a stretch of text that holds no listed word, as the dictionary sees them.
pub(super) fn segments(text: &[char]) -> Vec<usize> {
    let text: String = text.iter().collect();
    let segmenter = WordSegmenter::new_dictionary(WordBreakInvariantOptions::default());
    let ends: Vec<usize> = segmenter.segment_str(&text).collect();
    ends.windows(2)
        .map(|word| text[word[0]..word[1]].chars().count())
        .collect()
}

/// Where the name of the person called 同志 at `i` begins; `i` itself when no name is found.
/// Names have two to four characters, four only after a two-character family name.
pub(super) fn name_before(text: &[char], i: usize) -> usize {
    for length in [4, 3, 2] {
        let Some(start) = i.checked_sub(length) else {
            continue;
        };
        let name = &text[start..i];
        if !name.iter().all(|ch| super::cells::is_square(*ch)) {
            continue;
        }
        let compound = COMPOUND
            .iter()
            .any(|family| name.iter().copied().take(2).eq(family.chars()));
        let single = FAMILY.contains(name[0]) && length <= 3;
        if compound && length >= 3 || single {
            return start;
        }
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn the_longest_word_wins() {
        assert_eq!(word_at(&chars("整改通知书"), 0), 5);
        assert_eq!(word_at(&chars("函询通知书"), 0), 2);
        assert_eq!(word_at(&chars("某某"), 0), 0);
    }

    #[test]
    fn names_before_comrade() {
        let name = |text: &str| {
            let text = chars(text);
            let at = text.len();
            text[name_before(&text, at)..].iter().collect::<String>()
        };
        assert_eq!(name("关于请王镕"), "王镕");
        assert_eq!(name("关于请张某某"), "张某某");
        assert_eq!(name("关于请欧阳某某"), "欧阳某某");
        assert_eq!(name("给予〇〇"), "");
    }
}
