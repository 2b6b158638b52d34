//! Rules for the whole description, so that generators and people can use it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Operations;
use super::description::{entries, is_error, operations};
use super::schema::alternatives;

/// The media type of every error (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Adds the violations at their places.
pub(super) fn add_violations(description: &Value, offered: &mut Operations) {
    let mut seen = BTreeMap::new();
    for (name, _, operation) in operations(description) {
        let places = offered.entry(name.clone()).or_default();
        let mut add = |at: String, violation: Option<String>| {
            places.extend(violation.map(|violation| (at, violation)));
        };
        add("operationId".to_owned(), operation_id(operation, &name, &mut seen));
        for (_, content) in operation.get("requestBody").into_iter().flat_map(|body| entries(body, "content"))
        {
            for body in content.get("schema").into_iter().flat_map(alternatives) {
                for (key, schema) in body.get("properties").and_then(Value::as_object).into_iter().flatten() {
                    // In a request, null clears a field.
                    let is_null = alternatives(schema).iter().any(|a| a.get("default") == Some(&Value::Null));
                    let violation =
                        is_null.then(|| "null, which clients would send instead of nothing".to_owned());
                    add(format!("request.{key} default"), violation);
                }
            }
        }
        for (status, response) in entries(operation, "responses") {
            let text = response["description"].as_str().unwrap_or_default();
            let missing = text.trim().is_empty().then(|| "missing".to_owned());
            add(format!("response.{status} description"), missing);
            if is_error(status) {
                add(format!("response.{status} {PROBLEM}"), problem(response).map(str::to_owned));
            }
        }
    }
}

/// Generators name their methods after the operation id, so it must be unique and in snake_case.
fn operation_id<'d>(
    operation: &'d Value,
    name: &str,
    seen: &mut BTreeMap<&'d str, String>,
) -> Option<String> {
    let Some(id) = operation["operationId"].as_str() else {
        return Some("missing".to_owned());
    };
    if let Some(other) = seen.insert(id, name.to_owned()) {
        return Some(format!("`{id}` is also that of {other}"));
    }
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let is_valid = id.contains('_') && id.split('_').all(is_word);
    (!is_valid).then(|| format!("`{id}` is not a verb and a resource in snake_case"))
}

/// Returns what an error response lacks.
fn problem(response: &Value) -> Option<&'static str> {
    let Some(content) = response.get("content").and_then(|content| content.get(PROBLEM)) else {
        return Some("missing");
    };
    let has_example = content.get("example").is_some() || entries(content, "examples").next().is_some();
    match (content.get("schema"), has_example) {
        (None, _) => Some("has no schema"),
        (_, false) => Some("has no example"),
        _ => None,
    }
}
