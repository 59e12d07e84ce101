//! Page pictures: every page of every stored paper beside the picture of it that people have looked
//! at, kept small under `fixtures/pages`.
//!
//! A page that looks otherwise fails with the path of its new picture. When the change is wanted,
//! look at the new pictures and run
//! `UPDATE_PAGES=1 cargo test -p ducha-tests --test gallery`.

#[path = "gallery/picture.rs"]
mod picture;
#[path = "paper_measure/stored.rs"]
mod stored;

use picture::Small;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folder of the stored pictures.
fn pages() -> PathBuf {
    stored::tests().join("fixtures/pages")
}

/// Folder of new pictures that differ: `pages` beside the build's folder of profiles.
fn changed() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pages")
}

/// Pictures of all pages of a stored paper, with their names.
fn drawn(name: &str) -> Vec<(String, Small)> {
    let paper = stored::typeset(&stored::json(name));
    (1..=paper.pages())
        .map(|page| (format!("{name}-{page}.png"), Small::draw(&paper, page)))
        .collect()
}

/// What is to be said about one page, if anything.
fn compared(file: &str, new: &Small) -> Option<String> {
    let stored = Small::read(&pages().join(file));
    let what = match &stored {
        None => "has no stored picture".to_owned(),
        Some(stored) => stored.difference(new)?,
    };
    let path = changed().join(file);
    fs::create_dir_all(changed()).expect("a folder for new pictures");
    new.write(&path);
    Some(format!("{file} {what}; see {}", path.display()))
}

#[test]
fn every_page_looks_as_people_have_seen_it() {
    let names = stored::names();
    let drawn: Vec<(String, Small)> = stored::each(&names, drawn).into_iter().flatten().collect();
    if std::env::var_os("UPDATE_PAGES").is_some() {
        let _ = fs::remove_dir_all(pages());
        fs::create_dir_all(pages()).expect("a folder for the pictures");
        for (file, picture) in &drawn {
            picture.write(&pages().join(file));
        }
    }
    let mut remarks: Vec<String> = drawn
        .iter()
        .filter_map(|(file, new)| compared(file, new))
        .collect();
    let made: BTreeSet<&str> = drawn.iter().map(|(file, _)| file.as_str()).collect();
    let mut bytes = 0;
    for entry in fs::read_dir(pages())
        .expect("the stored pictures")
        .flatten()
    {
        bytes += entry.metadata().expect("a file").len();
        let name = entry.file_name().into_string().expect("a plain name");
        if !made.contains(name.as_str()) {
            remarks.push(format!("{name} is stored, but there is no such page"));
        }
    }
    println!("{} pages, {} KB of pictures", drawn.len(), bytes / 1024);
    assert!(
        remarks.is_empty(),
        "\n{}\n\nLook at the new pictures. If they are as they should be, accept them by \
         UPDATE_PAGES=1 cargo test -p ducha-tests --test gallery",
        remarks.join("\n")
    );
    assert!(bytes < 2 * 1024 * 1024, "the pictures are to stay small");
}
