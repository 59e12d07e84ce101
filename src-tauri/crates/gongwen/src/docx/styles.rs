//! The named styles: what an office changes when it wants another face or another size.

use super::metrics::{BODY_LINE, BODY_SPACING};
use crate::fonts::Role;
use crate::standard::{LINE_PITCH, PITCH, SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4};
use std::fmt::Write;

/// A paragraph style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Mark,
    Element,
    Number,
    Title,
    Addressee,
    Body,
    Heading1,
    Heading2,
    Heading3,
    Heading4,
    Turn,
    Attachments,
    Attendance,
    Organ,
    Date,
    Note,
    AnnexLabel,
    AnnexTitle,
    Foot,
    Cell,
    Caption,
    SmallCell,
    SmallCaption,
    Above,
    FormNote,
    RegisterNote,
    Signatures,
    PageNumber,
}

/// What a style is made of.
pub(super) struct Look {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) role: Role,
    /// Points.
    pub(super) size: f64,
    /// Exact height of a line, twips.
    pub(super) line: i32,
    /// Letter spacing, twips.
    pub(super) spacing: i32,
    align: &'static str,
    /// Indent of the first line, twips.
    pub(super) first: i32,
    /// Level in the outline, from 1.
    outline: Option<u8>,
    red: bool,
}

/// Two characters of body text, twips.
pub(super) const INDENT: i32 = 632;
/// Height of a line of the title: its characters and the body's gap.
pub(super) const TITLE_LINE: i32 = 440 + ((LINE_PITCH - PITCH) * 1440.0 / 25.4) as i32;
/// Height of a line of 4号 in a table and in the line above one, twips.
const CELL_LINE: i32 = (SIZE_4 * 1.45 * 20.0) as i32;
/// Height of a line of 小四号 in a table, twips.
const SMALL_CELL_LINE: i32 = (SIZE_SMALL_4 * 1.45 * 20.0) as i32;
/// Height of a line of the 版记, twips: characters then stand in the middle between two rules.
const FOOT_LINE: i32 = 460;

impl Style {
    const ALL: [Self; 28] = [
        Self::Mark,
        Self::Element,
        Self::Number,
        Self::Title,
        Self::Addressee,
        Self::Body,
        Self::Heading1,
        Self::Heading2,
        Self::Heading3,
        Self::Heading4,
        Self::Turn,
        Self::Attachments,
        Self::Attendance,
        Self::Organ,
        Self::Date,
        Self::Note,
        Self::AnnexLabel,
        Self::AnnexTitle,
        Self::Foot,
        Self::Cell,
        Self::Caption,
        Self::SmallCell,
        Self::SmallCaption,
        Self::Above,
        Self::FormNote,
        Self::RegisterNote,
        Self::Signatures,
        Self::PageNumber,
    ];

