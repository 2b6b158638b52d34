//! What the documentation promises, from `contract/documented.yaml`.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use super::places::{Operations, PRESENT, Places, join};

const DOCUMENTED: &str = include_str!("../../contract/documented.yaml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documented {
    security: String,
    media_type: String,
    operations: BTreeMap<String, Operation>,
}

/// Texts by name, or by name and keyword as in `NAME default`.
type Keys = BTreeMap<String, Value>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Operation {
    #[serde(default)]
    parameters: Keys,
    request: Option<Keys>,
    responses: BTreeMap<String, Option<Keys>>,
}

/// Returns the places of the documented operations.
///
/// # Errors
/// The file is invalid.
pub fn documented() -> anyhow::Result<Operations> {
    let mut yaml: yaml_serde::Value = yaml_serde::from_str(DOCUMENTED)?;
    yaml.apply_merge()?;
    let documented = yaml_serde::from_value(yaml).context("cannot read documented.yaml")?;
    let Documented { security, media_type, operations } = documented;
    let body = format!("{media_type}: object");
    let places = |operation: Operation| {
        let mut places =
            Places::from([(String::new(), PRESENT.into()), ("security".into(), security.clone())]);
        for (name, value) in &operation.parameters {
            add_accepted(&mut places, &format!("parameter.{name}"), &text(value));
        }
        places.extend(operation.request.as_ref().map(|_| ("request".to_owned(), body.clone())));
        for (key, value) in operation.request.iter().flatten() {
            add_accepted(&mut places, &format!("request.{key}"), &text(value));
        }
        for (status, keys) in operation.responses {
            let at = format!("response.{status}.body");
            places.insert(format!("response.{status}"), PRESENT.into());
            places.extend(keys.as_ref().map(|_| (at.clone(), body.clone())));
            for (key, value) in keys.into_iter().flatten() {
                // Every key is in every response.
                if !key.contains(' ') {
                    places.insert(format!("{at}.{key} required"), "true".into());
                }
                places.insert(format!("{at}.{key}"), text(&value));
            }
        }
        places
    };
    Ok(operations.into_iter().map(|(name, operation)| (name, places(operation))).collect())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Adds the types that a request accepts. The place of the items of an array is separate.
fn add_accepted(places: &mut Places, at: &str, types: &str) {
    let outer = types.split(" | ").map(|term| match term.strip_suffix("[]") {
        Some(items) => {
            places.insert(format!("{at}[]"), items.to_owned());
            "array".to_owned()
        }
        None => term.to_owned(),
    });
    let outer = join(outer, " | ");
    places.insert(at.to_owned(), outer);
}
