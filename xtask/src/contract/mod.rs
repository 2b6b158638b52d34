//! `cargo xtask contract`: compares the documented operations of the API description with the documentation.
//!
//! `contract/documented.yaml` contains what the documentation promises, and `contract/decided.yaml` what we decided
//! where it is silent. Both sides become a list of places with a text for each, and the report is the difference of the
//! lists. The list of the description omits what clients of the documentation do not notice: extensions that are marked
//! as such, and requests that are accepted although the documentation does not promise it.

mod decided;
mod description;
mod documented;
mod house_rules;
mod offered;
mod places;
mod report;
mod schema;

use serde_json::Value;

pub use self::decided::Decided;
pub use self::documented::documented;
pub use self::places::Places;
pub use self::report::{Difference, Report};

/// The text of `decided.yaml`.
pub const DECIDED: &str = include_str!("../../contract/decided.yaml");

/// Compares a description with the documentation and the decisions, and checks the house rules.
///
/// # Errors
/// One of the files is invalid.
pub fn check(description: &Value) -> anyhow::Result<Report> {
    let (mut promised, decided) = (documented()?, Decided::from_yaml(DECIDED)?);
    let (description, dangling) = description::resolve(description);
    let mut offered = offered::operations(&description, &promised);
    let reasons = decided.add_to(&mut promised, &offered);
    offered.extend(dangling);
    house_rules::add_violations(&description, &mut offered);
    Ok(Report::new(&promised, &offered, &reasons))
}
