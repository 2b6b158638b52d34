//! One operation as a whole.

use serde_json::Value;

use super::super::description::{Description, Operation};
use super::super::finding::{Code, Finding, Place};
use super::super::promise::{Documented, OperationPromise};
use super::comparison::{Comparison, undocumented};
use super::{parameters, request, response, security};

/// The tag of operations that the documentation does not know.
const EXTENSIONS: &str = "Extensions";

pub(super) fn compare(
    description: Description<'_>,
    documented: &Documented,
    operation: &Operation<'_>,
    promise: &OperationPromise,
    comparison: &mut Comparison,
) {
    comparison.promise([]); // The path and the method: they are what the operation was found by.
    let place = Place::operation(&operation.name);
    security::compare(description, &documented.security, operation, comparison);
    parameters::compare(description, operation, &promise.parameters, comparison);
    if let Some(body) = &promise.request {
        request::compare(description, operation, body, &documented.keys(body), comparison);
    } else if operation.object.get("requestBody").is_some() {
        comparison.note([undocumented(&place.step("request"), "a request body")]);
    }
    response::compare(description, documented, operation, &promise.responses, comparison);
}

/// An operation of ours must say by its tag that it is.
pub(super) fn untagged(operation: &Operation<'_>) -> Option<Finding> {
    let tags = operation.object.get("tags").and_then(Value::as_array);
    let names: Vec<&str> = tags.into_iter().flatten().filter_map(Value::as_str).collect();
    (!names.contains(&EXTENSIONS)).then(|| {
        Finding::new(
            Code::Untagged,
            &Place::operation(&operation.name),
            format!("an operation that is not documented lacks the tag `{EXTENSIONS}`"),
        )
        .found(if names.is_empty() { "no tag".to_owned() } else { names.join(", ") })
        .help(format!("tag it `{EXTENSIONS}`"))
    })
}
