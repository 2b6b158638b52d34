//! A JUnit report for build servers.

use std::fs;
use std::path::Path;
use std::time::Duration;

use contact_conformance::{Rank, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::report::CaseResult;
use crate::failure::Failure;

/// Writes a JUnit report with a suite for each rank, and a test for each case.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(file: &Path, url: &str, results: &[CaseResult<'_>]) -> Result<(), Failure> {
    let mut report = Report::new(format!("contacts conformance of {url}"));
    report.set_time(results.iter().map(|result| result.outcome.duration).sum::<Duration>());
    for rank in Rank::ALL {
        let of_rank = || results.iter().filter(|result| result.case.rank == rank);
        if of_rank().next().is_none() {
            continue;
        }
        let mut suite = TestSuite::new(rank.as_str());
        suite.set_time(of_rank().map(|result| result.outcome.duration).sum());
        suite.add_test_cases(of_rank().map(test_case));
        report.add_test_suite(suite);
    }
    let xml = report.to_string().map_err(|error| Failure::unwritable(file, error))?;
    fs::write(file, xml).map_err(|error| Failure::unwritable(file, error))
}

fn test_case(CaseResult { case, outcome }: &CaseResult<'_>) -> TestCase {
    let status = match &outcome.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(*reason);
            status
        }
        Verdict::Failed(failure) => {
            let mismatches: Vec<String> = failure.mismatches.iter().map(ToString::to_string).collect();
            let with = failure.with.as_ref().map(|with| format!("with {with}\n")).unwrap_or_default();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(case.rule.as_str());
            status.set_type(case.rank.as_str());
            status.set_description(format!(
                "{}\n{with}\n{}\n\n{}",
                mismatches.join("\n"),
                failure.request,
                failure.response
            ));
            status
        }
    };
    let mut test = TestCase::new(case.id.as_str(), status);
    test.set_classname(format!("contacts.{}", case.rank));
    test.set_time(outcome.duration);
    test
}
