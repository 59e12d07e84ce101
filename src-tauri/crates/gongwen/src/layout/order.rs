//! 命令（令） (item 30): the red mark 20 mm below the upper edge of the type area, 令号 centred two
//! blank lines below it, the text two blank lines below 令号, signed with the signer's stamp.

use super::context::Context;
use super::document::assemble;
use super::head::{self, Head};
use super::mark::Place;
use super::{Page, line};
use crate::error::Error;
use crate::model::{Document, Seal};
use crate::standard::{
    BLANK_ABOVE_NUMBER, BLANK_BELOW_ORDER_NUMBER, BLANK_BELOW_TITLE, BOTTOM, LEFT, ORDER_MARK_TOP,
    TOP, WIDTH,
};

/// The pages of an order.
pub(crate) fn pages(context: Context, document: &Document) -> Result<Vec<Page>, Error> {
    let stamped = document
        .signature
        .as_ref()
        .is_none_or(|signed| signed.seal == Seal::SignerStamp);
    if !stamped {
        return Err(Error::Content(
            "命令加盖签发人签名章，请把印章方式改为签名章并写明签发人职务。".to_owned(),
        ));
    }
    if !document.signers.is_empty() {
        return Err(Error::Content(
            "命令不在版头标注签发人，请去掉这一项，职务写在署名处。".to_owned(),
        ));
    }
    let head = head(context, document)?;
    assemble(context, document, head)
}

/// What stands above the text.
fn head(context: Context, document: &Document) -> Result<Head, Error> {
    let elements = head::elements(context, document, TOP)?;
    if let Some(lowest) = elements.last()
        && context.below(lowest.top, 1.0) > ORDER_MARK_TOP
    {
        return Err(Error::Content(
            "份号、密级和紧急程度排不进命令标志上方的空白，请减少一项。".to_owned(),
        ));
    }
    let place = Place {
        ink_top: ORDER_MARK_TOP,
        middle: LEFT + WIDTH / 2.0,
    };
    head::around_mark(context, document, elements, place, BOTTOM, below_mark)
}

/// 令号 and the title below a mark whose ink ends at `ink_bottom`. An order usually has no title; one
/// that is given stands in the place of the text and the text one blank line below it.
fn below_mark(context: Context, document: &Document, ink_bottom: f64) -> Result<Head, Error> {
    let middle = LEFT + WIDTH / 2.0;
    let mut lines = Vec::new();
    let number_top = context.below(ink_bottom + context.gap(), BLANK_ABOVE_NUMBER);
    let number = document.number.as_deref().unwrap_or("").trim();
    let number = context.body(number, "令号")?;
    lines.push(line::centred(&number, middle, number_top));
    let mut first_top = context.below(number_top, 1.0 + BLANK_BELOW_ORDER_NUMBER);
    if !document.title.trim().is_empty() {
        let (title, next) = head::title(context, &document.title, middle, first_top, "标题")?;
        lines.extend(title);
        first_top = context.below(next, BLANK_BELOW_TITLE);
    }
    lines.retain(|line| !line.runs.is_empty());
    Ok(Head {
        lines,
        rules: Vec::new(),
        first_top,
    })
}
