//! Whether what a letter says rests on more than hearsay (传闻不得入函).

use super::Checks;
use crate::Id;
use crate::records::{
    Citation, CitationTarget, Finding, Observation, PaperItem, Proof, Verification,
};

/// A citation with the observation it points to, when it points to one.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The citation.
    pub citation: &'a Citation,
    /// The observation cited; none for anything else.
    pub observation: Option<&'a Observation>,
}

/// A finding with everything it rests on.
#[derive(Debug, Clone)]
pub struct FindingEvidence<'a> {
    /// Identifier of the finding.
    pub id: &'a Id,
    /// The finding.
    pub finding: &'a Finding,
    /// What it rests on.
    pub evidence: Vec<Evidence<'a>>,
}

impl Evidence<'_> {
    /// Whether this alone may carry an item of a letter.
    ///
    /// A talk on record, a passage of minutes and a material may (a material
    /// can only be cited once its source is written down). An observation may only
    /// once it was checked and found true: a note kept in the circles, however
    /// well its source is thought of, is hearsay until then. Whatever was found
    /// untrue carries nothing.
    fn carries(&self) -> bool {
        if self.citation.proof == Proof::查否 {
            return false;
        }
        match self.citation.target_kind {
            CitationTarget::谈话 | CitationTarget::摘录 | CitationTarget::材料 => true,
            CitationTarget::情况记录 => self
                .observation
                .is_some_and(|observation| observation.verified == Verification::已核实),
        }
    }
}

/// Adds what the items of a letter lack in evidence.
pub(super) fn check(checks: &mut Checks, items: &[PaperItem], findings: &[FindingEvidence<'_>]) {
    checks.must(
        !items.is_empty(),
        "items.none",
        None,
        "文书没有列出任何事项，请至少从一条问题线索引入一项。",
    );
    for (number, item) in items.iter().enumerate().map(|(at, item)| (at + 1, item)) {
        checks.must(
            super::given(&item.text),
            "item.empty",
            None,
            format!("第{number}项没有内容，请填写或者删去该项。"),
        );
        let source = item
            .finding
            .as_ref()
            .and_then(|id| findings.iter().find(|known| known.id == id));
        let Some(source) = source else {
            checks.must(
                false,
                "item.no-finding",
                None,
                format!("第{number}项没有对应的问题线索，请从问题线索引入该项。"),
            );
            continue;
        };
        let title = &source.finding.title;
        checks.must(
            source.finding.proof != Proof::查否,
            "finding.refuted",
            None,
            format!("第{number}项所依据的“{title}”已经查否，不得写入文书，请删去该项。"),
        );
        checks.must(
            !source.evidence.is_empty(),
            "finding.no-citation",
            None,
            format!("第{number}项所依据的“{title}”没有引用任何证据，请先补充引用。"),
        );
        checks.must(
            source.evidence.is_empty() || source.evidence.iter().any(Evidence::carries),
            "finding.hearsay",
            None,
            format!(
                "第{number}项所依据的“{title}”只有未经核实的传闻或者已经查否的材料，\
                 传闻不得入函，请先核实或者补充谈话、会议记录等依据。"
            ),
        );
    }
}
