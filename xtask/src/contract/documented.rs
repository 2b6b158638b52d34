//! What the documentation promises, from `contract/documented.yaml`.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use super::{Operations, PRESENT, Places};

const DOCUMENTED: &str = include_str!("../../contract/documented.yaml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documented {
    security: String,
    operations: BTreeMap<String, Operation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    #[serde(default)]
    parameters: BTreeMap<String, Parameter>,
    request: Option<Body>,
    responses: BTreeMap<String, Response>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    r#type: String,
    required: bool,
    default: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Response {
    body: Option<Body>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    media_type: String,
    keys: BTreeMap<String, String>,
    #[serde(default)]
    at_most: BTreeMap<String, u64>,
}

/// Returns the places of the documented operations.
///
/// # Errors
/// The file is invalid.
pub fn documented() -> anyhow::Result<Operations> {
    let Documented { security, operations } = parse().context("cannot read documented.yaml")?;
    let places = |operation: Operation| {
        let mut places =
            Places::from([(String::new(), PRESENT.into()), ("security".into(), security.clone())]);
        for (name, parameter) in operation.parameters {
            let at = format!("parameter.{name}");
            add_accepted(&mut places, &at, &parameter.r#type);
            if parameter.required {
                places.insert(format!("{at} required"), "true".into());
            }
            places.extend(parameter.default.map(|value| (format!("{at} default"), value.to_string())));
        }
        if let Some(Body { media_type, keys, .. }) = operation.request {
            places.insert("request".into(), format!("{media_type}: object"));
            for (key, types) in keys {
                add_accepted(&mut places, &format!("request.{key}"), &types);
            }
        }
        for (status, response) in operation.responses {
            let at = format!("response.{status}");
            if let Some(Body { media_type, keys, at_most }) = response.body {
                places.insert(format!("{at}.body"), format!("{media_type}: object"));
                for (key, types) in keys {
                    places.insert(format!("{at}.body.{key} required"), "true".into());
                    places.insert(format!("{at}.body.{key}"), types);
                }
                let limits = at_most.into_iter();
                places.extend(
                    limits.map(|(key, most)| (format!("{at}.body.{key} maxItems"), most.to_string())),
                );
            }
            places.insert(at, PRESENT.into());
        }
        places
    };
    Ok(operations.into_iter().map(|(name, operation)| (name, places(operation))).collect())
}

fn parse() -> anyhow::Result<Documented> {
    let mut yaml: yaml_serde::Value = yaml_serde::from_str(DOCUMENTED)?;
    yaml.apply_merge()?;
    Ok(yaml_serde::from_value(yaml)?)
}

/// Adds the types that a request accepts. The items of an array have a place of their own.
fn add_accepted(places: &mut Places, at: &str, types: &str) {
    let mut outer = Vec::new();
    for term in types.split(" | ") {
        let items = term.strip_suffix("[]");
        outer.push(if items.is_some() { "array" } else { term });
        if let Some(items) = items {
            add_accepted(places, &format!("{at}[]"), items);
        }
    }
    places.insert(at.to_owned(), outer.join(" | "));
}
