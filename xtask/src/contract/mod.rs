//! `cargo xtask contract`: proof that the generated description keeps what the documentation
//! promises.
//!
//! Three texts meet here. `contract/documented.yaml` says what was promised,
//! `contract/decided.yaml` what we decided where the documentation is silent, and the description
//! says what the server offers. A request that the documentation allows must stay allowed, an
//! answer must hold what it says and no more, and whatever is ours must say so. The rules stand in
//! `compare/`, one part of an operation a file.

mod compare;
pub mod decided;
pub mod description;
pub mod finding;
pub mod house_rules;
mod keywords;
pub mod notation;
pub mod promise;
pub mod report;
mod schema;

use serde_json::Value;

use decided::Decided;
use description::Description;
use promise::Documented;
use report::Report;

/// The project's own transcription of the documentation, as text.
pub const DOCUMENTED: &str = include_str!("../../contract/documented.yaml");

/// The project's own decisions, as text.
pub const DECIDED: &str = include_str!("../../contract/decided.yaml");

/// Holds a description against promises and decisions.
#[must_use]
pub fn check(description: &Value, documented: &Documented, decided: &Decided) -> Report {
    let description = Description::new(description);
    let comparison = compare::compare(description, documented);
    let mut findings = decided.apply(comparison.findings);
    findings.extend(house_rules::check(description));
    Report {
        findings,
        checked: comparison.checked,
        decisions: decided.len(),
        operations: description.operations().len(),
    }
}

/// Holds a description against the project's own promises and decisions.
///
/// # Errors
/// Where one of the two files cannot be read.
pub fn check_ours(description: &Value) -> anyhow::Result<Report> {
    let documented = Documented::from_yaml(DOCUMENTED)?;
    let decided = Decided::from_yaml(DECIDED)?;
    Ok(check(description, &documented, &decided))
}
