//! The results of the scenarios, and the table that shows them.

use std::fmt;
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, Table, presets};

use crate::ledger::Ledger;

/// The result of a scenario on a database.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// The number of faults.
    pub(crate) rounds: u32,
    /// The number of acknowledged requests. The scenario fails if one of their writes is not stored.
    pub(crate) acknowledged: u64,
    /// The number of requests that were refused with 409, 503 or 507.
    pub(crate) refused: u64,
    /// The number of requests whose connection ended without a response.
    pub(crate) unanswered: u64,
    /// The longest time that a request took.
    pub(crate) slowest: Duration,
    /// The longest time from the end of a fault to the time when every client was served again.
    pub(crate) longest_recovery: Option<Duration>,
}

/// The reason why a scenario cannot run on this machine.
#[derive(Debug)]
pub(crate) struct Skipped(pub(crate) String);

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skipped {}

impl Figures {
    /// Adds a fault and the time that the recovery took, if it was measured.
    pub(crate) fn add_round(&mut self, recovery: Option<Duration>) {
        self.rounds += 1;
        self.longest_recovery = self.longest_recovery.max(recovery);
    }

    /// Adds what a workload noted.
    pub(crate) fn with(self, ledger: &Ledger) -> Self {
        Self {
            acknowledged: self.acknowledged + ledger.acknowledged,
            refused: self.refused + ledger.refused,
            unanswered: self.unanswered + ledger.unanswered,
            slowest: self.slowest.max(ledger.slowest),
            ..self
        }
    }
}

/// Returns a table of results in Markdown.
pub(crate) fn table(results: &[(String, Figures)]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header([
        "scenario",
        "rounds",
        "acknowledged",
        "lost",
        "refused",
        "no response",
        "slowest, ms",
        "recovery, ms",
    ]);
    for (name, figures) in results {
        let numbers = [
            figures.rounds.to_string(),
            figures.acknowledged.to_string(),
            // A scenario with a lost write fails.
            "0".to_owned(),
            figures.refused.to_string(),
            figures.unanswered.to_string(),
            figures.slowest.as_millis().to_string(),
            figures.longest_recovery.map_or("-".to_owned(), |time| time.as_millis().to_string()),
        ];
        let numbers = numbers.into_iter().map(|number| Cell::new(number).set_alignment(CellAlignment::Right));
        table.add_row([Cell::new(name)].into_iter().chain(numbers));
    }
    table.to_string()
}
