//! Path, query and header parameters.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::description::{Description, Operation, is_marked_extension};
use super::super::finding::{Code, Finding, Place};
use super::super::promise::ParameterPromise;
use super::comparison::{Comparison, undocumented};
use super::values;

pub(super) fn compare(
    description: Description<'_>,
    operation: &Operation<'_>,
    promises: &BTreeMap<String, ParameterPromise>,
    comparison: &mut Comparison,
) {
    let place = Place::operation(&operation.name).step("parameter");
    let parameters = operation.parameters(description);
    for (name, promise) in promises {
        let place = place.step(name);
        match parameters.iter().find(|parameter| full_name(parameter) == *name) {
            Some(parameter) => comparison.promise(compare_one(description, &place, name, promise, parameter)),
            None => comparison.promise([Finding::new(
                Code::Missing,
                &place,
                format!("the parameter `{name}` is not in the description"),
            )
            .promised(&promise.accepts)]),
        }
    }
    for parameter in parameters {
        let name = full_name(parameter);
        if promises.contains_key(&name) {
            continue;
        }
        let place = place.step(&name);
        // utoipa's `IntoParams` can mark the schema alone, its tuples the parameter.
        let schema = parameter.get("schema").unwrap_or(&Value::Null);
        if !is_marked_extension(parameter) && !is_marked_extension(schema) {
            comparison.note([undocumented(&place, &format!("the parameter `{name}`"))]);
        }
        if is_required(parameter) {
            comparison.note([Finding::new(
                Code::ExtensionRequired,
                &place,
                format!("the parameter `{name}` is not documented, and must be sent"),
            )
            .help("make it optional: a client that knows the documentation alone does not send it")]);
        }
    }
}

fn compare_one(
    description: Description<'_>,
    place: &Place,
    name: &str,
    promise: &ParameterPromise,
    parameter: &Value,
) -> Vec<Finding> {
    let Some(schema) = parameter.get("schema") else {
        return vec![
            Finding::new(Code::Missing, place, format!("the parameter `{name}` has no schema"))
                .promised(&promise.accepts),
        ];
    };
    let read = description.schema(&[schema]);
    let what = format!("the parameter `{name}`");
    let mut findings = values::accepts(description, place, &what, &promise.accepts, &read);
    if is_required(parameter) && !promise.required {
        findings.push(
            Finding::new(Code::MadeRequired, place, format!("{what} must be sent"))
                .promised("optional")
                .found("required"),
        );
    }
    if promise.required && !is_required(parameter) {
        findings.push(
            Finding::new(Code::Widened, place, format!("{what} may be left out"))
                .promised("required")
                .found("optional"),
        );
    }
    let default = schema.get("default").or_else(|| description.follow(schema).get("default"));
    if default != promise.default.as_ref() {
        let in_words = |value: Option<&Value>| {
            value.map_or_else(|| "no default".to_owned(), |value| format!("default {value}"))
        };
        findings.push(
            Finding::new(Code::DefaultChanged, place, format!("{what} has another default"))
                .promised(in_words(promise.default.as_ref()))
                .found(in_words(default)),
        );
    }
    findings
}

fn is_required(parameter: &Value) -> bool {
    parameter.get("required") == Some(&Value::Bool(true))
}

fn full_name(parameter: &Value) -> String {
    let word = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or("?");
    format!("{}.{}", word("in"), word("name"))
}
