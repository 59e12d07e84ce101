//! A pull reader over one XML part that knows depth limits and refuses entities.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event as Raw};
use quick_xml::reader::Reader;

use crate::{Error, Limits};

/// What comes next in the part. Names are local names: Word, WPS and
/// LibreOffice bind the same prefixes, and strict documents only change the URIs.
pub(super) enum Event<'a> {
    /// An element begins; for an empty element an [`Event::End`] follows.
    Start(Element<'a>),
    /// The innermost element ends.
    End,
    /// Text between tags, with references resolved.
    Text(String),
}

/// A start tag.
pub(super) struct Element<'a> {
    pub(super) name: String,
    tag: BytesStart<'a>,
}

impl Element<'_> {
    /// Value of an attribute by its local name.
    pub(super) fn attribute(&self, local: &str) -> Option<String> {
        self.tag
            .attributes()
            .flatten()
            .find(|attribute| attribute.key.local_name().as_ref() == local)
            .and_then(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).ok())
            .map(std::borrow::Cow::into_owned)
    }

    /// `w:val`.
    pub(super) fn value(&self) -> Option<String> {
        self.attribute("val")
    }

    /// `w:val` as a number.
    pub(super) fn number(&self) -> Option<u32> {
        self.value()?.parse().ok()
    }

    /// A toggle property: present means on unless its value says otherwise
    /// (ECMA-376 part 1, 17.17.4).
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.value().as_deref(), Some("0" | "false" | "off"))
    }
}

pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
    deepest: usize,
    /// An empty element was reported; its end is due.
    end_due: bool,
}

impl<'a> Xml<'a> {
    pub(super) fn new(part: &'a str, limits: &Limits) -> Self {
        Self {
            reader: Reader::from_str(part),
            depth: 0,
            deepest: limits.xml_depth,
            end_due: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Event<'a>>, Error> {
        if std::mem::take(&mut self.end_due) {
            return Ok(Some(Event::End));
        }
        loop {
            let event = match self.reader.read_event().map_err(|_| Error::DamagedDocx)? {
                Raw::Start(tag) => {
                    self.depth += 1;
                    if self.depth > self.deepest {
                        return Err(Error::TooDeep);
                    }
                    Event::Start(element(tag))
                }
                Raw::Empty(tag) => {
                    self.end_due = true;
                    Event::Start(element(tag))
                }
                Raw::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Event::End
                }
                Raw::Text(text) => Event::Text(text.xml10_content().into_owned()),
                Raw::CData(text) => Event::Text(text.xml10_content().into_owned()),
                Raw::GeneralRef(reference) => {
                    let character = reference
                        .resolve_char_ref()
                        .map_err(|_| Error::DamagedDocx)?;
                    Event::Text(match character {
                        Some(character) => character.to_string(),
                        None => resolve_predefined_entity(&reference.xml10_content())
                            .ok_or(Error::ForeignDeclaration)?
                            .to_owned(),
                    })
                }
                Raw::DocType(_) => return Err(Error::ForeignDeclaration),
                Raw::Comment(_) | Raw::Decl(_) | Raw::PI(_) => continue,
                Raw::Eof if self.depth > 0 => return Err(Error::DamagedDocx),
                Raw::Eof => return Ok(None),
            };
            return Ok(Some(event));
        }
    }

    /// Passes over everything up to the end of the element that just began.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Some(Event::Start(_)) => open += 1,
                Some(Event::End) => open -= 1,
                Some(Event::Text(_)) => {}
                None => return Err(Error::DamagedDocx),
            }
        }
        Ok(())
    }
}

fn element(tag: BytesStart<'_>) -> Element<'_> {
    Element {
        name: tag.local_name().as_ref().to_owned(),
        tag,
    }
}
