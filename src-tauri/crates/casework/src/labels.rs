//! What the fields of the records are called in Chinese, wherever a person
//! reads them one by one: in the history, in the register of actions.

/// Fields of one kind with their names, in the order in which they are read.
/// A part of a field is named `field.part`.
type Names = &'static [(&'static str, &'static str)];

const SUPERVISOR: Names = &[
    ("name", "姓名"),
    ("sex", "性别"),
    ("post", "单位职务"),
    ("phone", "电话"),
    ("certificate_no", "资格证号"),
    ("receiving_code", "收件码"),
    ("appointment", "授权"),
    ("appointment.issued_by", "授权机关"),
    ("appointment.document_no", "授权文号"),
    ("appointment.scope", "授权范围"),
    ("appointment.from", "起始日期"),
    ("appointment.until", "截止日期"),
];
const ORGAN: Names = &[
    ("full_name", "机关全称"),
    ("short_name", "规范化简称"),
    ("code", "机关代字"),
    ("address", "地址"),
    ("contact", "联系人"),
    ("phone", "电话"),
    ("classified_machine", "涉密计算机"),
];
const UNIT: Names = &[
    ("name", "名称"),
    ("short_name", "简称"),
    ("parent", "上级单位"),
    ("remark", "备注"),
];
const PERSON: Names = &[
    ("name", "姓名"),
    ("sex", "性别"),
    ("birth", "出生年月"),
    ("unit", "单位"),
    ("post", "职务"),
    ("rank", "职级"),
    ("duties", "分管工作"),
    ("is_leader", "领导干部"),
    ("remark", "备注"),
];
const TOUR: Names = &[
    ("title", "名称"),
    ("purpose", "任务"),
    ("units", "单位"),
    ("from", "开始日期"),
    ("until", "结束日期"),
    ("team", "组员"),
    ("planned", "要谈的人"),
    ("state", "进度"),
];
const INTERVIEW: Names = &[
    ("purpose", "谈话性质"),
    ("tour", "巡察任务"),
    ("person", "谈话对象"),
    ("place", "地点"),
    ("matter", "谈话事项"),
    ("started_at", "开始时间"),
    ("ended_at", "结束时间"),
    ("interviewers", "谈话人"),
    ("recorder", "记录人"),
    ("notices_read", "权利义务告知"),
    ("woman_present", "女同志在场"),
    ("outline", "提纲"),
    ("outline.text", "内容"),
    ("outline.done", "已谈"),
    ("state", "状态"),
    ("closing", "核对和签名"),
    ("closing.read_back", "已交本人核对"),
    ("closing.corrections", "更正"),
    ("closing.signed", "逐页签名"),
    ("closing.refusal", "未签名原因"),
];
const TURN: Names = &[
    ("interview", "所属谈话"),
    ("role", "问答"),
    ("text", "内容"),
    ("at", "时间"),
    ("order", "次序"),
];
const MINUTES: Names = &[
    ("title", "标题"),
    ("unit", "单位"),
    ("tour", "巡察任务"),
    ("meeting_date", "会议日期"),
    ("expected", "应到人数"),
    ("present", "实到人数"),
    ("format", "文件类型"),
    ("encoding", "文字编码"),
    ("original", "原件"),
    ("original.file_name", "文件名"),
    ("original.size", "字节数"),
    ("original.sha256", "校验值"),
    ("warnings", "导入提示"),
    ("imported_at", "导入时间"),
    ("read", "已读完"),
];
const PARAGRAPH: Names = &[
    ("document", "会议记录"),
    ("page", "页"),
    ("kind", "段落类型"),
    ("text", "原文"),
    ("order", "次序"),
];
const PASSAGE: Names = &[
    ("document", "会议记录"),
    ("quote", "摘录文字"),
    ("page", "页"),
    ("from_paragraph", "起始段落"),
    ("from_char", "起始字"),
    ("to_paragraph", "终止段落"),
    ("to_char", "终止字"),
    ("tags", "标签"),
    ("remark", "备注"),
];
const RELATION: Names = &[
    ("from", "一方"),
    ("to", "另一方"),
    ("kind", "关系"),
    ("inverse", "反向关系"),
    ("circle", "圈子"),
    ("since", "起"),
    ("until", "止"),
    ("source", "来源"),
    ("reliability", "可靠程度"),
    ("remark", "备注"),
];
const OBSERVATION: Names = &[
    ("person", "人员"),
    ("circle", "圈子"),
    ("date", "日期"),
    ("place", "地点"),
    ("others", "在场人员"),
    ("what", "情况"),
    ("source", "来源"),
    ("duty_basis", "职责依据"),
    ("reliability", "可靠程度"),
    ("verified", "核实情况"),
];
const GRAPH_LAYOUT: Names = &[("person", "人员"), ("positions", "各点位置")];
const FINDING: Names = &[
    ("title", "题目"),
    ("person", "涉及人员"),
    ("tour", "巡察任务"),
    ("aspect", "方面"),
    ("facts", "了解到的情况"),
    ("question", "请本人说明什么"),
    ("proof", "证明程度"),
    ("disposition", "处置方式"),
    ("disposition_reason", "处置理由"),
];
const CITATION: Names = &[
    ("finding", "问题线索"),
    ("target_kind", "证据类别"),
    ("target", "证据"),
    ("quote", "引用文字"),
    ("place", "出处"),
    ("proof", "证明程度"),
];
const STATEMENT: Names = &[
    ("finding", "问题线索"),
    ("date", "日期"),
    ("form", "方式"),
    ("text", "说明内容"),
];
const PAPER: Names = &[
    ("kind", "文种"),
    ("state", "状态"),
    ("person", "对象"),
    ("interview", "所记谈话"),
    ("title", "标题"),
    ("number", "发文字号"),
    ("date", "成文日期"),
    ("opening", "开头"),
    ("items", "事项"),
    ("items.heading", "事项名称"),
    ("items.text", "事项内容"),
    ("items.finding", "依据线索"),
    ("closing", "结尾"),
    ("reply_days", "回复期限（工作日）"),
    ("attachments", "附件"),
    ("cc", "抄送"),
    ("contact", "联系人"),
    ("phone", "联系电话"),
    ("approved_by", "批准人"),
    ("approved_on", "批准日期"),
    ("issued", "存根"),
    ("issued.pdf", "存根文件"),
    ("issued.pdf.file_name", "文件名"),
    ("issued.pdf.size", "字节数"),
    ("issued.pdf.sha256", "校验值"),
    ("issued.pages", "页数"),
    ("served_on", "送达日期"),
    ("replied_on", "回复日期"),
    ("reply", "回复要点"),
    ("closed_on", "办结日期"),
    ("outcome", "办结情况"),
];

