//! The request body.

use serde_json::Value;

use super::super::description::{Description, Operation, entries, is_marked_extension};
use super::super::finding::{Code, Excuse, Finding, Place};
use super::super::notation::JsonType;
use super::super::promise::{Body, Keys};
use super::super::schema::Schema;
use super::comparison::{Comparison, undocumented};
use super::values;

pub(super) fn compare(
    description: Description<'_>,
    operation: &Operation<'_>,
    promise: &Body,
    keys: &Keys,
    comparison: &mut Comparison,
) {
    let place = Place::operation(&operation.name).step("request");
    let body = operation.object.get("requestBody").map(|body| description.follow(body));
    let content = body.and_then(|body| body.get("content"));
    for (media_type, object) in entries(content) {
        if *media_type != promise.media_type && !is_marked_extension(description.follow(object)) {
            comparison.note([undocumented(
                &place.step(media_type),
                &format!("the request media type {media_type}"),
            )]);
        }
    }
    let object = content.and_then(|content| content.get(&promise.media_type)).map(|o| description.follow(o));
    let Some(schema) = object.and_then(|object| object.get("schema")) else {
        comparison.promise([Finding::new(Code::Missing, &place, "the request body is not described")
            .promised(&promise.media_type)
            .found(media_types(content))]);
        return;
    };
    let read = description.schema(&[schema]);
    comparison.promise(whole(&place, promise, &read).into_iter().chain(must_be_sent(&place, promise, body)));
    compare_keys(description, &place, keys, &read, comparison);
}

/// The body as a whole: a JSON object, and any.
fn whole(place: &Place, promise: &Body, schema: &Schema<'_>) -> Vec<Finding> {
    if schema.of(JsonType::Object).next().is_none() {
        return vec![
            Finding::new(Code::Narrowed, place, "the request body is no object")
                .promised(format!("{}, an object", promise.media_type)),
        ];
    }
    let limits = schema.of(JsonType::Object).flat_map(|object| &object.limits);
    limits
        .map(|(keyword, value)| {
            Finding::new(Code::Narrowed, place, format!("the request body is limited by `{keyword}`"))
                .promised("an object with any of the documented keys")
                .found(format!("{keyword} {value}"))
                .help("lift the limit, or list it in xtask/contract/decided.yaml with the reason")
                .unless_decided(Excuse::Limit((*keyword).to_owned(), (*value).clone()))
        })
        .collect()
}

/// The documentation does not say that a body must be sent.
fn must_be_sent(place: &Place, promise: &Body, body: Option<&Value>) -> Option<Finding> {
    let required =
        body.and_then(|body| body.get("required")).filter(|required| **required == Value::Bool(true))?;
    let finding = Finding::new(Code::MadeRequired, place, "a request body must be sent")
        .promised(&promise.media_type)
        .found("required true")
        .help("make it optional, or list `required: true` in xtask/contract/decided.yaml with the reason")
        .unless_decided(Excuse::Limit("required".to_owned(), required.clone()));
    Some(finding)
}

fn compare_keys(
    description: Description<'_>,
    place: &Place,
    keys: &Keys,
    body: &Schema<'_>,
    comparison: &mut Comparison,
) {
    let required = |key: &str| body.of(JsonType::Object).any(|object| object.required.contains(key));
    for (key, promise) in keys {
        let place = place.step(key);
        let mut findings = match property(description, body, key) {
            Some(schema) => {
                values::accepts(description, &place, &format!("request key `{key}`"), &promise.json, &schema)
            }
            None => vec![
                Finding::new(Code::Missing, &place, format!("request key `{key}` is not in the description"))
                    .promised(&promise.json),
            ],
        };
        if required(key) {
            findings.push(
                Finding::new(Code::MadeRequired, &place, format!("request key `{key}` must be sent"))
                    .promised("optional")
                    .found("required"),
            );
        }
        comparison.promise(findings);
    }
    let mut others: Vec<&str> = body
        .of(JsonType::Object)
        .flat_map(|object| object.properties.keys().chain(&object.required))
        .copied()
        .filter(|key| !keys.contains_key(*key))
        .collect();
    others.sort_unstable();
    others.dedup();
    for key in others {
        let place = place.step(key);
        if !property(description, body, key).is_some_and(|schema| schema.is_extension) {
            comparison.note([undocumented(&place, &format!("request key `{key}`"))]);
        }
        if required(key) {
            comparison.note([Finding::new(
                Code::ExtensionRequired,
                &place,
                format!("request key `{key}` is not documented, and must be sent"),
            )
            .help("make it optional: a client that knows the documentation alone does not send it")]);
        }
    }
}

/// The schema of a key; where the body has several forms, of the key in any of them.
fn property<'d>(description: Description<'d>, body: &Schema<'d>, key: &str) -> Option<Schema<'d>> {
    body.of(JsonType::Object)
        .filter_map(|object| object.properties.get(key))
        .map(|schemas| description.schema(schemas))
        .reduce(Schema::join)
}

fn media_types(content: Option<&Value>) -> String {
    let names: Vec<&str> = entries(content).map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { "no request body".to_owned() } else { names.join(", ") }
}
