//! The drafting check (审核): what a careful clerk would remark before a paper goes to the signer.
//! Remarks are advice; a paper with remarks can still be printed. A rule is only here when it is
//! hardly ever wrong: a check that cries wolf is not read.
//!
//! One subject a file. Rules about a single text ([`words`], [`width`], [`pairs`] …) see a
//! [`Passage`]; rules about how the parts of a document fit together ([`number`], [`headings`] …)
//! see the whole [`Draft`].

mod addressee;
mod attachments;
mod blanks;
mod body;
mod calendar;
mod closing;
mod dates;
mod deadlines;
mod head;
mod headings;
mod look_alikes;
mod number;
mod pairs;
mod passage;
mod ranges;
mod remark;
mod repeats;
mod signature;
mod title;
mod width;
mod words;

pub use remark::{Remark, Span};

use crate::model::{Date, Document};
use passage::Passage;

/// A document under review: its texts, and the day it is read on.
struct Draft<'a> {
    document: &'a Document,
    today: Date,
    passages: Vec<Passage>,
}

impl Draft<'_> {
    /// The text at a JSON pointer.
    fn at(&self, field: &str) -> Option<&Passage> {
        self.passages.iter().find(|passage| passage.field == field)
    }

    /// 成文日期, or the day of the review while there is none.
    fn day(&self) -> Date {
        let dated = self.document.signature.as_ref();
        dated.and_then(|signed| signed.date).unwrap_or(self.today)
    }
}

/// Looks a document over, on the day `today`. Remarks about parts come first, then those about
/// texts in the order of the document.
pub fn review(document: &Document, today: Date) -> Vec<Remark> {
    const ABOUT_PARTS: [fn(&Draft, &mut Vec<Remark>); 9] = [
        head::remarks,
        number::remarks,
        title::remarks,
        addressee::remarks,
        headings::remarks,
        body::remarks,
        closing::remarks,
        attachments::remarks,
        signature::remarks,
    ];
    const ABOUT_TEXTS: [fn(&Passage, &mut Vec<Remark>); 7] = [
        look_alikes::remarks,
        words::remarks,
        width::remarks,
        pairs::remarks,
        repeats::remarks,
        blanks::remarks,
        ranges::remarks,
    ];
    let draft = Draft {
        document,
        today,
        passages: passage::all(document),
    };
    let mut remarks = Vec::new();
    for rule in ABOUT_PARTS {
        rule(&draft, &mut remarks);
    }
    for passage in &draft.passages {
        for rule in ABOUT_TEXTS {
            rule(passage, &mut remarks);
        }
        dates::remarks(passage, draft.day(), &mut remarks);
        deadlines::remarks(passage, draft.day(), &mut remarks);
    }
    remarks
}

#[cfg(test)]
mod testing;