const ERASURE: Names = &[
    ("subject", "删除的内容"),
    ("reason", "删除事由"),
    ("basis", "删除依据"),
    ("approved_by", "批准人"),
    ("records", "涉及的记录"),
    ("entries", "删去内容的账本条目"),
    ("attachments", "删去的附件"),
];
const RETENTION: Names = &[
    ("record", "保存的记录"),
    ("review_on", "下次复核日期"),
    ("reason", "继续保存的理由"),
];
const NUMBER_RULING: Names = &[
    ("number", "发文字号"),
    ("keeps", "保留字号的文书"),
    ("others", "不保留的文书"),
    ("remedy", "不保留的怎样处理"),
    ("reason", "依据"),
    ("decided_on", "决定日期"),
];
const SAME_PERSON: Names = &[
    ("first", "登记之一"),
    ("second", "登记之二"),
    ("verdict", "认定"),
    ("reason", "依据"),
];
const PEER: Names = &[
    ("name", "姓名或机关"),
    ("unit", "单位职务"),
    ("role", "类别"),
    ("recipient", "收件码"),
    ("device", "签名设备"),
    ("card_made", "名片制作时间"),
    ("check", "核对情况"),
    ("checked_on", "核对日期"),
    ("state", "状态"),
    ("state_reason", "状态说明"),
    ("replaces", "接替"),
    ("vouched", "旧密钥签名为证"),
    ("accepted_at", "破例导入时间"),
];
const APPOINTMENT: Names = &[
    ("title", "任命"),
    ("statement", "签名的任命"),
    ("withdrawal", "签名的撤回"),
];
const MATERIAL: Names = &[
    ("owner", "所属记录"),
    ("name", "名称"),
    ("source", "来源"),
    ("provider", "提供人"),
    ("received_on", "收到日期"),
    ("remark", "备注"),
    ("format", "文件类型"),
    ("file", "文件"),
    ("file.file_name", "文件名"),
    ("file.size", "字节数"),
    ("file.sha256", "校验值"),
    ("added_at", "存入时间"),
];

