//! Rules for the tree of the text's parts, and the bookmarks as a list.

use super::contents;
use super::file::{is, name, readable};
use lopdf::{Dictionary, Document, Object, ObjectId};

/// Every marked part of every page has one element, and the elements are in reading order.
pub(crate) fn faults(document: &Document) -> Vec<String> {
    tree(document).unwrap_or_else(|fault| vec![fault])
}

fn get<'a>(dictionary: &'a Dictionary, key: &str) -> Result<&'a Object, String> {
    let found = dictionary.get(key.as_bytes());
    found.map_err(|_| format!("structure: no {key}"))
}

fn follow<'a>(document: &'a Document, object: &'a Object) -> Result<&'a Dictionary, String> {
    let found = document.dereference(object).and_then(|(_, o)| o.as_dict());
    found.map_err(|_| "structure: no dictionary".to_owned())
}

fn list(object: &Object) -> Result<&Vec<Object>, String> {
    object
        .as_array()
        .map_err(|_| "structure: no list".to_owned())
}

fn tree(document: &Document) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let catalog = document.catalog().map_err(|error| error.to_string())?;
    let marked = get(catalog, "MarkInfo")?;
    if !is(follow(document, marked)?, b"Marked", &Object::Boolean(true)) {
        faults.push("MarkInfo says that nothing is marked".to_owned());
    }
    let root = follow(document, get(catalog, "StructTreeRoot")?)?;
    let whole = follow(document, get(root, "K")?)?;
    let in_order: Vec<ObjectId> = list(get(whole, "K")?)?
        .iter()
        .filter_map(|element| element.as_reference().ok())
        .collect();
    let parents = list(get(follow(document, get(root, "ParentTree")?)?, "Nums")?)?;
    let mut expected = Vec::new();
    for ((page, contents), number) in document.page_iter().zip(contents::pages(document)).zip(0..) {
        let dictionary = document.get_dictionary(page);
        if !dictionary.is_ok_and(|page| is(page, b"StructParents", &Object::Integer(number))) {
            faults.push(format!("StructParents of page {number}"));
        }
        let mut pairs = parents.chunks(2);
        let elements = pairs
            .find(|pair| pair[0] == Object::Integer(number))
            .ok_or_else(|| format!("structure: page {number} is unknown"))?;
        let elements = list(&elements[1])?;
        if elements.len() != contents.marks.len() {
            faults.push(format!("structure: marks of page {number}"));
        }
        for (element, (tag, mark)) in elements.iter().zip(&contents.marks) {
            let said = follow(document, element)?;
            let agrees = name(said, b"S") == tag.as_bytes()
                && is(said, b"K", &Object::Integer(*mark))
                && is(said, b"Pg", &Object::Reference(page))
                && ["H1", "H2", "H3", "P"].contains(&tag.as_str());
            if !agrees {
                faults.push(format!("structure: page {number}, mark {mark}"));
            }
            expected.extend(element.as_reference().ok());
        }
    }
    if in_order != expected {
        faults.push("elements are not in reading order".to_owned());
    }
    Ok(faults)
}

/// The bookmarks, one a line: indented by their depth, with the page they lead to.
pub(crate) fn bookmarks(document: &Document) -> Vec<String> {
    let mut lines = Vec::new();
    let outline = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"Outlines", document))
        .and_then(Object::as_dict)
        .expect("bookmarks");
    descend(document, outline, 0, &mut lines);
    assert!(is(outline, b"Count", &Object::Integer(lines.len() as i64)));
    lines
}

fn descend(document: &Document, parent: &Dictionary, depth: usize, lines: &mut Vec<String>) {
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let mut next = parent.get(b"First").ok();
    let mut before: Option<&Object> = None;
    while let Some(reference) = next {
        let entry = document
            .dereference(reference)
            .and_then(|(_, entry)| entry.as_dict())
            .expect("an entry");
        assert_eq!(entry.get(b"Prev").ok(), before);
        let place = entry
            .get(b"Dest")
            .and_then(Object::as_array)
            .expect("a place");
        let page = pages
            .iter()
            .position(|page| Object::Reference(*page) == place[0]);
        let title = entry.get(b"Title").ok().and_then(readable);
        lines.push(format!(
            "{}{} {} {:.1}",
            "  ".repeat(depth),
            title.expect("a title"),
            page.expect("a page") + 1,
            contents::number(&place[3]).expect("a height")
        ));
        descend(document, entry, depth + 1, lines);
        before = Some(reference);
        next = entry.get(b"Next").ok();
    }
    assert_eq!(parent.get(b"Last").ok(), before);
}
