//! Rules for the whole description, so that generators and people can use it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::description::{Description, Operation, entries, is_error};
use super::places::{Place, Places};

/// The media type of every error (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Returns the violations with their places.
pub(super) fn violations(description: Description<'_>) -> Places {
    let mut violations = Places::new();
    for (pointer, reference) in description.dangling() {
        let place = Place::operation("description").step(&format!("#{pointer}"));
        violations.insert(place, format!("`{reference}` does not exist"));
    }
    let mut seen = BTreeMap::new();
    for operation in description.operations() {
        let place = Place::operation(&operation.name);
        if let Some(violation) = operation_id(&operation, &mut seen) {
            violations.insert(place.keyword("operationId"), violation);
        }
        for key in null_defaults(description, &operation) {
            let place = place.step("request").step(key).keyword("default");
            violations.insert(place, "null, which clients would send instead of nothing".to_owned());
        }
        for (status, response) in operation.responses(description) {
            let place = place.step("response").step(status);
            let text = response.get("description").and_then(Value::as_str).unwrap_or_default();
            if text.trim().is_empty() {
                violations.insert(place.keyword("description"), "missing".to_owned());
            }
            if let Some(violation) = problem(description, response).filter(|_| is_error(status)) {
                violations.insert(place.keyword(PROBLEM), violation.to_owned());
            }
        }
    }
    violations
}

/// Generators name their methods after the operation id, so it must be unique and in snake_case.
fn operation_id<'d>(operation: &Operation<'d>, seen: &mut BTreeMap<&'d str, String>) -> Option<String> {
    let Some(id) = operation.object.get("operationId").and_then(Value::as_str) else {
        return Some("missing".to_owned());
    };
    if let Some(other) = seen.insert(id, operation.name.clone()) {
        return Some(format!("`{id}` is also that of {other}"));
    }
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let is_valid = id.contains('_') && id.split('_').all(is_word);
    (!is_valid).then(|| format!("`{id}` is not a verb and a resource in snake_case"))
}

/// Returns the keys of the request body with the default null. In a request, null clears a field.
fn null_defaults<'d>(description: Description<'d>, operation: &Operation<'d>) -> Vec<&'d str> {
    let body = operation.object.get("requestBody").map(|body| description.follow(body));
    let schemas = entries(body.and_then(|body| body.get("content")))
        .filter_map(|(_, content)| Some(description.follow(description.follow(content).get("schema")?)));
    let keys = schemas.flat_map(|schema| entries(schema.get("properties")));
    let is_null = |schema| description.follow(schema).get("default").is_some_and(Value::is_null);
    keys.filter(|(_, schema)| is_null(schema)).map(|(key, _)| key.as_str()).collect()
}

fn problem(description: Description<'_>, response: &Value) -> Option<&'static str> {
    let content = response.get("content").and_then(|content| content.get(PROBLEM));
    let Some(content) = content.map(|content| description.follow(content)) else {
        return Some("missing");
    };
    let has_examples = entries(content.get("examples")).next().is_some();
    if content.get("schema").is_none() {
        return Some("has no schema");
    }
    (content.get("example").is_none() && !has_examples).then_some("has no example")
}
