//! What the documentation promises, from `contract/documented.yaml`.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use super::places::{PRESENT, Places};

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
pub fn documented() -> anyhow::Result<Places> {
    let mut yaml: yaml_serde::Value = yaml_serde::from_str(DOCUMENTED)?;
    yaml.apply_merge()?;
    let documented = yaml_serde::from_value(yaml).context("cannot read documented.yaml")?;
    let Documented { security, media_type, operations } = documented;
    let body = format!("{media_type}: object");
    let mut places = Places::new();
    for (name, Operation { parameters, request, responses }) in operations {
        places.insert(name.clone(), PRESENT.to_owned());
        places.insert(format!("{name} security"), security.clone());
        add(&mut places, &format!("{name} parameter"), parameters);
        places.extend(request.as_ref().map(|_| (format!("{name} request"), body.clone())));
        add(&mut places, &format!("{name} request"), request.unwrap_or_default());
        for (status, keys) in responses {
            let at = format!("{name} response.{status}");
            places.insert(at.clone(), PRESENT.to_owned());
            let at = format!("{at}.body");
            places.extend(keys.as_ref().map(|_| (at.clone(), body.clone())));
            let keys = keys.unwrap_or_default();
            // Every key is in every response.
            let required = keys.keys().filter(|key| !key.contains(' '));
            places.extend(required.map(|key| (format!("{at}.{key} required"), "true".to_owned())));
            add(&mut places, &at, keys);
        }
    }
    Ok(places)
}

fn add(places: &mut Places, at: &str, keys: Keys) {
    for (key, value) in keys {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        places.insert(format!("{at}.{key}"), text);
    }
}
