//! The fictional sample archive, held against the record types and the rules.

use std::collections::{BTreeMap, BTreeSet};

use casework::checks::{
    Evidence, FindingEvidence, Hearing, LetterIssue, RecordIssue, closing_interview,
    issuing_admonition, issuing_admonition_record, issuing_inquiry, may_proceed,
};
use casework::kinds::spec_of;
use casework::records::{
    Citation, CitationTarget, DocumentNumber, Finding, GraphLayout, Interview, InterviewPurpose,
    Material, MinutesDocument, Observation, Organ, Paper, PaperItem, Paragraph, Passage, Person,
    Record, Relation, Role, Statement, Supervisor, Tour, Turn, Unit,
};
use casework::rules::RulePack;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Stored {
    id: String,
    kind: String,
    fields: Map<String, Value>,
}

struct Sample(Vec<Stored>);

impl Sample {
    fn load() -> Self {
        let json = include_str!("../../office/sample/sample.json");
        let mut file: Map<String, Value> = serde_json::from_str(json).expect("JSON");
        let records = file.remove("records").expect("has records");
        Self(serde_json::from_value(records).expect("records of the readable export"))
    }

    fn all<T: Record>(&self) -> Vec<(String, T)> {
        self.0
            .iter()
            .filter(|record| record.kind == T::KIND)
            .map(|record| {
                let typed = serde_json::from_value(Value::Object(record.fields.clone()))
                    .unwrap_or_else(|error| panic!("{} {}: {error}", record.kind, record.id));
                (record.id.clone(), typed)
            })
            .collect()
    }

    fn one<T: Record>(&self, id: &str) -> T {
        self.all::<T>()
            .into_iter()
            .find(|(known, _)| known == id)
            .unwrap_or_else(|| panic!("no {} {id}", T::KIND))
            .1
    }
}

/// What comes back when `record` goes through `T`: nothing may be lost.
fn through<T: Record>(record: &Stored) -> Value {
    let typed: T = serde_json::from_value(Value::Object(record.fields.clone()))
        .unwrap_or_else(|error| panic!("{} {}: {error}", record.kind, record.id));
    serde_json::to_value(typed).expect("plain data")
}

#[test]
fn every_record_is_exactly_its_type() {
    for record in &Sample::load().0 {
        let typed = match record.kind.as_str() {
            Supervisor::KIND => through::<Supervisor>(record),
            Organ::KIND => through::<Organ>(record),
            Unit::KIND => through::<Unit>(record),
            Person::KIND => through::<Person>(record),
            Tour::KIND => through::<Tour>(record),
            Interview::KIND => through::<Interview>(record),
            Turn::KIND => through::<Turn>(record),
            MinutesDocument::KIND => through::<MinutesDocument>(record),
            Paragraph::KIND => through::<Paragraph>(record),
            Passage::KIND => through::<Passage>(record),
            Relation::KIND => through::<Relation>(record),
            Observation::KIND => through::<Observation>(record),
            GraphLayout::KIND => through::<GraphLayout>(record),
            Finding::KIND => through::<Finding>(record),
            Citation::KIND => through::<Citation>(record),
            Statement::KIND => through::<Statement>(record),
            other => panic!("the sample holds no {other}"),
        };
        let given = Value::Object(record.fields.clone());
        assert_eq!(typed, given, "{} {}", record.kind, record.id);
    }
}

#[test]
fn the_sample_holds_what_a_learner_needs() {
    let sample = Sample::load();
    let mut counts = BTreeMap::new();
    for record in &sample.0 {
        *counts.entry(record.kind.as_str()).or_insert(0_usize) += 1;
    }
    let wanted = [
        ("tour", 1),
        ("unit", 3),
        ("person", 12),
        ("relation", 15),
        ("observation", 8),
        ("interview", 6),
        ("turn", 240),
        ("minutes", 3),
        ("finding", 3),
        ("statement", 1),
    ];
    for (kind, count) in wanted {
        assert_eq!(counts[kind], count, "{kind}");
    }
    let names: String = sample
        .all::<Person>()
        .into_iter()
        .map(|(_, person)| person.name)
        .collect();
    for rare in ['𬱖', '䶮', '镕'] {
        assert!(names.contains(rare), "{rare}");
    }
}

#[test]
fn identifiers_are_unique_and_every_link_leads_somewhere() {
    let sample = Sample::load();
    let ids: BTreeSet<_> = sample.0.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids.len(), sample.0.len());
    for record in &sample.0 {
        let version = record.id.as_bytes()[14];
        assert_eq!((record.id.len(), version), (36, b'7'), "{}", record.id);
        let spec = spec_of(&record.kind).expect("a known kind");
        for field in spec.links {
            let targets = match &record.fields[*field] {
                Value::String(one) => vec![one.as_str()],
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                _ => Vec::new(),
            };
            for target in targets {
                assert!(ids.contains(target), "{} {field}: {target}", record.kind);
            }
        }
    }
}

#[test]
fn talks_are_in_order_and_no_sentence_stands_twice() {
    let sample = Sample::load();
    let turns = sample.all::<Turn>();
    let texts: BTreeSet<_> = turns.iter().map(|(_, turn)| turn.text.as_str()).collect();
    assert_eq!(texts.len(), turns.len());
    let pack = RulePack::shipped();
    for (id, interview) in sample.all::<Interview>() {
        let own: Vec<_> = turns
            .iter()
            .filter(|(_, turn)| turn.interview == id)
            .map(|(_, turn)| turn.clone())
            .collect();
        assert_eq!(own.len(), 40);
        assert!(own.is_sorted_by(|a, b| a.order < b.order && a.at <= b.at));
        assert!(own.first().and_then(|turn| turn.at) >= interview.started_at);
        assert!(own.last().and_then(|turn| turn.at) <= interview.ended_at);
        for pair in own.windows(2) {
            assert!(
                pair[0].role != Role::问 || pair[1].role == Role::答,
                "not answered: {}",
                pair[0].text
            );
        }
        let person = sample.one::<Person>(&interview.person);
        assert_eq!(
            closing_interview(&interview, &own, Some(&person), &pack),
            [],
            "{}",
            interview.matter
        );
    }
}