    /// The style's figures.
    pub(super) fn look(self) -> Look {
        let body = |id, name| Look {
            id,
            name,
            role: Role::FangSong,
            size: SIZE_3,
            line: BODY_LINE,
            spacing: BODY_SPACING,
            align: "both",
            first: 0,
            outline: None,
            red: false,
        };
        let indented = |id, name| Look {
            first: INDENT,
            ..body(id, name)
        };
        let heading = |id, name, role, level| Look {
            role,
            outline: Some(level),
            ..indented(id, name)
        };
        let title = |id, name, level| Look {
            role: Role::BiaoSong,
            size: SIZE_2,
            line: TITLE_LINE,
            spacing: 0,
            align: "center",
            outline: level,
            ..body(id, name)
        };
        let small = |id, name, role, size, line, align| Look {
            role,
            size,
            line,
            spacing: 0,
            align,
            ..body(id, name)
        };
        let (fang, hei) = (Role::FangSong, Role::Hei);
        match self {
            Self::Mark => Look {
                red: true,
                ..title("GwMark", "发文机关标志", None)
            },
            Self::Element => body("GwElement", "版头要素"),
            Self::Number => body("GwNumber", "发文字号"),
            Self::Title => title("GwTitle", "公文标题", None),
            Self::Addressee => body("GwAddressee", "主送机关"),
            Self::Body => indented("GwBody", "公文正文"),
            Self::Heading1 => heading("GwHeading1", "一级标题", hei, 1),
            Self::Heading2 => heading("GwHeading2", "二级标题", Role::Kai, 2),
            Self::Heading3 => heading("GwHeading3", "三级标题", fang, 3),
            Self::Heading4 => heading("GwHeading4", "四级标题", fang, 4),
            Self::Turn => body("GwTurn", "问答"),
            Self::Attachments => body("GwAttachments", "附件说明"),
            Self::Attendance => Look {
                align: "left",
                ..body("GwAttendance", "出席人员")
            },
            Self::Organ => Look {
                align: "right",
                ..body("GwOrgan", "发文机关署名")
            },
            Self::Date => Look {
                align: "right",
                ..body("GwDate", "成文日期")
            },
            Self::Note => indented("GwNote", "附注"),
            Self::AnnexLabel => Look {
                role: hei,
                ..body("GwAnnexLabel", "附件标识")
            },
            Self::AnnexTitle => title("GwAnnexTitle", "附件标题", Some(1)),
            Self::Foot => small("GwFoot", "版记", fang, SIZE_4, FOOT_LINE, "both"),
            Self::Cell => small("GwCell", "表单内容", fang, SIZE_4, CELL_LINE, "left"),
            Self::Caption => small("GwCaption", "表单栏目", hei, SIZE_4, CELL_LINE, "center"),
            Self::SmallCell => small(
                "GwSmallCell",
                "表格内容",
                fang,
                SIZE_SMALL_4,
                SMALL_CELL_LINE,
                "left",
            ),
            Self::SmallCaption => small(
                "GwSmallCaption",
                "表格栏目",
                hei,
                SIZE_SMALL_4,
                SMALL_CELL_LINE,
                "center",
            ),
            Self::Above => small("GwAbove", "表上说明", fang, SIZE_4, CELL_LINE, "left"),
            Self::FormNote => Look {
                first: (SIZE_4 * 40.0) as i32,
                ..small("GwFormNote", "表下说明", fang, SIZE_4, CELL_LINE, "both")
            },
            Self::RegisterNote => Look {
                first: (SIZE_SMALL_4 * 40.0) as i32,
                ..small(
                    "GwRegisterNote",
                    "台账附注",
                    fang,
                    SIZE_SMALL_4,
                    SMALL_CELL_LINE,
                    "both",
                )
            },
            Self::Signatures => small(
                "GwSignatures",
                "签名栏",
                fang,
                SIZE_SMALL_4,
                SMALL_CELL_LINE,
                "left",
            ),
            Self::PageNumber => small("GwPageNumber", "页码", Role::Song, SIZE_4, 400, "right"),
        }
    }
}

/// The Chinese face of a role and the face of its digits and letters, as an office has them.
pub(super) fn faces(role: Role) -> (&'static str, &'static str) {
    const LATIN: &str = "Times New Roman";
    match role {
        Role::FangSong => ("仿宋_GB2312", LATIN),
        Role::Kai => ("楷体_GB2312", LATIN),
        Role::Song => ("宋体", LATIN),
        Role::Hei => ("黑体", LATIN),
        Role::BiaoSong => ("方正小标宋简体", "方正小标宋简体"),
    }
}

/// The character style that sets a role's face inside a paragraph of another one.
pub(super) fn character_style(role: Role) -> &'static str {
    match role {
        Role::FangSong => "GwFangSong",
        Role::Kai => "GwKai",
        Role::Song => "GwSong",
        Role::Hei => "GwHei",
        Role::BiaoSong => "GwBiaoSong",
    }
}

