//! The results of a run: a row for each case, a summary and the error.

use contact_conformance::{Case, CaseFailure, Leftovers, Mismatch, OpenError, Outcome, Verdict};
use indexmap::IndexMap;
use serde::Serialize;

use super::backup::Backup;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::messages;
use crate::output::record::records;

/// The number of failed cases whose differences are part of the error.
const SHOWN: usize = 10;

/// A case and its outcome.
#[derive(Debug)]
pub(super) struct CaseResult<'c> {
    pub(super) case: &'c Case,
    pub(super) outcome: Outcome,
}

impl CaseResult<'_> {
    pub(super) fn failure(&self) -> Option<&CaseFailure> {
        match &self.outcome.verdict {
            Verdict::Failed(failure) => Some(failure),
            Verdict::Passed | Verdict::Skipped(_) => None,
        }
    }
}

/// A case that is listed and not run.
#[derive(Debug, Serialize)]
pub(super) struct ListedCase<'c> {
    case: &'c str,
    rank: &'static str,
    rule: &'c str,
    places: &'c [String],
}

impl<'c> From<&'c Case> for ListedCase<'c> {
    fn from(case: &'c Case) -> Self {
        Self { case: &case.id, rank: case.rank.as_str(), rule: &case.rule, places: &case.places }
    }
}

/// A case that was run, as it is printed.
#[derive(Debug, Serialize)]
pub(super) struct Row<'c> {
    case: &'c str,
    rank: &'static str,
    outcome: &'static str,
    /// The expected and actual values, separated by `;`.
    expected: Option<String>,
    actual: Option<String>,
    /// Why the case was skipped.
    reason: Option<&'static str>,
    rule: &'c str,
    places: &'c [String],
    /// The values of variables of the failed row.
    with: Option<&'c str>,
    request: Option<&'c str>,
    response: Option<&'c str>,
    seconds: f64,
}

impl<'c> From<&'c CaseResult<'c>> for Row<'c> {
    fn from(result: &'c CaseResult<'c>) -> Self {
        let failure = result.failure();
        let joined = |text: fn(&Mismatch) -> String| {
            failure.map(|failure| failure.mismatches.iter().map(text).collect::<Vec<_>>().join("; "))
        };
        let (outcome, reason) = match result.outcome.verdict {
            Verdict::Passed => ("passed", None),
            Verdict::Failed(_) => ("failed", None),
            Verdict::Skipped(reason) => ("skipped", Some(reason)),
        };
        let ListedCase { case, rank, rule, places } = result.case.into();
        Self {
            case,
            rank,
            outcome,
            expected: joined(|mismatch| format!("{} ({})", mismatch.expected, mismatch.at)),
            actual: joined(|mismatch| mismatch.actual.clone()),
            reason,
            rule,
            places,
            with: failure.and_then(|failure| failure.with.as_deref()),
            request: failure.map(|failure| failure.request.as_str()),
            response: failure.map(|failure| failure.response.as_str()),
            seconds: result.outcome.duration.as_secs_f64(),
        }
    }
}

records! {
    ListedCase<'_>, "case", ["case", "rank", "rule"], ["case", "rank", "rule", "places"];
    Row<'_>, "case", ["case", "rank", "outcome", "expected", "actual"],
        ["case", "rank", "outcome", "expected", "actual", "reason", "rule", "places", "with", "request",
            "response", "seconds"];
}

/// Prints the number of cases of each outcome, and the reasons for skipped cases.
pub(super) fn print_summary(results: &[CaseResult<'_>]) {
    let mut reasons = IndexMap::<&str, usize>::new();
    for result in results {
        if let Verdict::Skipped(reason) = result.outcome.verdict {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    for (reason, count) in &reasons {
        messages::note(&format!("{count} skipped: {reason}"));
    }
    let skipped: usize = reasons.values().sum();
    let failed = results.iter().filter_map(CaseResult::failure).count();
    let passed = results.len() - failed - skipped;
    messages::note(&format!("{passed} passed, {failed} failed, {skipped} skipped"));
}

/// Returns the result of the run, and warns of what it left on the server.
///
/// # Errors
/// A case failed, the contact was not restored, or the run was interrupted.
pub(super) fn result(
    results: &[CaseResult<'_>],
    leftovers: &Leftovers,
    backup: Option<&Backup>,
    was_interrupted: bool,
) -> Result<(), Failure> {
    if !leftovers.not_deleted.is_empty() {
        let paths = leftovers.not_deleted.join(", ");
        messages::warn(&format!("these objects may be left on the server: {paths}"));
    }
    let failures = || results.iter().filter_map(|result| Some((result.case, result.failure()?)));
    let what = match (failures().count(), leftovers.not_restored.is_empty()) {
        (0, true) if was_interrupted => return Err(Failure::new(Exit::Interrupted, "interrupted")),
        (0, true) => return Ok(()),
        (0, false) => "the contact was not restored".to_owned(),
        (1, _) => "1 case failed".to_owned(),
        (several, _) => format!("{several} cases failed"),
    };
    let mut failure = Failure::new(Exit::Refused, what);
    for (case, case_failure) in failures().take(SHOWN) {
        failure.why.push(format!("{} ({}): {}", case.id, case.rank, case.rule));
        let request = case_failure.request.lines().next().unwrap_or_default();
        failure.why.push(format!("  {request}"));
        failure.why.extend(case_failure.with.iter().map(|with| format!("  with {with}")));
        failure.why.extend(case_failure.mismatches.iter().map(|mismatch| format!("  {mismatch}")));
    }
    if let Some(more @ 1..) = failures().count().checked_sub(SHOWN) {
        failure.why.push(format!("and {more} more"));
    }
    failure.why.extend(leftovers.not_restored.iter().map(|mismatch| format!("not restored: {mismatch}")));
    if let Some(backup) = backup.filter(|_| !leftovers.not_restored.is_empty()) {
        failure.why.push(format!("restore the contact from {backup}, then remove that file"));
    }
    if failures().next().is_some() {
        failure = failure.tip("see requests and responses with `--output json` or `--junit FILE`");
    }
    Err(failure)
}

/// Converts the error of a server that cannot be tested.
pub(super) fn open_failure(error: OpenError, url: &str) -> Failure {
    let what = error.to_string();
    match error {
        OpenError::InvalidOptions(_) => Failure::usage(what),
        OpenError::NotReachable(why) => {
            Failure::new(Exit::NotReachable, format!("cannot connect to {url}")).because(why)
        }
        OpenError::Unauthorized(_) => Failure::new(Exit::NotLetIn, what)
            .tip("use a key with write access, from `--api-key`, CONTACTS_API_KEY or `contacts login`"),
        OpenError::NoContact { status: 404, .. } => Failure::new(Exit::NotFound, what),
        OpenError::NoContact { .. } | OpenError::UnreadableContact { .. } => {
            Failure::new(Exit::Refused, what)
        }
        OpenError::NoLocation { phone } => Failure::new(Exit::Refused, what)
            .because(format!("a contact with the phone number {phone} is left on the server"))
            .tip("give a contact to work on with `--contact-id`, because `Location` is not documented"),
        OpenError::NotCreated { response } => {
            let mut failure =
                Failure::new(Exit::Refused, what).tip("give a contact to work on with `--contact-id`");
            failure.why.extend(response.lines().map(str::to_owned));
            failure
        }
    }
}
