//! The contract check: a good description passes, and each way to break it is caught where it was
//! broken.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod additions;
mod conformance;
mod decisions;
mod description;
mod house_rules;
mod requests;
mod responses;

use description::{Edit, broken, good};
use serde_json::json;
use xtask::contract::check_ours;

/// One way to break the description.
struct Case {
    name: &'static str,
    edits: Vec<Edit>,
    /// Every error that comes of it, each as `code place`.
    errors: &'static [&'static str],
}

fn case(name: &'static str, edits: impl Into<Vec<Edit>>, errors: &'static [&'static str]) -> Case {
    Case { name, edits: edits.into(), errors }
}

/// Breaks the good description in each way, and holds the errors against the expected ones.
fn assert_caught(cases: impl IntoIterator<Item = Case>) {
    for Case { name, edits, errors } in cases {
        let report = check_ours(&broken(&edits)).unwrap();
        let found: Vec<String> = report
            .findings
            .iter()
            .map(|finding| format!("{} {}", finding.code.name(), finding.place))
            .collect();
        let expected: Vec<String> = errors.iter().map(|text| description::spell_out_place(text)).collect();
        assert_eq!(found, expected, "{name}:\n{report}");
    }
}

#[test]
fn the_good_description_keeps_the_contract() {
    let report = check_ours(&good()).unwrap();
    assert!(report.is_clean(), "{report}");
    assert!(report.to_string().starts_with("contract kept: "), "{report}");
}

#[test]
fn an_empty_description_breaks_every_documented_operation() {
    assert_caught([case(
        "no paths",
        [Edit::Set("paths", json!({}))],
        &["missing upsert", "missing get", "missing update"],
    )]);
}

#[test]
fn the_report_reads_like_a_compilers() {
    let report = check_ours(&broken(&[
        Edit::Set("schemas/UpdateContact/properties/notes/maxLength", json!(1000)),
        Edit::Set("schemas/UpdateContact/properties/email/format", json!("email")),
        Edit::Set("schemas/Contact/properties/tags/items/type", json!(["string", "null"])),
        Edit::Remove("get/responses/404"),
        Edit::Remove("list/tags"),
        Edit::Set("update/operationId", json!("updateContact")),
    ]))
    .unwrap();
    insta::assert_snapshot!(report);
}
