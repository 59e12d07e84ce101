//! `.docx` (ECMA-376 / GB/T 40465 style Open XML, transitional or strict):
//! the body, its tables, text boxes and notes, as a reader of the printed page sees them.

mod body;
mod numbering;
mod package;
mod styles;
mod symbols;
mod xml;

use crate::{Collector, Error, Limits, Read};
use body::{Body, Findings};
use package::Package;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Read, Error> {
    let mut package = Package::open(bytes, limits)?;
    let main = package.main_part()?;
    let text = package.part(&main)?.ok_or(Error::DamagedDocx)?;
    let styles = match package.sibling(&main, "styles.xml")? {
        Some(part) => styles::read(&part, limits)?,
        None => styles::Styles::default(),
    };
    let numbering = match package.sibling(&main, "numbering.xml")? {
        Some(part) => numbering::read(&part, limits)?,
        None => numbering::Numbering::default(),
    };
    let mut body = Body::new(limits, styles, numbering);
    body.read(&text)?;
    drop(text);
    for notes in ["footnotes.xml", "endnotes.xml"] {
        if let Some(part) = package.sibling(&main, notes)? {
            body.read(&part)?;
        }
    }
    let has_comments = package.has_sibling(&main, "comments.xml");
    let (blocks, findings) = body.finish();
    let mut collector = Collector::new(limits);
    for block in blocks {
        collector.push(None, block.kind, &block.text)?;
    }
    Ok(Read {
        encoding: None,
        paragraphs: collector.paragraphs,
        warnings: warnings(&findings, has_comments),
    })
}

fn warnings(findings: &Findings, has_comments: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    if findings.tracked_changes {
        warnings.push(
            "文中有修订痕迹，已按接受全部修订后的文字导入（删去的文字不在其中），请对照原件核对。"
                .into(),
        );
    }
    if findings.hidden_text {
        warnings.push("文中有隐藏文字，已一并导入，请对照原件核对。".into());
    }
    if has_comments {
        warnings.push("文中有批注，批注没有导入，请在原件中查看。".into());
    }
    if findings.pictures {
        warnings.push("文中有图片，图片里的文字没有导入，请在原件中查看。".into());
    }
    warnings
}
