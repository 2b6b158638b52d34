//! `decided.yaml` stays true: each of its entries must be needed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use xtask::contract::decided::Decided;
use xtask::contract::promise::OperationName;
use xtask::contract::{DECIDED, check_ours};

use crate::description::Edit::Set;
use crate::description::{good, operation_pointer, remove, set};
use crate::{assert_caught, case};

/// An entry of the file, read by the test's own eyes.
#[derive(Deserialize)]
struct Entry {
    operations: Vec<OperationName>,
    places: Vec<String>,
    #[serde(default)]
    limit: BTreeMap<String, Value>,
}

#[test]
fn each_entry_is_stale_once_the_description_no_longer_shows_it() {
    let entries: Vec<Entry> = yaml_serde::from_str(DECIDED).unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        for operation in &entry.operations {
            for place in &entry.places {
                let keywords: Vec<Option<&str>> = match entry.limit.len() {
                    0 => vec![None],
                    _ => entry.limit.keys().map(|keyword| Some(keyword.as_str())).collect(),
                };
                for keyword in keywords {
                    assert_stale(operation, place, keyword);
                }
            }
        }
    }
}

/// Takes out of the description what the decision speaks of; nothing but the decision may complain.
fn assert_stale(operation: &OperationName, place: &str, keyword: Option<&str>) {
    let mut description = good();
    let pointers = pointers(&description, operation, place, keyword);
    assert!(!pointers.is_empty(), "the fixture lacks {place} of {operation}");
    for pointer in pointers {
        remove(&mut description, &pointer);
    }
    let report = check_ours(&description).unwrap();
    let found: Vec<String> =
        report.findings.iter().map(|finding| format!("{} {}", finding.code.name(), finding.place)).collect();
    assert!(found.contains(&format!("stale-decision {operation} · {place}")), "{report}");
    // With a status go its headers, and with a shared component the same decision on other
    // operations.
    let is_here =
        |text: &String| text.starts_with("stale-decision ") && text.contains(&format!(" · {place}"));
    assert!(found.iter().all(is_here), "{report}");
}

/// Where the fixture holds what a decision speaks of.
fn pointers(
    description: &Value,
    operation: &OperationName,
    place: &str,
    keyword: Option<&str>,
) -> Vec<String> {
    let at = operation_pointer(operation);
    let holders: Vec<String> = match place.split('.').collect::<Vec<_>>().as_slice() {
        ["request"] => vec![format!("{at}/requestBody")],
        ["request", key] => vec![property(description, &at, key)],
        ["response", status] => vec![format!("{at}/responses/{status}")],
        ["response", status, "header", name] => headers(description, &at, status, name),
        _ => panic!("this test knows no way to take away {place}; teach it"),
    };
    let step = keyword.map(|keyword| format!("/{keyword}")).unwrap_or_default();
    // A limit on text may stand in the one alternative of several that is text.
    let within = |holder: String| {
        let alternatives = description.pointer(&format!("{holder}/oneOf")).and_then(Value::as_array);
        let text = alternatives.and_then(|of| of.iter().position(|schema| schema["type"] == "string"));
        text.map_or(holder.clone(), |index| format!("{holder}/oneOf/{index}"))
    };
    holders.into_iter().map(|holder| within(holder) + &step).collect()
}

fn property(description: &Value, operation: &str, key: &str) -> String {
    let schema = format!("{operation}/requestBody/content/application~1json/schema/$ref");
    let schema = description.pointer(&schema).unwrap().as_str().unwrap().trim_start_matches('#');
    match key.strip_suffix("[]") {
        Some(array) => format!("{schema}/properties/{array}/items"),
        None => format!("{schema}/properties/{key}"),
    }
}

fn headers(description: &Value, operation: &str, wanted: &str, name: &str) -> Vec<String> {
    let responses = description.pointer(&format!("{operation}/responses")).unwrap().as_object().unwrap();
    let matching = responses.iter().filter(|(status, _)| wanted == "*" || *status == wanted);
    matching
        .map(|(status, response)| match response.get("$ref").and_then(Value::as_str) {
            Some(reference) => reference.trim_start_matches('#').to_owned(),
            None => format!("{operation}/responses/{status}"),
        })
        .map(|response| format!("{response}/headers/{name}"))
        .filter(|header| description.pointer(header).is_some())
        .collect()
}

#[test]
fn a_limit_of_another_value_is_narrow_and_stale() {
    assert_caught([case(
        "notes are shorter",
        [Set("schemas/UpdateContact/properties/notes/maxLength", json!(1000))],
        &["narrowed update · request.notes", "stale-decision update · request.notes"],
    )]);
}

#[test]
fn an_addition_that_is_marked_needs_no_decision() {
    assert_caught([case(
        "first_name calls itself an extension",
        [Set("schemas/UpsertContact/properties/first_name/x-extension", json!(true))],
        &["stale-decision upsert · request.first_name"],
    )]);
}

#[test]
fn a_wider_limit_than_decided_is_stale_too() {
    let mut description = good();
    set(&mut description, "/components/schemas/UpsertContact/properties/email/maxLength", json!(640));
    let report = check_ours(&description).unwrap().to_string();
    assert!(report.contains("promised: maxLength 320 (decided)\n     found: maxLength 640"), "{report}");
}

#[test]
fn a_decision_without_a_reason_is_refused() {
    let text = "- {operations: [POST /contacts/], places: [request.email], reason: ' '}";
    let error = Decided::from_yaml(text).unwrap_err().to_string();
    assert!(error.contains("reason"), "{error}");
}
