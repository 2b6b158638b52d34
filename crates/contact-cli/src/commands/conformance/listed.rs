//! A case that is not run.

use contact_conformance::Case;
use serde::Serialize;

use crate::failure::Failure;
use crate::output::columns::Columns;
use crate::output::printer::Printer;
use crate::output::record::Record;

/// What a case says, as `--list` prints it.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    case: String,
    rank: &'static str,
    rule: String,
    places: Vec<String>,
}

impl Listed {
    pub(super) fn of(case: &Case) -> Self {
        let (case, rank, rule, places) =
            (case.id.clone(), case.rank.as_str(), case.rule.clone(), case.places.clone());
        Self { case, rank, rule, places }
    }
}

impl Record for Listed {
    const COLUMNS: &'static [&'static str] = &["case", "rank", "rule"];
    const KEYS: &'static [&'static str] = &["case", "rank", "rule", "places"];

    fn id(&self) -> String {
        self.case.clone()
    }
}

/// Prints a row for each.
pub(super) fn print(printer: Printer, cases: impl Iterator<Item = Listed>) -> Result<(), Failure> {
    let mut list = printer.list::<Listed>(Columns::default());
    for case in cases {
        list.add(&case)?;
    }
    list.end()
}
