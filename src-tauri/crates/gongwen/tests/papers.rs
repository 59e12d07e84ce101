//! The stored documents, typeset: a snapshot of each layout, to be read by people, and what must
//! hold for every one of them. Each file of the gallery is one test, found by itself.

use gongwen::model::Document;
use gongwen::review::{Remark, review};
use gongwen::{Line, Page, Typesetter};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::Path;
use std::process::ExitCode;
use std::sync::LazyLock;

static TYPESETTER: LazyLock<Typesetter> =
    LazyLock::new(|| Typesetter::with_shipped_fonts().expect("a checkout has the faces"));

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/papers");
    let files = std::fs::read_dir(&folder).expect("the gallery's folder");
    let mut trials = Vec::new();
    for file in files {
        let path = file.expect("a file of the gallery").path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.expect("a plain name").to_owned();
        let json = std::fs::read_to_string(&path).expect("a stored document");
        let title = name.clone();
        trials.push(Trial::test(title, move || check(&name, &json)));
    }
    assert!(
        trials.len() >= 30,
        "the gallery has {} papers",
        trials.len()
    );
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// What holds for every stored document.
fn check(name: &str, json: &str) -> Result<(), Failed> {
    let document = gongwen::parse(json)?;
    insta::assert_snapshot!(name, TYPESETTER.layout_text(&document)?);
    the_same_twice(&document)?;
    no_remark(&document)?;
    signed_in_company(&document)
}

/// The same bytes again, and from a fresh typesetter.
fn the_same_twice(document: &Document) -> Result<(), Failed> {
    let first = TYPESETTER.pdf(document)?;
    let fresh = Typesetter::with_shipped_fonts()?;
    if first != TYPESETTER.pdf(document)? || first != fresh.pdf(document)? {
        return Err("two files of the same document differ".into());
    }
    Ok(())
}

/// The stored documents are careful ones: any remark about them would be wrong. A draft lacks the
/// day that is put in when it is signed, and is told so.
fn no_remark(document: &Document) -> Result<(), Failed> {
    let mut remarks = review(document, "2026-11-23".parse()?);
    if document.options.draft_watermark {
        let undated = |remark: &Remark| remark.message == "没有成文日期，请在签发后补上。";
        remarks.retain(|remark| !undated(remark));
    }
    match remarks.first() {
        None => Ok(()),
        Some(Remark { place, message, .. }) => Err(format!("{place}：{message}").into()),
    }
}

/// The page of the signature has text beside it (item 19 of the checklist), and not a few
/// characters only.
fn signed_in_company(document: &Document) -> Result<(), Failed> {
    use gongwen::model::Format;
    let signs = matches!(document.format, Format::Letter | Format::Document);
    let Some(signed) = document.signature.as_ref().filter(|_| signs) else {
        return Ok(());
    };
    let Some(date) = signed.date else {
        return Ok(());
    };
    let layout = TYPESETTER.layout(document)?;
    let dated = |page: &Page| {
        page.lines
            .iter()
            .any(|line| line.text() == date.to_string())
    };
    let number = layout.pages.iter().position(dated);
    let number = number.ok_or("no date on any page")?;
    if number == 0 {
        return Ok(());
    }
    let body: String = layout.pages[number]
        .lines
        .iter()
        .map(Line::text)
        .take_while(|text| !text.starts_with("附件：") && !signed.organs.contains(text))
        .collect();
    // 专此报告。 is company, the end of a word is not.
    if body.ends_with('。') && body.chars().count() >= 5 {
        Ok(())
    } else {
        Err(format!("the signature stands beside “{body}”").into())
    }
}
