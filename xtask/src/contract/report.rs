//! The findings as text, in the manner of a compiler.

use std::collections::BTreeSet;
use std::fmt;

use super::finding::Finding;

/// What a check of the contract came to.
#[derive(Debug)]
pub struct Report {
    /// Everything that is wrong.
    pub findings: Vec<Finding>,
    /// How many promises were checked.
    pub checked: usize,
    /// How many decisions were checked.
    pub decisions: usize,
    /// How many operations the description has.
    pub operations: usize,
}

impl Report {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// How many promises are broken; one promise may be broken in several ways.
    #[must_use]
    pub fn broken(&self) -> usize {
        let broken: BTreeSet<usize> = self.findings.iter().filter_map(|f| f.promise).collect();
        broken.len()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error[{}]: {}", self.code.name(), self.title)?;
        writeln!(f, "  --> {}", self.place)?;
        for (label, text) in
            [("promised", &self.promised), ("   found", &self.found), ("    help", &self.help)]
        {
            if let Some(text) = text {
                writeln!(f, "  {label}: {text}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return writeln!(
                f,
                "contract kept: {} checked, {}, the house rules on {}",
                count(self.checked, "promise"),
                count(self.decisions, "decision"),
                count(self.operations, "operation"),
            );
        }
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        writeln!(
            f,
            "contract broken: {}; {} checked, {} broken",
            count(self.findings.len(), "error"),
            count(self.checked, "promise"),
            self.broken(),
        )
    }
}

fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
