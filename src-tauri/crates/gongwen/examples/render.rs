//! Typesets document files: `cargo run -p gongwen --example render -- FOLDER FILE.json…` writes
//! `FOLDER/FILE.pdf`, `FOLDER/FILE.docx` and its layout as `FOLDER/FILE.txt`.

use gongwen::Typesetter;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: render FOLDER FILE.json…")?;
    let typesetter = Typesetter::with_shipped_fonts()?;
    for file in arguments {
        if let Err(error) = render(&typesetter, &folder, &file) {
            eprintln!("{}：{error}", file.display());
        }
    }
    Ok(())
}

fn render(typesetter: &Typesetter, folder: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let document = gongwen::parse(&std::fs::read_to_string(file)?)?;
    let name = file.file_stem().ok_or("a file has a name")?;
    let target = folder.join(name);
    std::fs::write(target.with_extension("pdf"), typesetter.pdf(&document)?)?;
    std::fs::write(target.with_extension("docx"), typesetter.docx(&document)?)?;
    std::fs::write(
        target.with_extension("txt"),
        typesetter.layout_text(&document)?,
    )?;
    Ok(())
}
