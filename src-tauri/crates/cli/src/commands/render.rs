//! `render`: one official document from its JSON text, without an archive.

use super::{Command, JSON, needed, one};
use crate::answer::Answer;
use crate::arguments::Arguments;
use crate::desk;
use crate::failure::Failure;
use gongwen::Typesetter;
use office::{ErrorView, Moment};
use serde_json::json;

pub(crate) const COMMAND: Command = Command {
    name: "render",
    summary: "把一份公文稿（JSON）排成PDF文件，不用档案库",
    places: &[needed("公文稿文件")],
    options: &[
        one("out", "文件", "写到哪个PDF文件"),
        one("layout", "文件", "另把版面写成文字（毫米）"),
        JSON,
    ],
    run,
};

fn run(arguments: &Arguments, _now: Moment) -> Result<Answer, Failure> {
    let out = arguments.needed_path("out")?;
    let text = desk::read_text(arguments.place(0))?;
    let document = gongwen::parse(&text).map_err(ErrorView::from)?;
    let typesetter = Typesetter::with_shipped_fonts().map_err(ErrorView::from)?;
    let layout = typesetter.layout(&document).map_err(ErrorView::from)?;
    let pdf = typesetter.pdf(&document).map_err(ErrorView::from)?;
    if let Some(path) = arguments.path("layout") {
        office::write_file(path, layout.describe().as_bytes())?;
    }
    office::write_file(out, &pdf)?;
    let pages = layout.pages.len();
    Ok(Answer::new(
        json!({
            "path": out.to_string_lossy(),
            "pages": pages,
            "bytes": pdf.len(),
        }),
        format!("已写出{}（{pages}页）。", out.display()),
    ))
}