fn fonts(role: Role) -> String {
    let (chinese, latin) = faces(role);
    format!(
        "<w:rFonts w:hint=\"eastAsia\" w:ascii=\"{latin}\" w:hAnsi=\"{latin}\" w:eastAsia=\"{chinese}\" w:cs=\"Times New Roman\"/>"
    )
}

/// The part `word/styles.xml`.
pub(super) fn part() -> String {
    let mut out = format!(
        "{}<w:styles {}>",
        super::xml::DECLARATION,
        super::xml::NAMESPACES
    );
    // No indents, no space between paragraphs, kinsoku on, no hanging marks, no automatic blanks
    // between Chinese and Latin: lines then break where the PDF breaks them.
    let _ = write!(
        out,
        "<w:docDefaults><w:rPrDefault><w:rPr>{}<w:kern w:val=\"0\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/>\
         <w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault>\
         <w:pPrDefault><w:pPr><w:widowControl w:val=\"0\"/><w:kinsoku/><w:overflowPunct w:val=\"0\"/>\
         <w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:adjustRightInd w:val=\"0\"/>\
         <w:snapToGrid w:val=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/><w:qFormat/>\
         <w:pPr><w:widowControl w:val=\"0\"/><w:kinsoku/><w:overflowPunct w:val=\"0\"/><w:autoSpaceDE w:val=\"0\"/>\
         <w:autoSpaceDN w:val=\"0\"/><w:adjustRightInd w:val=\"0\"/><w:snapToGrid w:val=\"0\"/>\
         <w:spacing w:line=\"{BODY_LINE}\" w:lineRule=\"exact\"/></w:pPr></w:style>\
         <w:style w:type=\"character\" w:default=\"1\" w:styleId=\"DefaultFont\"><w:name w:val=\"Default Paragraph Font\"/>\
         <w:uiPriority w:val=\"1\"/><w:semiHidden/></w:style>\
         <w:style w:type=\"table\" w:default=\"1\" w:styleId=\"PlainTable\"><w:name w:val=\"Normal Table\"/>\
         <w:uiPriority w:val=\"99\"/><w:semiHidden/><w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/></w:tblPr></w:style>",
        fonts(Role::FangSong)
    );
    for style in Style::ALL {
        paragraph_style(&mut out, &style.look());
    }
    for (role, name) in [
        (Role::FangSong, "仿宋字符"),
        (Role::Kai, "楷体字符"),
        (Role::Song, "宋体字符"),
        (Role::Hei, "黑体字符"),
        (Role::BiaoSong, "小标宋字符"),
    ] {
        let _ = write!(
            out,
            "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"{}\"><w:name w:val=\"{name}\"/>\
             <w:rPr>{}</w:rPr></w:style>",
            character_style(role),
            fonts(role)
        );
    }
    out.push_str("</w:styles>");
    out
}

fn paragraph_style(out: &mut String, look: &Look) {
    let _ = write!(
        out,
        "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{}\"><w:name w:val=\"{}\"/>\
         <w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr><w:spacing w:line=\"{}\" w:lineRule=\"exact\"/>",
        look.id, look.name, look.line
    );
    if look.first != 0 {
        let _ = write!(out, "<w:ind w:firstLine=\"{}\"/>", look.first);
    }
    let _ = write!(out, "<w:jc w:val=\"{}\"/>", look.align);
    if let Some(level) = look.outline {
        let _ = write!(out, "<w:outlineLvl w:val=\"{}\"/>", level - 1);
    }
    let _ = write!(out, "</w:pPr><w:rPr>{}", fonts(look.role));
    if look.red {
        out.push_str("<w:color w:val=\"FF0000\"/>");
    }
    if look.spacing != 0 {
        let _ = write!(out, "<w:spacing w:val=\"{}\"/>", look.spacing);
    }
    let half_points = (look.size * 2.0).round();
    let _ = write!(
        out,
        "<w:sz w:val=\"{half_points}\"/><w:szCs w:val=\"{half_points}\"/></w:rPr></w:style>"
    );
}