#[test]
fn passages_and_citations_say_what_their_source_says() {
    let sample = Sample::load();
    for (_, passage) in sample.all::<Passage>() {
        let text = sample.one::<Paragraph>(&passage.from_paragraph).text;
        let (from, to) = (passage.from_char as usize, passage.to_char as usize);
        let quote: String = text.chars().take(to).skip(from).collect();
        assert_eq!(quote, passage.quote);
    }
    for (_, citation) in sample.all::<Citation>() {
        let source = match citation.target_kind {
            CitationTarget::谈话 => sample.one::<Turn>(&citation.target).text,
            CitationTarget::摘录 => sample.one::<Passage>(&citation.target).quote,
            CitationTarget::情况记录 => sample.one::<Observation>(&citation.target).what,
            CitationTarget::材料 => sample.one::<Material>(&citation.target).name,
        };
        assert!(source.contains(&citation.quote), "{}", citation.quote);
        assert!(!citation.place.is_empty());
    }
}

#[test]
fn every_observation_names_its_duty_and_its_source() {
    for (_, observation) in Sample::load().all::<Observation>() {
        assert!(!observation.duty_basis.is_empty(), "{}", observation.what);
        assert!(!observation.source.is_empty(), "{}", observation.what);
    }
}

/// The letters the sample issues would be let out by the checks.
#[test]
fn its_findings_carry_an_inquiry_and_an_admonition() {
    let sample = Sample::load();
    let (pack, today): (_, NaiveDate) = (
        RulePack::shipped(),
        "2026-11-23".parse().expect("a date in a test"),
    );
    let (_, organ) = sample.all::<Organ>().remove(0);
    let (_, supervisor) = sample.all::<Supervisor>().remove(0);
    let citations = sample.all::<Citation>();
    let observations: BTreeMap<_, _> = sample.all::<Observation>().into_iter().collect();
    let findings = sample.all::<Finding>();
    let mut people: Vec<_> = findings.iter().map(|(_, f)| f.person.clone()).collect();
    people.dedup();
    assert_eq!(people.len(), 2);
    for person_id in people {
        let person = sample.one::<Person>(&person_id);
        let own: Vec<_> = findings
            .iter()
            .filter(|(_, finding)| finding.person == person_id)
            .map(|(id, finding)| FindingEvidence {
                id,
                finding,
                evidence: citations
                    .iter()
                    .filter(|(_, citation)| citation.finding == *id)
                    .map(|(_, citation)| Evidence {
                        citation,
                        observation: observations.get(&citation.target),
                    })
                    .collect(),
            })
            .collect();
        let statements: Vec<_> = sample
            .all::<Statement>()
            .into_iter()
            .map(|(_, statement)| statement)
            .filter(|statement| own.iter().any(|known| *known.id == statement.finding))
            .collect();
        let paper = Paper {
            title: "题".into(),
            number: Some(DocumentNumber {
                code: "示组函".into(),
                year: 2026,
                sequence: 1,
            }),
            date: Some(today),
            items: own
                .iter()
                .map(|known| PaperItem {
                    finding: Some(known.id.clone()),
                    text: known.finding.facts.clone(),
                    ..PaperItem::default()
                })
                .collect(),
            reply_days: pack.reply_days(),
            approved_by: "示例市委组织部主要负责同志".into(),
            approved_on: Some(today),
            ..Paper::default()
        };
        let issue = LetterIssue {
            paper: &paper,
            organ: Some(&organ),
            supervisor: Some(&supervisor),
            signed: None,
            person: Some(&person),
            findings: &own,
            taken: &[],
            pack: &pack,
            today,
        };
        assert!(may_proceed(&issuing_inquiry(&issue)), "{}", person.name);
        let hearing = Hearing {
            statements: &statements,
            interviews: &[],
        };
        let admonition = issuing_admonition(&issue, &hearing);
        assert_eq!(may_proceed(&admonition), person.name == "吴丙");
    }
}

#[test]
fn its_admonition_talk_may_be_put_on_record() {
    let sample = Sample::load();
    let (id, talk) = sample
        .all::<Interview>()
        .into_iter()
        .find(|(_, talk)| talk.purpose == InterviewPurpose::诫勉谈话)
        .expect("the sample has one");
    let turns: Vec<_> = sample
        .all::<Turn>()
        .into_iter()
        .map(|(_, turn)| turn)
        .filter(|turn| turn.interview == id)
        .collect();
    let (_, supervisor) = sample.all::<Supervisor>().remove(0);
    let person = sample.one::<Person>(&talk.person);
    let day = talk.started_at.map(|at| at.date()).expect("has begun");
    let paper = Paper {
        date: Some(day),
        ..Paper::default()
    };
    let checks = issuing_admonition_record(&RecordIssue {
        paper: &paper,
        interview: Some(&talk),
        turns: &turns,
        supervisor: Some(&supervisor),
        signed: None,
        person: Some(&person),
        pack: &RulePack::shipped(),
        today: day,
    });
    assert!(may_proceed(&checks), "{checks:?}");
}
