//! What may happen to a document between two imports.

use super::*;
use crate::ParagraphKind;
use proptest::prelude::*;

fn document(texts: &[&str]) -> Vec<Paragraph> {
    texts
        .iter()
        .enumerate()
        .map(|(order, text)| Paragraph {
            order: order as u32,
            page: None,
            kind: ParagraphKind::Text,
            text: (*text).to_owned(),
        })
        .collect()
}

fn mark(texts: &[&str], paragraph: u32, words: &str) -> Anchor {
    let text = texts[paragraph as usize];
    let byte = text.find(words).expect("the words are there");
    let start = text[..byte].chars().count() as u32;
    let span = Span {
        paragraph,
        start,
        end: start + words.chars().count() as u32,
    };
    Anchor::mark(&document(texts), span).expect("inside the paragraph")
}

fn words(texts: &[&str], span: Span) -> String {
    texts[span.paragraph as usize]
        .chars()
        .skip(span.start as usize)
        .take((span.end - span.start) as usize)
        .collect()
}

const OLD: [&str; 5] = [
    "中共示例局党组会议记录",
    "一、甲某汇报办公用房整改情况。会议同意该方案。",
    "二、研究干部任免事项。乙某介绍考察情况，会议同意该方案。",
    "三、丙某汇报财务情况，余额１２万元。",
    "散会。",
];

#[test]
fn an_unchanged_document_gives_the_exact_place_even_for_repeated_words() {
    for (paragraph, text) in [
        (1, "会议同意该方案"),
        (2, "会议同意该方案"),
        (4, "散会。"),
        (0, OLD[0]),
    ] {
        let anchor = mark(&OLD, paragraph, text);
        let place = anchor.find_in(&document(&OLD));
        assert!(matches!(place, Place::Exact(_)), "{text}: {place:?}");
        assert_eq!(place.certain().map(|span| span.paragraph), Some(paragraph));
    }
}

#[test]
fn a_passage_follows_its_surroundings_when_paragraphs_are_inserted() {
    let anchor = mark(&OLD, 2, "会议同意该方案");
    let mut new = OLD.to_vec();
    new.insert(1, "时间：2024年3月5日");
    new.insert(2, "地点：第一会议室");
    let Place::Moved(span) = anchor.find_in(&document(&new)) else {
        panic!("{:?}", anchor.find_in(&document(&new)));
    };
    assert_eq!(span.paragraph, 4);
    assert_eq!(words(&new, span), "会议同意该方案");
}

#[test]
fn width_and_blanks_do_not_lose_a_passage() {
    let anchor = mark(&OLD, 3, "余额１２万元");
    let mut new = OLD.to_vec();
    new[3] = "三、丙某 汇报财务情况,余额 12 万元。";
    let place = anchor.find_in(&document(&new));
    let span = place.certain().expect("found");
    assert_eq!(words(&new, span), "余额 12 万元");
}

#[test]
fn an_inserted_negation_is_never_followed_silently() {
    let old = ["甲某表示同意该方案，建议尽快实施。"];
    let new = ["甲某表示不同意该方案，建议尽快实施。"];
    let anchor = mark(&old, 0, "同意该方案");
    let place = anchor.find_in(&document(&new));
    assert!(matches!(place, Place::Doubtful(_)), "{place:?}");
    assert_eq!(place.certain(), None);
}

#[test]
fn equal_places_are_offered_and_none_is_chosen() {
    let anchor = mark(&OLD, 1, "会议同意该方案");
    let new = ["序言", OLD[1], OLD[1], "尾声"];
    let Place::Doubtful(offered) = anchor.find_in(&document(&new)) else {
        panic!("{:?}", anchor.find_in(&document(&new)));
    };
    assert!(offered.len() >= 2, "{offered:?}");
    assert!(
        offered
            .iter()
            .all(|span| words(&new, *span) == "会议同意该方案")
    );
}

#[test]
fn changed_words_between_the_old_neighbours_are_offered_for_confirmation() {
    let anchor = mark(&OLD, 2, "乙某介绍考察情况");
    let mut new = OLD.to_vec();
    new[2] = "二、研究干部任免事项。乙某详细介绍了考察情况，会议同意该方案。";
    let Place::Changed(span) = anchor.find_in(&document(&new)) else {
        panic!("{:?}", anchor.find_in(&document(&new)));
    };
    assert_eq!(words(&new, span), "乙某详细介绍了考察情况");
}

#[test]
fn a_deleted_passage_is_lost() {
    let anchor = mark(&OLD, 3, "余额１２万元");
    assert_eq!(anchor.find_in(&document(&OLD[..3])), Place::Lost);
    assert_eq!(anchor.find_in(&[]), Place::Lost);
}

#[test]
fn only_real_spans_can_be_marked() {
    let text = document(&OLD);
    for (paragraph, start, end) in [(9, 0, 1), (0, 3, 3), (0, 4, 2), (0, 0, 999)] {
        assert_eq!(
            Anchor::mark(
                &text,
                Span {
                    paragraph,
                    start,
                    end
                }
            ),
            None
        );
    }
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[甲乙丙丁同意不的。，a1 　]{1,12}", 1..8)
}

proptest! {
    #[test]
    fn every_mark_is_found_exactly_in_its_own_document(texts in texts(), pick in 0_usize..8, a in 0_u32..12, b in 0_u32..12) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let paragraphs = document(&texts);
        let span = Span { paragraph: (pick % texts.len()) as u32, start: a.min(b), end: a.max(b) };
        if let Some(anchor) = Anchor::mark(&paragraphs, span) && !anchor.quote.trim().is_empty() {
            let place = anchor.find_in(&paragraphs);
            // Blanks at the ends of the mark are not looked for, so the place may be narrower.
            let trimmed = anchor.quote.trim();
            if trimmed == anchor.quote {
                prop_assert_eq!(place, Place::Exact(span));
            } else {
                prop_assert!(!matches!(place, Place::Lost));
            }
        }
    }

    #[test]
    fn a_certain_place_always_holds_the_same_words(old in texts(), new in texts(), pick in 0_usize..8, a in 0_u32..12, b in 0_u32..12) {
        let old: Vec<&str> = old.iter().map(String::as_str).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let span = Span { paragraph: (pick % old.len()) as u32, start: a.min(b), end: a.max(b) };
        if let Some(anchor) = Anchor::mark(&document(&old), span)
            && let Some(found) = anchor.find_in(&document(&new)).certain()
        {
            prop_assert_eq!(Folded::tight(&words(&new, found)).chars, Folded::tight(&anchor.quote).chars);
        }
    }
}
