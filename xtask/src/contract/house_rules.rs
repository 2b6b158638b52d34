//! Rules for the whole description, so that generators and people can use it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::description::{entries, is_error, operations};
use super::places::Operations;
use super::schema::alternatives;

/// The media type of every error (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Adds the violations at their places.
pub(super) fn add_violations(description: &Value, offered: &mut Operations) {
    let mut seen = BTreeMap::new();
    for (name, _, operation) in operations(description) {
        let places = offered.entry(name.clone()).or_default();
        let mut add = |at: String, violation: Option<String>| places.extend(violation.map(|text| (at, text)));
        add("operationId".to_owned(), operation_id(operation, name, &mut seen));
        let contents = entries(&operation["requestBody"], "content");
        for body in contents.flat_map(|(_, content)| alternatives(&content["schema"])) {
            for (key, schema) in entries(&body, "properties") {
                // In a request, null clears a field.
                let is_null = alternatives(schema).iter().any(|a| a.get("default") == Some(&Value::Null));
                let violation = is_null.then(|| "null, which clients would send instead of nothing".into());
                add(format!("request.{key} default"), violation);
            }
        }
        for (status, response) in entries(operation, "responses") {
            let is_blank = response["description"].as_str().is_none_or(|text| text.trim().is_empty());
            add(format!("response.{status} description"), is_blank.then(|| "missing".to_owned()));
            let problem = problem(response).filter(|_| is_error(status));
            add(format!("response.{status} {PROBLEM}"), problem.map(str::to_owned));
        }
    }
}

/// Generators name their methods after the operation id, so it must be unique and in snake_case.
fn operation_id<'d>(
    operation: &'d Value,
    name: String,
    seen: &mut BTreeMap<&'d str, String>,
) -> Option<String> {
    let Some(id) = operation["operationId"].as_str() else {
        return Some("missing".to_owned());
    };
    if let Some(other) = seen.insert(id, name) {
        return Some(format!("`{id}` is also that of {other}"));
    }
    let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let is_valid = id.contains('_')
        && id.split('_').all(is_word)
        && id.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
    (!is_valid).then(|| format!("`{id}` is not a verb and a resource in snake_case"))
}

/// Returns what an error response lacks.
fn problem(response: &Value) -> Option<&'static str> {
    let content = &response["content"][PROBLEM];
    let has_example = content.get("example").is_some() || entries(content, "examples").next().is_some();
    match content.get("schema") {
        None if content.is_null() => Some("missing"),
        None => Some("has no schema"),
        Some(_) => (!has_example).then_some("has no example"),
    }
}
