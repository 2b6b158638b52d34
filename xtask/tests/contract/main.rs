//! The contract check: a good description passes, and each incompatible change is found at its place.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod additions;
mod conformance;
mod decisions;
mod description;
mod house_rules;
mod requests;
mod responses;

use description::{Edit, broken, good, short_place};
use std::collections::BTreeSet;

use serde_json::json;
use xtask::contract::check;

/// A way to break the description.
struct Case {
    name: &'static str,
    edits: Vec<Edit>,
    /// The places that then differ.
    places: &'static [&'static str],
}

fn case(name: &'static str, edits: impl Into<Vec<Edit>>, places: &'static [&'static str]) -> Case {
    Case { name, edits: edits.into(), places }
}

/// Breaks the good description in each way, and compares the places that differ with the expected ones.
fn assert_caught(cases: impl IntoIterator<Item = Case>) {
    let mut wrong = Vec::new();
    for Case { name, edits, places } in cases {
        let report = check(&broken(&edits)).unwrap();
        let found: BTreeSet<String> = report.differences.iter().map(short_place).collect();
        if found != places.iter().map(|place| (*place).to_owned()).collect() {
            wrong.push(format!("{name}: {found:?}, not {places:?}\n{report}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn good_description_has_no_differences() {
    let report = check(&good()).unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.to_string().ends_with(" places are as promised\n"), "{report}");
}

#[test]
fn every_documented_operation_is_missing_from_an_empty_description() {
    assert_caught([case("no paths", [Edit::Set("paths", json!({}))], &["upsert", "get", "update"])]);
}

#[test]
fn report_is_a_diff() {
    let report = check(&broken(&[
        Edit::Set("schemas/UpdateContact/properties/notes/maxLength", json!(1000)),
        Edit::Set("schemas/UpdateContact/properties/email/format", json!("email")),
        Edit::Set("schemas/Contact/properties/tags/items/type", json!(["string", "null"])),
        Edit::Remove("get/responses/404"),
        Edit::Remove("list/x-extension"),
        Edit::Set("update/operationId", json!("updateContact")),
    ]))
    .unwrap();
    insta::assert_snapshot!(report);
}

#[test]
fn openapi_yaml_has_no_differences() {
    let description = yaml_serde::from_str(include_str!("../../../openapi.yaml")).unwrap();
    let report = check(&description).unwrap();
    assert!(report.is_clean(), "{report}");
}
