//! Each entry of `decided.yaml` must be needed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use xtask::contract::{DECIDED, Decided, check};

use crate::description::Edit::Set;
use crate::description::{good, operation_pointer, remove, set};
use crate::{assert_caught, case};

/// An entry of the file, parsed independently of the check.
#[derive(Deserialize)]
struct Entry {
    operations: Vec<String>,
    places: Vec<String>,
    #[serde(default)]
    limit: BTreeMap<String, Value>,
}

#[test]
fn entry_differs_once_the_description_does_not_contain_it() {
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
                    assert_missed(operation, place, keyword);
                }
            }
        }
    }
}

/// Removes from the description what the entry permits. Nothing else may differ.
fn assert_missed(operation: &str, place: &str, keyword: Option<&str>) {
    let mut description = good();
    let pointers = pointers(&description, operation, place, keyword);
    assert!(!pointers.is_empty(), "the description lacks {place} of {operation}");
    for pointer in pointers {
        remove(&mut description, &pointer);
    }
    let report = check(&description).unwrap();
    let expected = format!("{place}{}", keyword.map(|keyword| format!(" {keyword}")).unwrap_or_default());
    let found = &report.differences;
    assert!(found.iter().any(|found| found.place == format!("{operation} {expected}")), "{report}");
    // A shared component is removed from other operations too.
    assert!(found.iter().all(|found| found.place.ends_with(&format!("/ {expected}"))), "{report}");
}

/// Returns the places in the description that an entry permits.
fn pointers(description: &Value, operation: &str, place: &str, keyword: Option<&str>) -> Vec<String> {
    let at = operation_pointer(operation);
    let holders: Vec<String> = match place.split('.').collect::<Vec<_>>().as_slice() {
        ["request"] => vec![format!("{at}/requestBody")],
        ["request", key] => vec![property(description, &at, key)],
        ["response", status] => vec![format!("{at}/responses/{status}")],
        ["response", status, "header", name] => headers(description, &at, status, name),
        _ => panic!("this test cannot remove {place}"),
    };
    let step = keyword.map(|keyword| format!("/{keyword}")).unwrap_or_default();
    // A limit on text is in the alternative for text.
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
fn limit_with_another_value_differs() {
    assert_caught([case(
        "notes are shorter",
        [Set("schemas/UpdateContact/properties/notes/maxLength", json!(1000))],
        &["update request.notes maxLength"],
    )]);
}

#[test]
fn marked_addition_needs_no_entry() {
    assert_caught([case(
        "first_name is marked as an extension",
        [Set("schemas/UpsertContact/properties/first_name/x-extension", json!(true))],
        &["upsert request.first_name"],
    )]);
}

#[test]
fn wider_limit_than_decided_differs() {
    let mut description = good();
    set(&mut description, "/components/schemas/UpsertContact/properties/email/maxLength", json!(640));
    let report = check(&description).unwrap().to_string();
    assert!(
        report.contains(
            "-POST /contacts/ request.email maxLength: 320\n+POST /contacts/ request.email maxLength: 640\n"
        ),
        "{report}"
    );
}

#[test]
fn entry_without_a_reason_is_refused() {
    let text = "- {operations: [POST /contacts/], places: [request.email], reason: ' '}";
    let error = Decided::from_yaml(text).unwrap_err().to_string();
    assert!(error.contains("reason"), "{error}");
}
