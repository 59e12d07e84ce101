//! The letter as a source of Typst: same page, faces, sizes, pitches, red mark and rules, same
//! text. It need not be right to the tenth of a millimetre: it is as much work to set.

use gongwen::model::{Block, Document};
use std::fmt::Write;

/// Page, faces and line pitch as in GB/T 9704: 22 lines on 225 mm.
const HEAD: &str = r#"
#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm),
  footer: context { let n = counter(page).get().first(); if n > 1 [— #n —] })
#set text(font: ("FandolFang R", "LXGW WenKai", "FandolSong"), size: 16pt, lang: "zh",
  region: "cn", top-edge: 0.88em, bottom-edge: -0.12em)
#set par(justify: true, leading: 13.62pt, spacing: 13.62pt, first-line-indent: (amount: 2em, all: true))
#let red = rgb(255, 0, 0)
#let hei(body) = text(font: ("Noto Sans SC", "FandolFang R"), weight: 500, body)
#let kai(body) = text(font: ("FandolKai", "LXGW WenKai"), body)
#let song(body) = text(font: ("Noto Serif SC", "FandolFang R"), weight: 700, body)
#let double(a, b) = place(line(length: 170mm, stroke: a + red), dx: -8mm) + v(a + 0.7mm) + place(line(length: 170mm, stroke: b + red), dx: -8mm)
"#;

/// The source of a letter.
pub(crate) fn of(letter: &Document) -> String {
    let mut out = HEAD.to_owned();
    let _ = writeln!(
        out,
        "#align(center, text(fill: red, size: 40pt, song({})))\n#double(1mm, 0.35mm)\n#v(6mm)",
        quoted(&letter.mark)
    );
    let number = letter.number.as_deref().unwrap_or_default();
    let urgency = letter.urgency.as_deref().unwrap_or_default();
    let _ = writeln!(
        out,
        "#par(first-line-indent: 0pt)[#hei({}) #h(1fr) #{}]",
        quoted(urgency),
        quoted(number)
    );
    let _ = writeln!(
        out,
        "#v(20mm)\n#align(center, text(size: 22pt, song({})))\n#v(10mm)",
        quoted(&letter.title)
    );
    let _ = writeln!(
        out,
        "#place(bottom + left, float: true, double(0.35mm, 1mm))"
    );
    if let Some(to) = &letter.to {
        let _ = writeln!(
            out,
            "#par(first-line-indent: 0pt)[#{}]\n",
            quoted(&format!("{to}："))
        );
    }
    for block in &letter.body {
        match block {
            Block::Paragraph(text) => paragraph(&mut out, "", text, ""),
            Block::Heading {
                level,
                text,
                run_in,
            } => {
                let face = match level {
                    1 => "hei",
                    2 => "kai",
                    _ => "",
                };
                paragraph(&mut out, face, text, run_in.as_deref().unwrap_or_default());
            }
            // The letter that is compared has nothing else.
            other => panic!("{other:?}"),
        }
    }
    for (i, name) in letter.attachments.iter().enumerate() {
        paragraph(&mut out, "", &format!("{}.{name}", i + 1), "");
    }
    if let Some(signature) = &letter.signature {
        let date = signature.date.map(|date| date.to_string());
        let _ = writeln!(
            out,
            "#v(20mm)\n#align(right)[#{} #linebreak() #{}]\n",
            quoted(&signature.organs.join("　")),
            quoted(&date.unwrap_or_default())
        );
    }
    if let Some(note) = &letter.note {
        paragraph(&mut out, "", &format!("（{note}）"), "");
    }
    out
}

/// A paragraph whose first part may be in another face.
fn paragraph(out: &mut String, face: &str, text: &str, rest: &str) {
    let _ = writeln!(out, "#{face}({})#{}\n", quoted(text), quoted(rest));
}

/// A text as a string of Typst's.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
