//! Rules that we gave our own description, whatever was promised: it must be whole, and usable by
//! generators.

use std::collections::BTreeMap;

use serde_json::Value;

use super::description::{Description, Operation, entries};
use super::finding::{Code, Finding, Place};
use super::promise::OperationName;

/// The media type of every error (RFC 9457).
const PROBLEM: &str = "application/problem+json";

/// Checks the rules on every operation, documented or not.
#[must_use]
pub fn check(description: Description<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = description
        .dangling()
        .into_iter()
        .map(|(pointer, reference)| {
            let place = Place::operation(&"description").step(&format!("#{pointer}"));
            Finding::new(Code::DanglingReference, &place, format!("`{reference}` leads nowhere"))
                .help("add the component, or mend the reference")
        })
        .collect();
    let mut seen = BTreeMap::new();
    for operation in description.operations() {
        findings.extend(operation_id(&operation, &mut seen));
        findings.extend(null_defaults(description, &operation));
        for (status, response) in operation.responses(description) {
            let place = Place::operation(&operation.name).step("response").step(status);
            findings.extend(described(&place, response));
            if status.starts_with('4') || status.starts_with('5') {
                findings.extend(problem(description, &place, response));
            }
        }
    }
    findings
}

/// Generators name their methods after it, so it must be there, well-formed and one operation's
/// alone.
fn operation_id<'d>(
    operation: &Operation<'d>,
    seen: &mut BTreeMap<&'d str, OperationName>,
) -> Option<Finding> {
    let place = Place::operation(&operation.name);
    let Some(id) = operation.object.get("operationId").and_then(Value::as_str) else {
        return Some(
            Finding::new(Code::OperationId, &place, "the operation has no operationId")
                .help("name it verb_resource, for example `update_contact`"),
        );
    };
    if let Some(other) = seen.insert(id, operation.name.clone()) {
        return Some(
            Finding::new(Code::OperationId, &place, format!("the operationId `{id}` names two operations"))
                .found(format!("the other one is {other}")),
        );
    }
    let words: Vec<&str> = id.split('_').collect();
    let is_word = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    (words.len() < 2 || !words.iter().all(is_word)).then(|| {
        Finding::new(Code::OperationId, &place, format!("the operationId `{id}` is not verb_resource"))
            .help("write it in snake_case, a verb first, for example `update_contact`")
    })
}

/// A reader that fills in defaults would send null for what its caller left out, and so empty what was to stay.
fn null_defaults(description: Description<'_>, operation: &Operation<'_>) -> Vec<Finding> {
    let body = operation.object.get("requestBody").map(|body| description.follow(body));
    let mut findings = Vec::new();
    for (_, object) in entries(body.and_then(|body| body.get("content"))) {
        let schema = description.follow(object).get("schema").map(|schema| description.follow(schema));
        for (key, schema) in entries(schema.and_then(|schema| schema.get("properties"))) {
            if description.follow(schema).get("default").is_some_and(Value::is_null) {
                let place = Place::operation(&operation.name).step("request").step(key);
                findings.push(
                    Finding::new(Code::DefaultChanged, &place, "a key that is left out is described as null")
                        .found("default null")
                        .help("null is a value of its own: take the default away"),
                );
            }
        }
    }
    findings
}

fn described(place: &Place, response: &Value) -> Option<Finding> {
    let description = response.get("description").and_then(Value::as_str).unwrap_or_default();
    description.trim().is_empty().then(|| {
        Finding::new(Code::NoDescription, place, "the response has no description")
            .help("say in a sentence when it is answered")
    })
}

fn problem(description: Description<'_>, place: &Place, response: &Value) -> Vec<Finding> {
    let content = response.get("content").and_then(|content| content.get(PROBLEM));
    let Some(content) = content.map(|content| description.follow(content)) else {
        return vec![
            Finding::new(Code::NoProblem, place, format!("the error is not described as {PROBLEM}"))
                .help(format!("give it a body of {PROBLEM} with a schema and an example")),
        ];
    };
    let mut findings = Vec::new();
    if content.get("schema").is_none() {
        findings.push(Finding::new(
            Code::NoProblem,
            place,
            format!("the {PROBLEM} of the error has no schema"),
        ));
    }
    let has_examples =
        content.get("examples").and_then(Value::as_object).is_some_and(|examples| !examples.is_empty());
    if content.get("example").is_none() && !has_examples {
        findings.push(
            Finding::new(Code::NoExample, place, "the error has no example")
                .help(format!("give its {PROBLEM} an `example`: the body as it is really answered")),
        );
    }
    findings
}
