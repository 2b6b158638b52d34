//! What became of a case.

use std::time::Duration;

use crate::mismatch::Mismatch;

/// What became of a case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Whether the promise was kept.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
}

/// Whether a promise was kept.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// It was.
    Kept,
    /// It was broken.
    Broken(Box<Breach>),
    /// It could not be held against the server: why.
    Skipped(&'static str),
}

/// How a promise was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The values that it was tried with, where there are several.
    pub with: Option<String>,
    /// The request, as HTTP writes it, with the name of the key in place of the key.
    pub request: String,
    /// What was answered, without the key; why there was no answer, where there was none.
    pub answer: String,
    /// What was expected and what came: one at least.
    pub mismatches: Vec<Mismatch>,
}
