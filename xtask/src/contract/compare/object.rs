//! An object in an answer: every promised key in it, and no other that does not say it is ours.

use super::super::description::Description;
use super::super::finding::{Code, Finding, Place};
use super::super::notation::JsonType;
use super::super::promise::Keys;
use super::super::schema::Schema;
use super::comparison::{Comparison, undocumented};
use super::values;

pub(super) fn compare(
    description: Description<'_>,
    place: &Place,
    keys: &Keys,
    schema: &Schema<'_>,
    comparison: &mut Comparison,
) {
    let objects = || schema.of(JsonType::Object);
    let is_always_there = |key: &str| objects().all(|object| object.required.contains(key));
    for (key, promise) in keys {
        let place = place.step(key);
        let what = format!("response key `{key}`");
        let Some(found) = property(description, schema, key) else {
            comparison.promise([Finding::new(
                Code::Missing,
                &place,
                format!("{what} is not in the description"),
            )
            .promised(&promise.json)]);
            continue;
        };
        let mut findings = values::equals(description, &place, &what, &promise.json, &found);
        if !is_always_there(key) {
            findings.push(
                Finding::new(Code::NotGuaranteed, &place, format!("{what} may be left out"))
                    .promised("in every answer")
                    .found("optional")
                    .help(format!("name `{key}` under the schema's `required`")),
            );
        }
        findings.extend(promise.at_most.and_then(|most| too_many(&place, &what, most, &found)));
        comparison.promise(findings);
        compare_nested(description, &place, &promise.keys, &found, comparison);
    }
    let mut others: Vec<&str> = objects()
        .flat_map(|object| object.properties.keys().chain(&object.required))
        .copied()
        .filter(|key| !keys.contains_key(*key))
        .collect();
    others.sort_unstable();
    others.dedup();
    for key in others {
        comparison.note(extra_key(description, &place.step(key), schema, key));
    }
    if objects().any(|object| object.is_open) {
        comparison.note([Finding::new(
            Code::Undocumented,
            place,
            "the object is described as open to keys that are not documented",
        )
        .found("additionalProperties")
        .help("take `additionalProperties` away, or set it to false")]);
    }
}

/// The keys of the object, or of the objects in the array, that a key holds.
fn compare_nested(
    description: Description<'_>,
    place: &Place,
    keys: &Keys,
    schema: &Schema<'_>,
    comparison: &mut Comparison,
) {
    if keys.is_empty() {
        return;
    }
    if schema.of(JsonType::Array).next().is_some() {
        let items = values::items_of(description, schema);
        compare(description, &place.items(), keys, &items, comparison);
    } else {
        compare(description, place, keys, schema, comparison);
    }
}

/// A key that the documentation does not know must say that it is an extension, and be optional.
fn extra_key(description: Description<'_>, place: &Place, schema: &Schema<'_>, key: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_marked = schema
        .of(JsonType::Object)
        .filter_map(|object| object.properties.get(key))
        .any(|schemas| description.schema(schemas).is_extension);
    if !is_marked {
        findings.push(Finding {
            excuse: None,
            ..undocumented(place, &format!("response key `{key}`"))
                .help("mark it `x-extension: true` and keep it out of `required`, or take it away")
        });
    }
    if schema.of(JsonType::Object).any(|object| object.required.contains(key)) {
        findings.push(
            Finding::new(
                Code::ExtensionRequired,
                place,
                format!("response key `{key}` is not documented, and in every answer"),
            )
            .help("keep it out of `required`: who does not ask for it gets the documented keys alone"),
        );
    }
    findings
}

fn too_many(place: &Place, what: &str, most: u64, schema: &Schema<'_>) -> Option<Finding> {
    let found =
        schema.of(JsonType::Array).map(|array| array.limits.get("maxItems")?.as_u64()).collect::<Vec<_>>();
    let is_kept = found.iter().all(|limit| limit.is_some_and(|limit| limit <= most));
    (!is_kept).then(|| {
        let found = found.into_iter().flatten().max();
        Finding::new(Code::Widened, place, format!("{what} may hold more than {most} items"))
            .promised(format!("at most {most} items"))
            .found(found.map_or_else(|| "no maxItems".to_owned(), |limit| format!("maxItems {limit}")))
    })
}

/// The schema of a key, where every form of the object has it.
fn property<'d>(description: Description<'d>, schema: &Schema<'d>, key: &str) -> Option<Schema<'d>> {
    let found: Option<Vec<_>> = schema
        .of(JsonType::Object)
        .map(|object| object.properties.get(key).map(|schemas| description.schema(schemas)))
        .collect();
    found?.into_iter().reduce(Schema::join)
}
