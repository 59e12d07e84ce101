//! Paragraph styles: which are headings, and which carry a numbering.

use std::collections::HashMap;

use super::xml::{Event, Xml};
use crate::{Error, Limits};

/// How far `basedOn` is followed; Word itself stops at 11.
const CHAIN: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

#[derive(Debug, Default, Clone)]
struct Style {
    based_on: Option<String>,
    heading: Option<bool>,
    list: Option<u32>,
    level: Option<u32>,
}

impl Styles {
    /// Whether paragraphs of the style are headings.
    pub(super) fn is_heading(&self, style: &str) -> bool {
        self.chain(style)
            .find_map(|style| style.heading)
            .unwrap_or(false)
    }

    /// The list a style puts its paragraphs into, and the level.
    pub(super) fn list(&self, style: &str) -> Option<(u32, u32)> {
        let list = self.chain(style).find_map(|style| style.list)?;
        let level = self.chain(style).find_map(|style| style.level).unwrap_or(0);
        Some((list, level))
    }

    fn chain<'a>(&'a self, style: &str) -> impl Iterator<Item = &'a Style> {
        let first = self.0.get(style);
        std::iter::successors(first, |style| self.0.get(style.based_on.as_ref()?)).take(CHAIN)
    }
}

pub(super) fn read(part: &str, limits: &Limits) -> Result<Styles, Error> {
    let mut xml = Xml::new(part, limits);
    let mut styles = Styles::default();
    let mut current: Option<(String, Style)> = None;
    while let Some(event) = xml.next()? {
        let Event::Start(element) = event else {
            continue;
        };
        if element.name == "style" {
            styles.0.extend(current.take());
            current = element
                .attribute("styleId")
                .map(|id| (id, Style::default()));
            continue;
        }
        let Some((_, style)) = current.as_mut() else {
            continue;
        };
        match element.name.as_str() {
            "name" => {
                let name = element.value().unwrap_or_default().to_lowercase();
                if name.starts_with("heading ") || name == "title" || name.starts_with("标题") {
                    style.heading = Some(true);
                }
            }
            "basedOn" => style.based_on = element.value(),
            // 9 means body text (ECMA-376 part 1, 17.3.1.20).
            "outlineLvl" => style.heading = element.number().map(|level| level < 9),
            "numId" => style.list = element.number(),
            "ilvl" => style.level = element.number(),
            _ => {}
        }
    }
    styles.0.extend(current);
    Ok(styles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_and_lists_are_inherited() {
        let part = r#"<w:styles xmlns:w="w">
            <w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>
            <w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
              <w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
            <w:style w:type="paragraph" w:styleId="x"><w:name w:val="议题"/><w:basedOn w:val="1"/></w:style>
            <w:style w:styleId="loop1"><w:basedOn w:val="loop2"/></w:style>
            <w:style w:styleId="loop2"><w:basedOn w:val="loop1"/></w:style>
            <w:style w:styleId="o"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
        </w:styles>"#;
        let styles = read(part, &Limits::default()).expect("well-formed");
        assert!(!styles.is_heading("a"));
        assert!(styles.is_heading("1"));
        assert!(styles.is_heading("x"));
        assert!(!styles.is_heading("o"));
        assert!(!styles.is_heading("loop1"));
        assert!(!styles.is_heading("missing"));
        assert_eq!(styles.list("x"), Some((7, 1)));
        assert_eq!(styles.list("a"), None);
    }
}
