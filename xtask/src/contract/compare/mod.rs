//! The description held against the promises, one part of an operation a file.

mod object;
mod operation;
mod parameters;
mod request;
mod response;
mod security;
mod values;

use super::description::Description;
use super::finding::{Code, Excuse, Finding, Place};
use super::promise::Documented;

/// What the comparison found, before the decisions are heard.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// How many promises were looked at.
    pub(super) checked: usize,
    pub(super) findings: Vec<Finding>,
}

impl Comparison {
    /// Checks one promise; the findings break it.
    fn promise(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let number = Some(self.checked);
        self.checked += 1;
        self.findings.extend(findings.into_iter().map(|finding| Finding { promise: number, ..finding }));
    }

    /// Notes what breaks no promise, but a rule of ours.
    fn note(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }
}

/// Compares every documented operation, and looks at how the others are marked.
pub(super) fn compare(description: Description<'_>, documented: &Documented) -> Comparison {
    let mut comparison = Comparison::default();
    let operations = description.operations();
    for (name, promise) in &documented.operations {
        match operations.iter().find(|operation| operation.name == *name) {
            Some(operation) => {
                operation::compare(description, documented, operation, promise, &mut comparison);
            }
            None => comparison.promise([Finding::new(
                Code::Missing,
                &Place::operation(name),
                "the documented operation is not in the description",
            )
            .help("describe it under exactly this path, with its closing slash")]),
        }
    }
    for operation in &operations {
        if !documented.operations.contains_key(&operation.name) {
            comparison.note(operation::untagged(operation));
        }
    }
    comparison
}

/// An addition of ours that neither its mark nor a decision explains.
fn undocumented(place: &Place, what: &str) -> Finding {
    Finding::new(Code::Undocumented, place, format!("{what} is not documented"))
        .help("mark it `x-extension: true`, or list it in xtask/contract/decided.yaml with the reason")
        .unless_decided(Excuse::Presence)
}
