//! The result of comparing the description with the promises.

use super::super::finding::{Code, Excuse, Finding, Place};

/// What the comparison found, before the decisions are heard.
#[derive(Debug, Default)]
pub(in super::super) struct Comparison {
    /// How many promises were looked at.
    pub(in super::super) checked: usize,
    pub(in super::super) findings: Vec<Finding>,
}

impl Comparison {
    /// Checks one promise; the findings break it.
    pub(super) fn promise(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let number = Some(self.checked);
        self.checked += 1;
        self.findings.extend(findings.into_iter().map(|finding| Finding { promise: number, ..finding }));
    }

    /// Notes what breaks no promise, but a rule of ours.
    pub(super) fn note(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }
}

/// An addition of ours that neither its mark nor a decision explains.
pub(super) fn undocumented(place: &Place, what: &str) -> Finding {
    Finding::new(Code::Undocumented, place, format!("{what} is not documented"))
        .help("mark it `x-extension: true`, or list it in xtask/contract/decided.yaml with the reason")
        .unless_decided(Excuse::Presence)
}
