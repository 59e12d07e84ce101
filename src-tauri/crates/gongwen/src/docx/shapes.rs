//! What is drawn and not written: red rules, the watermark, the page number of a landscape page.

use super::metrics::emu;
use super::styles::{Style, faces};
use crate::fonts::Role;
use crate::layout::Rule;
use std::fmt::Write;

/// Numbers of shapes: every one in a file has its own.
#[derive(Debug, Default)]
pub(super) struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

/// A run with red rules that keep their place on the page.
pub(super) fn rules(rules: &[Rule], numbers: &mut Numbers) -> String {
    let mut out = String::new();
    for rule in rules {
        let shape = "<wps:cNvSpPr/><wps:spPr>{FRAME}<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>\
             <a:solidFill><a:srgbClr val=\"FF0000\"/></a:solidFill><a:ln><a:noFill/></a:ln></wps:spPr><wps:bodyPr/>";
        out.push_str(&anchored(
            "红线",
            (rule.x, rule.y, rule.width, rule.height),
            shape,
            numbers,
        ));
    }
    out
}

/// How a box holds its text.
pub(super) enum Reading {
    /// Upright, the text standing on the box's lower edge.
    OnTheFloor,
    /// With the sheet turned: from top to bottom.
    Turned,
}

/// A run with a box of text that keeps its place on the page.
pub(super) fn text_box(
    name: &str,
    content: &str,
    place: (f64, f64, f64, f64),
    reading: &Reading,
    numbers: &mut Numbers,
) -> String {
    let reading = match reading {
        Reading::OnTheFloor => "anchor=\"b\"",
        Reading::Turned => "vert=\"vert\"",
    };
    let shape = format!(
        "<wps:cNvSpPr txBox=\"1\"/><wps:spPr>{{FRAME}}<a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/>\
         <a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>\
         <wps:bodyPr {reading} lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"0\"/>"
    );
    anchored(name, place, &shape, numbers)
}

fn anchored(
    name: &str,
    (x, y, width, height): (f64, f64, f64, f64),
    shape: &str,
    numbers: &mut Numbers,
) -> String {
    let number = numbers.next();
    let (x, y, width, height) = (emu(x), emu(y), emu(width), emu(height));
    let frame =
        format!("<a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>");
    let shape = shape.replace("{FRAME}", &frame);
    let mut out = String::new();
    let _ = write!(
        out,
        "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing>\
         <wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" relativeHeight=\"{number}\" \
         behindDoc=\"1\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"1\"><wp:simplePos x=\"0\" y=\"0\"/>\
         <wp:positionH relativeFrom=\"page\"><wp:posOffset>{x}</wp:posOffset></wp:positionH>\
         <wp:positionV relativeFrom=\"page\"><wp:posOffset>{y}</wp:posOffset></wp:positionV>\
         <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/><wp:wrapNone/>\
         <wp:docPr id=\"{number}\" name=\"{name}{number}\"/><wp:cNvGraphicFramePr/>\
         <a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\">\
         <wps:wsp>{shape}</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    );
    out
}

/// A run with the word 草稿 across the page, behind the text.
pub(super) fn watermark(numbers: &mut Numbers) -> String {
    let number = numbers.next();
    let (face, _) = faces(Role::Hei);
    // Two characters of 170 pt, three tenths of a character apart.
    format!(
        "<w:r><w:pict><v:shapetype id=\"_x0000_t136\" coordsize=\"21600,21600\" o:spt=\"136\" adj=\"10800\" \
         path=\"m@7,l@8,m@5,21600l@6,21600e\"><v:formulas><v:f eqn=\"sum #0 0 10800\"/><v:f eqn=\"prod #0 2 1\"/>\
         <v:f eqn=\"sum 21600 0 @1\"/><v:f eqn=\"sum 0 0 @2\"/><v:f eqn=\"sum 21600 0 @3\"/><v:f eqn=\"if @0 @3 0\"/>\
         <v:f eqn=\"if @0 21600 @1\"/><v:f eqn=\"if @0 0 @2\"/><v:f eqn=\"if @0 @4 21600\"/></v:formulas>\
         <v:path textpathok=\"t\" o:connecttype=\"rect\"/><v:textpath on=\"t\" fitshape=\"t\"/></v:shapetype>\
         <v:shape id=\"Watermark{number}\" o:spid=\"_x0000_s{spid}\" type=\"#_x0000_t136\" \
         style=\"position:absolute;margin-left:0;margin-top:0;width:391pt;height:170pt;rotation:315;z-index:-251658752;\
         mso-position-horizontal:center;mso-position-horizontal-relative:page;mso-position-vertical:center;\
         mso-position-vertical-relative:page\" fillcolor=\"#e6e6e6\" stroked=\"f\">\
         <v:textpath style=\"font-family:&quot;{face}&quot;;font-size:1pt\" string=\"草稿\"/></v:shape></w:pict></w:r>",
        spid = 2048 + number
    )
}

/// A field whose value the word processor keeps.
pub(super) fn field(style: Style, instruction: &str, shown: &str) -> String {
    format!(
        "<w:fldSimple w:instr=\" {instruction} \">{}</w:fldSimple>",
        super::runs::plain(&style.look(), shown)
    )
}
