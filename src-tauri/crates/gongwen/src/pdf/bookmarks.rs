//! Bookmarks: the title, the headings of the first two levels below it, the annexes.

use super::{catalog, pages, points, readable};
use crate::error::Error;
use crate::layout::{Heading, Layout};
use crate::standard::PAGE_HEIGHT;
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

/// Deepest level that gets a bookmark.
const DEEPEST: u8 = 2;

/// A heading on its way into the file.
struct Bookmark<'a> {
    id: ObjectId,
    page: ObjectId,
    heading: &'a Heading,
    /// Place of the heading above it in the list.
    parent: Option<usize>,
}

/// Writes the bookmarks, all unfolded.
pub(super) fn write(document: &mut Document, layout: &Layout) -> Result<(), Error> {
    let mut bookmarks: Vec<Bookmark> = Vec::new();
    // The headings that a deeper one would belong to.
    let mut above: Vec<usize> = Vec::new();
    for (page, id) in layout.pages.iter().zip(pages(document)) {
        for heading in &page.headings {
            if heading.level > DEEPEST || heading.text.is_empty() {
                continue;
            }
            above.retain(|&other| bookmarks[other].heading.level < heading.level);
            let parent = above.last().copied();
            above.push(bookmarks.len());
            bookmarks.push(Bookmark {
                id: document.new_object_id(),
                page: id,
                heading,
                parent,
            });
        }
    }
    if bookmarks.is_empty() {
        return Ok(());
    }
    let root = document.new_object_id();
    for (place, bookmark) in bookmarks.iter().enumerate() {
        let top = points(PAGE_HEIGHT - bookmark.heading.top) as f32;
        let mut entry = family(&bookmarks, Some(place));
        entry.set("Title", readable(&bookmark.heading.text));
        entry.set("Parent", bookmark.parent.map_or(root, |p| bookmarks[p].id));
        entry.set(
            "Dest",
            vec![
                bookmark.page.into(),
                "XYZ".into(),
                Object::Null,
                top.into(),
                Object::Null,
            ],
        );
        let mut siblings = bookmarks
            .iter()
            .enumerate()
            .filter(|(_, other)| other.parent == bookmark.parent);
        let before = siblings.by_ref().take_while(|(other, _)| *other < place);
        if let Some((_, before)) = before.last() {
            entry.set("Prev", before.id);
        }
        let mut after = bookmarks[place + 1..].iter();
        if let Some(after) = after.find(|other| other.parent == bookmark.parent) {
            entry.set("Next", after.id);
        }
        document.set_object(bookmark.id, entry);
    }
    let mut outline = family(&bookmarks, None);
    outline.set("Type", "Outlines");
    document.set_object(root, outline);
    catalog(document)?.set("Outlines", root);
    Ok(())
}

/// First and last child of an entry, and how many entries lie below it.
fn family(bookmarks: &[Bookmark], parent: Option<usize>) -> Dictionary {
    let mut children = bookmarks.iter().filter(|other| other.parent == parent);
    let Some(first) = children.next() else {
        return Dictionary::new();
    };
    let last = children.next_back().unwrap_or(first);
    let below = bookmarks
        .iter()
        .filter(|other| {
            let mut up = other.parent;
            while up != parent && up.is_some() {
                up = up.and_then(|place| bookmarks[place].parent);
            }
            up == parent
        })
        .count();
    dictionary! {
        "First" => first.id,
        "Last" => last.id,
        "Count" => below as i64,
    }
}
