//! What the archive must know of each kind of record to index it: which field
//! names the record it belongs to, which holds its place in a list, which hold
//! references to other records, and which words can be searched for.

/// Index description of one kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindSpec {
    /// Kind, as in [`crate::records::Record::KIND`].
    pub kind: &'static str,
    /// Chinese name shown in lists, search results and reports.
    pub label: &'static str,
    /// Field naming the record this one belongs to.
    pub parent: Option<&'static str>,
    /// Field holding the fractional order key.
    pub order: Option<&'static str>,
    /// Field shown as the record's title.
    pub title: &'static str,
    /// Fields that refer to other records by id (a single id or a list).
    pub links: &'static [&'static str],
    /// Fields whose text is searchable.
    pub text: &'static [&'static str],
    /// Field holding a person's name, searched by pinyin and initials too.
    pub name: Option<&'static str>,
}

const fn spec(kind: &'static str, label: &'static str, title: &'static str) -> KindSpec {
    KindSpec {
        kind,
        label,
        parent: None,
        order: None,
        title,
        links: &[],
        text: &[],
        name: None,
    }
}

/// Every kind this version knows. A kind not listed (from a newer version) is
/// kept and passed on, but not indexed.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        text: &["name"],
        ..spec("supervisor", "督查员", "name")
    },
    KindSpec {
        text: &["full_name"],
        ..spec("organ", "发文机关", "full_name")
    },
    KindSpec {
        links: &["parent"],
        text: &["name", "short_name", "remark"],
        name: Some("name"),
        ..spec("unit", "单位", "name")
    },
    KindSpec {
        links: &["unit"],
        text: &["name", "post", "duties", "remark"],
        name: Some("name"),
        ..spec("person", "人员", "name")
    },
    KindSpec {
        links: &["units", "planned"],
        text: &["title", "purpose"],
        ..spec("tour", "巡察任务", "title")
    },
    KindSpec {
        parent: Some("tour"),
        links: &["tour", "person"],
        text: &["place", "matter"],
        ..spec("interview", "谈话", "matter")
    },
    KindSpec {
        parent: Some("interview"),
        order: Some("order"),
        links: &["interview"],
        text: &["text"],
        ..spec("turn", "谈话内容", "text")
    },
    KindSpec {
        parent: Some("tour"),
        links: &["unit", "tour"],
        text: &["title"],
        ..spec("minutes", "会议记录", "title")
    },
    KindSpec {
        parent: Some("document"),
        order: Some("order"),
        links: &["document"],
        text: &["text"],
        ..spec("paragraph", "会议记录段落", "text")
    },
    KindSpec {
        parent: Some("document"),
        links: &["document", "from_paragraph", "to_paragraph"],
        text: &["quote", "remark", "tags"],
        ..spec("passage", "摘录", "quote")
    },
    KindSpec {
        parent: Some("from"),
        links: &["from", "to"],
        text: &["kind", "remark", "source"],
        ..spec("relation", "关系", "kind")
    },
    KindSpec {
        parent: Some("person"),
        links: &["person"],
        text: &["what", "place", "others", "source"],
        ..spec("observation", "情况记录", "what")
    },
    KindSpec {
        parent: Some("person"),
        links: &["person"],
        ..spec("graph_layout", "图形位置", "person")
    },
    KindSpec {
        parent: Some("person"),
        links: &["person", "tour"],
        text: &["title", "facts", "question", "disposition_reason"],
        ..spec("finding", "问题线索", "title")
    },
    KindSpec {
        parent: Some("finding"),
        links: &["finding", "target"],
        text: &["quote"],
        ..spec("citation", "证据引用", "quote")
    },
    KindSpec {
        parent: Some("finding"),
        links: &["finding"],
        text: &["text"],
        ..spec("statement", "本人说明", "text")
    },
    KindSpec {
        parent: Some("person"),
        links: &["person", "interview"],
        text: &["title", "opening", "closing", "reply", "outcome"],
        ..spec("paper", "文书", "title")
    },
    KindSpec {
        text: &["reason", "basis", "approved_by"],
        ..spec("erasure", "依规删除登记", "subject")
    },
    KindSpec {
        parent: Some("record"),
        links: &["record"],
        text: &["reason"],
        ..spec("retention", "保存复核", "record")
    },
    KindSpec {
        links: &["keeps", "others"],
        ..spec("number_ruling", "发文字号处理", "keeps")
    },
    KindSpec {
        links: &["first", "second"],
        ..spec("same_person", "同一人认定", "first")
    },
    KindSpec {
        links: &["replaces"],
        text: &["name", "unit"],
        ..spec("peer", "往来对象", "name")
    },
    KindSpec {
        text: &["title"],
        ..spec("appointment", "任命", "title")
    },
    KindSpec {
        parent: Some("owner"),
        links: &["owner"],
        text: &["name", "source", "provider", "remark"],
        ..spec("material", "材料", "name")
    },
];

/// The description of `kind`, when this version knows it.
pub fn spec_of(kind: &str) -> Option<&'static KindSpec> {
    KINDS.iter().find(|spec| spec.kind == kind)
}

/// The kind of record that is a matter (案件 / 事项) of its own.
pub const MATTER: &str = "finding";

/// The fields through which a record of this kind is part of a matter and of
/// nothing else: it is sealed with the matter. Whatever a matter merely refers
/// to (a person, a talk, minutes) is not part of it.
pub fn matter_fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "citation" | "statement" => &["finding"],
        "paper" => &["items"],
        "material" => &["owner"],
        _ => &[],
    }
}

/// Whether records of this kind, themselves part of a matter, can have parts
/// of their own: the scanned reply belongs to its paper.
pub fn has_parts(kind: &str) -> bool {
    kind == MATTER || kind == "paper"
}
