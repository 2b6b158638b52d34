//! `cargo xtask contract`: compares the documented operations of the API description with the documentation.
//!
//! `contract/documented.yaml` contains what the documentation promises, and `contract/decided.yaml` what we decided
//! where it is silent. Both sides become a list of places with the text of each in the notation of `documented.yaml`,
//! and the difference of the lists is the result. The list of the description omits what clients of the documentation
//! do not notice: extensions that are marked as such, and requests that are accepted although nobody promised it.

mod decided;
pub mod description;
pub mod documented;
mod house_rules;
mod keywords;
mod notation;
mod offered;
mod places;
mod schema;

use serde_json::Value;

pub use self::decided::Decided;
use self::description::Description;
use self::documented::Documented;
pub use self::places::{Place, Places, Report};

/// The text of `documented.yaml`.
pub const DOCUMENTED: &str = include_str!("../../contract/documented.yaml");

/// The text of `decided.yaml`.
pub const DECIDED: &str = include_str!("../../contract/decided.yaml");

/// Compares a description with the documentation and the decisions, and checks the house rules.
///
/// # Errors
/// One of the files is invalid.
pub fn check(description: &Value) -> anyhow::Result<Report> {
    let (documented, decided) = (Documented::from_yaml(DOCUMENTED)?, Decided::from_yaml(DECIDED)?);
    let description = Description::new(description);
    let mut offered = offered::places(description, &documented);
    let mut promised = documented.places();
    let reasons = decided.add_to(&mut promised, &offered);
    offered.extend(house_rules::violations(description));
    Ok(Report::new(&promised, &offered, &reasons))
}
