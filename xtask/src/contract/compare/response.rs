//! The answers: statuses, headers and bodies.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::description::{Description, Operation, entries, is_marked_extension};
use super::super::finding::{Code, Finding, Place};
use super::super::notation::{JsonType, Type};
use super::super::promise::{Body, Documented, Keys, ResponsePromise};
use super::comparison::{Comparison, undocumented};
use super::{object, values};

/// Stands in the promises for whichever 2xx we decided on.
const SUCCESS: &str = "success";

pub(super) fn compare(
    description: Description<'_>,
    documented: &Documented,
    operation: &Operation<'_>,
    promises: &BTreeMap<String, ResponsePromise>,
    comparison: &mut Comparison,
) {
    let place = Place::operation(&operation.name).step("response");
    let responses = operation.responses(description);
    for status in promises.keys() {
        let is_there = responses
            .iter()
            .any(|(found, _)| found == status || (status == SUCCESS && found.starts_with('2')));
        let missing = || {
            Finding::new(
                Code::Missing,
                &place.step(status),
                format!("the answer `{status}` is not in the description"),
            )
        };
        comparison.promise((!is_there).then(missing));
    }
    for (status, response) in responses {
        let place = place.step(status);
        headers(description, &place, response, comparison);
        if is_error(status) {
            continue; // The documentation is silent on errors; the house rules look at them.
        }
        if !promises.contains_key(status) {
            comparison.note([undocumented(&place, &format!("the status {status}"))
                .help("list it in xtask/contract/decided.yaml with the reason")]);
        }
        let promise = promises.get(status).or_else(|| promises.get(SUCCESS));
        let Some(promise) = promise else { continue };
        other_bodies(description, &place, promise, response, comparison);
        if let Some(body) = &promise.body {
            compare_body(description, &place, body, &documented.keys(body), response, comparison);
        }
    }
}

/// A status of the client's or the server's fault. `default` is none: it stands for successes too.
fn is_error(status: &str) -> bool {
    status.starts_with('4') || status.starts_with('5')
}

fn headers(description: Description<'_>, place: &Place, response: &Value, comparison: &mut Comparison) {
    for (name, header) in entries(response.get("headers")) {
        if !is_marked_extension(description.follow(header)) {
            let place = place.step("header").step(name);
            comparison.note([undocumented(&place, &format!("the response header `{name}`"))]);
        }
    }
}

/// Contents beside the documented one are extensions, and say so.
fn other_bodies(
    description: Description<'_>,
    place: &Place,
    promise: &ResponsePromise,
    response: &Value,
    comparison: &mut Comparison,
) {
    let documented = promise.body.as_ref().map(|body| body.media_type.as_str());
    let unmarked: Vec<Finding> = entries(response.get("content"))
        .filter(|(media_type, object)| {
            Some(media_type.as_str()) != documented && !is_marked_extension(description.follow(object))
        })
        .map(|(media_type, _)| {
            let finding =
                undocumented(&place.step("body").step(media_type), &format!("a body of {media_type}"))
                    .found(media_type);
            if promise.no_body { finding.promised("no body") } else { finding }
        })
        .collect();
    if promise.no_body {
        comparison.promise(unmarked);
    } else {
        comparison.note(unmarked);
    }
}

fn compare_body(
    description: Description<'_>,
    place: &Place,
    promise: &Body,
    keys: &Keys,
    response: &Value,
    comparison: &mut Comparison,
) {
    let place = place.step("body");
    let content = response.get("content").and_then(|content| content.get(&promise.media_type));
    let Some(schema) = content.and_then(|content| description.follow(content).get("schema")) else {
        comparison.promise([Finding::new(Code::Missing, &place, "the documented body is not described")
            .promised(&promise.media_type)]);
        return;
    };
    let read = description.schema(&[schema]);
    comparison.promise(values::equals(description, &place, "the body", &Type::from(JsonType::Object), &read));
    object::compare(description, &place, keys, &read, comparison);
}
