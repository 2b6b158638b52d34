//! A case that was held against the server, as it is printed.

use contact_conformance::{Case, Outcome, Verdict};
use serde::Serialize;

use crate::failure::Failure;
use crate::output::columns::Columns;
use crate::output::printer::Printer;
use crate::output::record::Record;

/// A case and what became of it.
#[derive(Debug)]
pub(super) struct Checked<'c> {
    pub(super) case: &'c Case,
    pub(super) outcome: Outcome,
    row: Row,
}

/// What is printed of it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    case: String,
    rank: &'static str,
    outcome: &'static str,
    /// What was promised where it was broken, and what came; where there are several places, each with a `;`.
    expected: Option<String>,
    came: Option<String>,
    /// Why it was left out.
    reason: Option<&'static str>,
    rule: String,
    places: Vec<String>,
    /// The values that it was broken with.
    with: Option<String>,
    request: Option<String>,
    answer: Option<String>,
    seconds: f64,
}

impl<'c> Checked<'c> {
    pub(super) fn new(case: &'c Case, outcome: Outcome) -> Self {
        let mut row = Row {
            case: case.id.clone(),
            rank: case.rank.as_str(),
            outcome: "kept",
            expected: None,
            came: None,
            reason: None,
            rule: case.rule.clone(),
            places: case.places.clone(),
            with: None,
            request: None,
            answer: None,
            seconds: outcome.took.as_secs_f64(),
        };
        match &outcome.verdict {
            Verdict::Kept => {}
            Verdict::Skipped(reason) => {
                row.outcome = "skipped";
                row.reason = Some(reason);
            }
            Verdict::Broken(breach) => {
                let all = |one: fn(&contact_conformance::Mismatch) -> String| {
                    Some(breach.mismatches.iter().map(one).collect::<Vec<_>>().join("; "))
                };
                row.outcome = "broken";
                row.expected = all(|mismatch| format!("{} ({})", mismatch.expected, mismatch.at));
                row.came = all(|mismatch| mismatch.came.clone());
                row.with.clone_from(&breach.with);
                row.request = Some(breach.request.clone());
                row.answer = Some(breach.answer.clone());
            }
        }
        Self { case, outcome, row }
    }

    pub(super) fn is_broken(&self) -> bool {
        matches!(self.outcome.verdict, Verdict::Broken(_))
    }
}

impl Record for Row {
    const COLUMNS: &'static [&'static str] = &["case", "rank", "outcome", "expected", "came"];
    const KEYS: &'static [&'static str] = &[
        "case", "rank", "outcome", "expected", "came", "reason", "rule", "places", "with", "request",
        "answer", "seconds",
    ];

    fn id(&self) -> String {
        self.case.clone()
    }
}

/// Prints a row for each; where output is to be quiet, the names of the broken ones.
pub(super) fn print(printer: Printer, checked: &[Checked<'_>]) -> Result<(), Failure> {
    let mut list = printer.list::<Row>(Columns::default());
    for one in checked.iter().filter(|one| !printer.is_quiet() || one.is_broken()) {
        list.add(&one.row)?;
    }
    list.end()
}
