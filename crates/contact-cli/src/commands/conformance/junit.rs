//! The report for build servers.

use std::fs;
use std::path::Path;
use std::time::Duration;

use contact_conformance::{Rank, Verdict};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::checked::Checked;
use crate::failure::Failure;

/// Writes a JUnit report: a suite for each rank, in it a test for each case.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write(file: &Path, url: &str, checked: &[Checked<'_>]) -> Result<(), Failure> {
    let mut report = Report::new(format!("contacts conformance of {url}"));
    let total: Duration = checked.iter().map(|one| one.outcome.took).sum();
    report.set_time(total);
    for rank in Rank::ALL {
        let of_rank: Vec<&Checked<'_>> = checked.iter().filter(|one| one.case.rank == rank).collect();
        if of_rank.is_empty() {
            continue;
        }
        let mut suite = TestSuite::new(rank.as_str());
        suite.set_time(of_rank.iter().map(|one| one.outcome.took).sum());
        suite.add_test_cases(of_rank.into_iter().map(test_case));
        report.add_test_suite(suite);
    }
    let unwritten = |error: &dyn std::fmt::Display| {
        Failure::local(format!("{} cannot be written", file.display()), error)
    };
    let xml = report.to_string().map_err(|error| unwritten(&error))?;
    fs::write(file, xml).map_err(|error| unwritten(&error))
}

fn test_case(one: &Checked<'_>) -> TestCase {
    let mut status = match &one.outcome.verdict {
        Verdict::Kept => TestCaseStatus::success(),
        Verdict::Skipped(_) => TestCaseStatus::skipped(),
        Verdict::Broken(_) => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    match &one.outcome.verdict {
        Verdict::Kept => {}
        Verdict::Skipped(reason) => {
            status.set_message(*reason);
        }
        Verdict::Broken(breach) => {
            let mismatches: Vec<String> = breach.mismatches.iter().map(ToString::to_string).collect();
            let with = breach.with.as_ref().map(|with| format!("with {with}\n")).unwrap_or_default();
            status.set_message(one.case.rule.as_str());
            status.set_type(one.case.rank.as_str());
            status.set_description(format!(
                "{}\n{with}\n{}\n\n{}",
                mismatches.join("\n"),
                breach.request,
                breach.answer
            ));
        }
    }
    let mut case = TestCase::new(one.case.id.as_str(), status);
    case.set_classname(format!("contacts.{}", one.case.rank));
    case.set_time(one.outcome.took);
    case
}
