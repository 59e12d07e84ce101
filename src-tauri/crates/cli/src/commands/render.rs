//! `render`: one official document from its JSON text, without an archive.

use super::{Command, JSON, needed, one};
use crate::answer::Answer;
use crate::arguments::{Arguments, Opt, Takes};
use crate::desk;
use crate::failure::Failure;
use gongwen::review::{Remark, review};
use gongwen::{FontFolder, Typesetter};
use office::{ErrorView, FontFile, FontUse, Moment};
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "render",
    summary: "把一份公文稿（JSON）排成PDF文件，不用档案库",
    places: &[needed("公文稿文件")],
    options: &[
        one("out", "文件", "写到哪个PDF文件"),
        one("docx", "文件", "另写成DOCX文件，供修改"),
        one("layout", "文件", "另把版面写成文字（毫米）"),
        Opt {
            name: "font",
            takes: Takes::Many,
            value: "用处=文件",
            help: "改用本机的字库，例如 仿宋=simfang.ttf；用处有仿宋、楷体、黑体、小标宋、宋体、生僻字；字库集合里的第几种字体写在文件后，例如 #2",
        },
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, now: Moment) -> Result<Answer, Failure> {
    let out = arguments.needed_path("out")?;
    let text = desk::read_text(arguments.place(0))?;
    let document = gongwen::parse(&text).map_err(ErrorView::from)?;
    let mut fonts = FontFolder::find().map_err(ErrorView::from)?;
    for choice in arguments.texts("font")? {
        let (used, file) = chosen(&choice).ok_or_else(|| {
            arguments.wrong(format!("“--font {choice}”应当写成“用处=文件”，用处只能是仿宋、楷体、黑体、小标宋、宋体、生僻字。"))
        })?;
        fonts = file.put(used, fonts)?;
    }
    let typesetter = Typesetter::new(fonts);
    let layout = typesetter.layout(&document).map_err(ErrorView::from)?;
    let pdf = typesetter.pdf(&document).map_err(ErrorView::from)?;
    if let Some(path) = arguments.path("docx") {
        let docx = typesetter.docx(&document).map_err(ErrorView::from)?;
        office::write_file(path, &docx)?;
    }
    if let Some(path) = arguments.path("layout") {
        office::write_file(path, layout.describe().as_bytes())?;
    }
    office::write_file(out, &pdf)?;
    let remarks = match now.today().to_string().parse() {
        Ok(today) => review(&document, today),
        // A clock set beyond the years that papers know; no day can be compared with it.
        Err(_) => Vec::new(),
    };
    let pages = layout.pages.len();
    let notes = remarks.iter().map(said).collect();
    Ok(Answer::new(
        json!({
            "path": out.to_string_lossy(),
            "pages": pages,
            "bytes": pdf.len(),
            "remarks": remarks,
        }),
        format!("已写出{}（{pages}页）。", out.display()),
    )
    .with_notes(notes))
}

/// A remark in a line, with where to find it.
fn said(remark: &Remark) -> String {
    let Remark {
        place,
        message,
        span,
    } = remark;
    match span {
        Some(span) if span.end > span.start => {
            format!("{place}第{}字起：{message}", span.start + 1)
        }
        _ => format!("{place}：{message}"),
    }
}

/// `仿宋=FILE` or `仿宋=FILE#2`, the second face of a collection.
fn chosen(choice: &str) -> Option<(FontUse, FontFile)> {
    let (used, file) = choice.split_once('=')?;
    let used = FontUse::named(used)?;
    let (path, index) = file
        .rsplit_once('#')
        .and_then(|(path, number)| Some((path, number.parse::<u32>().ok()?.checked_sub(1)?)))
        .map_or((file, None), |(path, index)| (path, Some(index)));
    (!path.is_empty()).then(|| {
        let path = path.into();
        (used, FontFile { path, index })
    })
}
