//! The outcome of a case.

use std::time::Duration;

use crate::mismatch::Mismatch;

/// The outcome of a case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether the case passed.
    pub verdict: Verdict,
    /// The duration of the case.
    pub duration: Duration,
}

/// Whether a case passed.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// The server meets the requirement.
    Passed,
    /// The server does not meet the requirement.
    Failed(Box<CaseFailure>),
    /// The case was not run, for this reason.
    Skipped(&'static str),
}

/// Why a case failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFailure {
    /// The values of the variables, if the case has several rows.
    pub with: Option<String>,
    /// The request, with the name of the key instead of the key.
    pub request: String,
    /// The response without the key, or the reason for a missing response.
    pub response: String,
    /// The differences from the expected response, at least one.
    pub mismatches: Vec<Mismatch>,
}
