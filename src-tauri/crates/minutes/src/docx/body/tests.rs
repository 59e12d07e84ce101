//! Small bodies of documents, written out as XML.

use super::super::{numbering, styles};
use super::*;
use crate::ParagraphKind::{Heading, TableRow, Text};

const NUMBERING: &str = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="0">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
  </w:abstractNum><w:num w:numId="4"><w:abstractNumId w:val="0"/></w:num></w:numbering>"#;
const STYLES: &str = r#"<w:styles xmlns:w="w"><w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
  <w:style w:styleId="L"><w:name w:val="list"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style></w:styles>"#;

fn try_body(xml: &str, limits: &Limits) -> Result<(Vec<Block>, Findings), Error> {
    let styles = styles::read(STYLES, limits).expect("styles");
    let numbering = numbering::read(NUMBERING, limits).expect("numbering");
    let mut body = Body::new(limits, styles, numbering);
    body.read(&format!(
        "<w:document xmlns:w='w' xmlns:mc='mc'><w:body>{xml}</w:body></w:document>"
    ))?;
    Ok(body.finish())
}

fn body(xml: &str) -> (Vec<(ParagraphKind, String)>, Findings) {
    let (blocks, findings) = try_body(xml, &Limits::default()).expect("readable");
    (
        blocks.into_iter().map(|b| (b.kind, b.text)).collect(),
        findings,
    )
}

fn texts(xml: &str) -> Vec<String> {
    body(xml).0.into_iter().map(|(_, text)| text).collect()
}

fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn runs_join_and_signs_become_characters() {
    let xml = r#"<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>甲</w:t></w:r><w:r><w:tab/><w:t xml:space="preserve">某 &amp; &#x4E59;</w:t><w:br/><w:t>第二行</w:t><w:sym w:font="Wingdings" w:char="F0FE"/><w:noBreakHyphen/></w:r></w:p>"#;
    assert_eq!(texts(xml), ["甲\t某 & 乙\n第二行☑-"]);
}

#[test]
fn fields_show_their_result_only() {
    let xml = r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE \@ "yyyy"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2024</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:fldSimple w:instr="PAGE"><w:r><w:t>年</w:t></w:r></w:fldSimple></w:p>"#;
    assert_eq!(texts(xml), ["2024年"]);
}

#[test]
fn tracked_changes_read_as_accepted() {
    let xml = r"<w:p><w:r><w:t>会议</w:t></w:r><w:del><w:r><w:delText>不</w:delText></w:r></w:del><w:ins><w:r><w:t>一致</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:r><w:t>同意。</w:t></w:r></w:p>
      <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半，</w:t></w:r></w:p><w:p><w:r><w:t>后半。</w:t></w:r></w:p>
      <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删去的行</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let (blocks, findings) = body(xml);
    let texts: Vec<&str> = blocks.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["会议一致同意。", "前半，后半。"]);
    assert!(findings.tracked_changes);
    assert!(!body(&p("同意")).1.tracked_changes);
}

#[test]
fn hidden_text_is_read_and_reported() {
    let hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r></w:p>";
    let (blocks, findings) = body(hidden);
    assert_eq!(blocks[0].1, "暗");
    assert!(findings.hidden_text);
    let mark = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>明</w:t></w:r></w:p>";
    assert!(!body(mark).1.hidden_text);
    let off = r#"<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>明</w:t></w:r></w:p>"#;
    assert!(!body(off).1.hidden_text);
}

#[test]
fn a_text_box_is_read_once_after_its_paragraph() {
    let inner = p("框内文字");
    let xml = format!(
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><w:txbxContent>{inner}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>继续</w:t></w:r></w:p>"
    );
    assert_eq!(texts(&xml), ["正文继续", "框内文字"]);
    let old =
        format!("<w:p><w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r></w:p>");
    assert_eq!(texts(&old), ["框内文字"]);
}

#[test]
fn tables_become_rows_and_frames_stay_paragraphs() {
    let row = |cells: &[&str]| format!("<w:tr><w:tc>{}</w:tc></w:tr>", cells.join("</w:tc><w:tc>"));
    let nested = format!("<w:tbl>{}</w:tbl><w:p/>", row(&[&p("内甲"), &p("内乙")]));
    let long = [p("第一段"), p("第二段"), p("第三段")].concat();
    let xml = format!(
        "<w:tbl>{}{}{}{}</w:tbl>",
        row(&[&p("姓名"), "<w:p/>", &p("票数")]),
        row(&[&long]),
        row(&[&p("议题"), &long]),
        row(&[&p("外"), &nested]),
    );
    let expected = [
        (TableRow, "姓名 |  | 票数"),
        (Text, "第一段"),
        (Text, "第二段"),
        (Text, "第三段"),
        (TableRow, "议题 | 第一段"),
        (Text, "第二段"),
        (Text, "第三段"),
        (TableRow, "外 | 内甲 | 内乙"),
    ];
    let (blocks, _) = body(&xml);
    let blocks: Vec<(ParagraphKind, &str)> = blocks.iter().map(|(k, t)| (*k, t.as_str())).collect();
    assert_eq!(blocks, expected);
}

#[test]
fn headings_and_numbers_are_kept() {
    let item = |properties: &str, text: &str| {
        format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let list =
        |level: u32| format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='4'/></w:numPr>");
    let xml = [
        item("<w:pStyle w:val='1'/>", "题目"),
        item(&list(0), "审议"),
        item(&list(1), "甲某"),
        item("<w:pStyle w:val='L'/>", "研究"),
        item(
            "<w:pStyle w:val='L'/><w:numPr><w:numId w:val='0'/></w:numPr>",
            "无号",
        ),
        item("<w:outlineLvl w:val='2'/>", "大纲"),
    ]
    .concat();
    let expected = [
        (Heading, "题目"),
        (Text, "一、审议"),
        (Text, "1. 甲某"),
        (Text, "二、研究"),
        (Text, "无号"),
        (Heading, "大纲"),
    ];
    let (blocks, _) = body(&xml);
    let blocks: Vec<(ParagraphKind, &str)> = blocks.iter().map(|(k, t)| (*k, t.as_str())).collect();
    assert_eq!(blocks, expected);
}

#[test]
fn hostile_xml_is_refused() {
    let limits = Limits::default();
    let deep = "<w:tbl><w:tr><w:tc>".repeat(100) + &"</w:tc></w:tr></w:tbl>".repeat(100);
    assert_eq!(try_body(&deep, &limits).err(), Some(Error::TooDeep));
    let unclosed = "<w:p>".repeat(20);
    assert_eq!(try_body(&unclosed, &limits).err(), Some(Error::DamagedDocx));
    let entity = "<w:p><w:r><w:t>&outside;</w:t></w:r></w:p>";
    assert_eq!(
        try_body(entity, &limits).err(),
        Some(Error::ForeignDeclaration)
    );
    let few = Limits {
        paragraphs: 3,
        ..Limits::default()
    };
    let many = p("段").repeat(10);
    assert!(matches!(
        try_body(&many, &few),
        Err(Error::TooMuchText { .. })
    ));
}
