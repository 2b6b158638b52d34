//! Values: whether a request may still hold all that was promised, and whether an answer holds just
//! that.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::description::Description;
use super::super::finding::{Code, Excuse, Finding, Place};
use super::super::notation::{JsonType, Term, Type};
use super::super::schema::{Alternative, Schema};

/// A number's width. It tells a generator which type to use, and refuses no number that we answer.
const NUMBER_WIDTHS: [&str; 4] = ["int32", "int64", "float", "double"];

/// Findings where the schema refuses a value of the promised type. More than promised is welcome.
pub(super) fn accepts(
    description: Description<'_>,
    place: &Place,
    what: &str,
    promised: &Type,
    schema: &Schema<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for term in &promised.0 {
        // Of several alternatives one that takes every value is enough, so the most lenient one
        // counts.
        let candidates = schema
            .alternatives
            .iter()
            .filter(|alternative| alternative.json.meet(term.json) == Some(term.json))
            .map(|alternative| accepts_term(description, place, what, term, alternative));
        findings.extend(candidates.min_by_key(Vec::len).unwrap_or_else(|| {
            let name = term.json.name();
            vec![
                Finding::new(Code::Narrowed, place, format!("{what} does not take type {name}"))
                    .found(schema.notation(description)),
            ]
        }));
    }
    findings.into_iter().map(|finding| keep_or_set_promised(finding, promised)).collect()
}

fn accepts_term(
    description: Description<'_>,
    place: &Place,
    what: &str,
    term: &Term,
    alternative: &Alternative<'_>,
) -> Vec<Finding> {
    let name = alternative.json.name();
    let narrowed = |keyword: &str, value: &Value| {
        Finding::new(Code::Narrowed, place, format!("{what} {}", limit_in_words(keyword, value)))
            .found(format!("{name}, {keyword} {value}"))
            .help("lift the limit, or list it in xtask/contract/decided.yaml with the reason")
            .unless_decided(Excuse::Limit(keyword.to_owned(), value.clone()))
    };
    let mut findings: Vec<Finding> =
        alternative.limits.iter().map(|(keyword, value)| narrowed(keyword, value)).collect();

    let promised_format = term.format.as_deref();
    for format in alternative.formats.iter().filter(|format| Some(**format) != promised_format) {
        findings.push(narrowed("format", &Value::from(*format)));
    }
    if let Some(format) = promised_format.filter(|format| !alternative.formats.contains(format)) {
        findings.push(
            Finding::new(Code::FormatChanged, place, format!("{what} is not described as a {format}"))
                .found(format!("{name} without that format")),
        );
    }
    if let Some(items) = &term.items {
        let schema = description.schema(&alternative.items);
        findings.extend(accepts(description, &place.items(), &format!("an item of {what}"), items, &schema));
    }
    // Asked for as a plain object, it is free: a property with a schema of its own is a limit.
    if term.json == JsonType::Object {
        let names =
            |keys: Vec<&&str>| Value::from(keys.into_iter().map(|key| Value::from(*key)).collect::<Vec<_>>());
        if !alternative.properties.is_empty() {
            findings.push(narrowed("properties", &names(alternative.properties.keys().collect())));
        }
        if !alternative.required.is_empty() {
            findings.push(narrowed("required", &names(alternative.required.iter().collect())));
        }
    }
    findings
}

/// Findings where the schema's type is not the promised one: in an answer, neither more nor less.
pub(super) fn equals(
    description: Description<'_>,
    place: &Place,
    what: &str,
    promised: &Type,
    schema: &Schema<'_>,
) -> Vec<Finding> {
    let found = schema.notation(description);
    let mut findings = Vec::new();
    let mut differs = |code, title: String| {
        findings.push(Finding::new(code, place, title).promised(promised).found(&found));
    };
    match (promised.has(JsonType::Null), found.has(JsonType::Null)) {
        (false, true) => differs(Code::BecameNullable, format!("{what} may be null")),
        (true, false) => differs(Code::LostNull, format!("{what} is described as never null")),
        _ => {}
    }
    let types = |of: &Type| -> BTreeSet<JsonType> {
        of.0.iter().map(|term| term.json).filter(|json| *json != JsonType::Null).collect()
    };
    if types(promised) != types(&found) {
        differs(Code::TypeChanged, format!("{what} has another type"));
        return findings;
    }
    for term in &promised.0 {
        let found_formats: BTreeSet<&str> = schema
            .of(term.json)
            .flat_map(|a| &a.formats)
            .copied()
            .filter(|f| !NUMBER_WIDTHS.contains(f))
            .collect();
        let everywhere =
            schema.of(term.json).all(|a| term.format.as_deref().is_none_or(|f| a.formats.contains(f)));
        if !everywhere || found_formats != term.format.as_deref().into_iter().collect() {
            differs(Code::FormatChanged, format!("{what} has another format"));
        }
    }
    for items in promised.0.iter().filter_map(|term| term.items.as_ref()) {
        let schema = items_of(description, schema);
        findings.extend(equals(description, &place.items(), &format!("an item of {what}"), items, &schema));
    }
    findings
}

/// What the arrays that a schema admits hold.
pub(super) fn items_of<'d>(description: Description<'d>, schema: &Schema<'d>) -> Schema<'d> {
    schema
        .of(JsonType::Array)
        .map(|array| description.schema(&array.items))
        .fold(Schema::default(), Schema::join)
}

/// A finding on an item already says what was promised of the item.
fn keep_or_set_promised(finding: Finding, promised: &Type) -> Finding {
    if finding.promised.is_some() { finding } else { finding.promised(promised) }
}

fn limit_in_words(keyword: &str, value: &Value) -> String {
    match keyword {
        "maxLength" => format!("takes at most {value} characters"),
        "minLength" => format!("takes no fewer than {value} characters"),
        "maxItems" => format!("takes at most {value} items"),
        "minItems" => format!("takes no fewer than {value} items"),
        "uniqueItems" => "takes no item twice".to_owned(),
        "enum" | "const" => format!("takes only {value}"),
        "pattern" => format!("takes only text that matches {value}"),
        "format" => format!("takes only the format {value}"),
        "additionalProperties" | "propertyNames" => "does not take every key".to_owned(),
        "required" => format!("must hold {value}"),
        "readOnly" => "may not be sent".to_owned(),
        _ => format!("is limited by `{keyword}`"),
    }
}