fn names_of(kind: &str) -> Names {
    match kind {
        "supervisor" => SUPERVISOR,
        "organ" => ORGAN,
        "unit" => UNIT,
        "person" => PERSON,
        "tour" => TOUR,
        "interview" => INTERVIEW,
        "turn" => TURN,
        "minutes" => MINUTES,
        "paragraph" => PARAGRAPH,
        "passage" => PASSAGE,
        "relation" => RELATION,
        "observation" => OBSERVATION,
        "graph_layout" => GRAPH_LAYOUT,
        "finding" => FINDING,
        "citation" => CITATION,
        "statement" => STATEMENT,
        "paper" => PAPER,
        "erasure" => ERASURE,
        "retention" => RETENTION,
        "number_ruling" => NUMBER_RULING,
        "same_person" => SAME_PERSON,
        "peer" => PEER,
        "appointment" => APPOINTMENT,
        "material" => MATERIAL,
        _ => &[],
    }
}

/// The name of a field, or of a part of one (`closing.signed`); nothing for
/// what a newer version has added.
pub fn field_label(kind: &str, field: &str) -> Option<&'static str> {
    names_of(kind)
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, label)| *label)
}

/// The place of a field among those of its kind, for showing several in the
/// order in which they are read; what is not known comes last.
pub fn field_rank(kind: &str, field: &str) -> usize {
    names_of(kind)
        .iter()
        .position(|(name, _)| *name == field)
        .unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds;
    use crate::records::{
        Citation, Erasure, Finding, GraphLayout, Interview, IssuedCopy, Material, MinutesDocument,
        NumberRuling, Observation, Organ, OutlineItem, Paper, PaperItem, Paragraph, Passage, Peer,
        Person, Record, Relation, Retention, SamePerson, SignedAppointment, Statement, Supervisor,
        Tour, Turn, Unit,
    };
    use serde_json::Value;

    /// Every path of a value that is a map, items of lists included.
    fn paths(value: &Value, prefix: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if prefix.is_empty() {
                        name.clone()
                    } else {
                        format!("{prefix}.{name}")
                    };
                    found.push(path.clone());
                    paths(value, &path, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| paths(item, prefix, found)),
            _ => {}
        }
    }

    fn check<T: Record>(record: &T) {
        let mut wanted = Vec::new();
        let value = serde_json::to_value(record).expect("a record is JSON");
        paths(&value, "", &mut wanted);
        // The number is read as a whole, the places of the graph as a count.
        wanted.retain(|path| !path.starts_with("number.") && !path.starts_with("positions."));
        wanted.sort();
        wanted.dedup();
        let mut named: Vec<String> = names_of(T::KIND)
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        named.sort();
        assert_eq!(named, wanted, "{}", T::KIND);
    }

    #[test]
    fn every_field_of_every_kind_has_a_name_and_no_name_is_left_over() {
        check(&Supervisor::default());
        check(&Organ::default());
        check(&Unit::default());
        check(&Person::default());
        check(&Tour::default());
        check(&Interview {
            outline: vec![OutlineItem::default()],
            ..Interview::default()
        });
        check(&Turn::default());
        check(&MinutesDocument::default());
        check(&Paragraph::default());
        check(&Passage::default());
        check(&Relation::default());
        check(&Observation::default());
        check(&GraphLayout::default());
        check(&Finding::default());
        check(&Citation::default());
        check(&Statement::default());
        check(&Paper {
            items: vec![PaperItem::default()],
            issued: Some(IssuedCopy::default()),
            ..Paper::default()
        });
        check(&Erasure::default());
        check(&Retention::default());
        check(&NumberRuling::default());
        check(&SamePerson::default());
        check(&Peer::default());
        check(&SignedAppointment::default());
        check(&Material::default());
        for spec in kinds::KINDS {
            assert!(!names_of(spec.kind).is_empty(), "{}", spec.kind);
        }
    }
}
