//! What the documentation promises, from `xtask/contract/documented.yaml`.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::notation::Type;
use super::places::{Place, Places};

/// The text of a place that exists without a type of its own.
pub(super) const PRESENT: &str = "present";

/// The promises of the documentation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documented {
    pub(super) security: ApiKey,
    #[serde(default)]
    objects: BTreeMap<String, Keys>,
    /// The operations, by `METHOD /path/`.
    pub operations: BTreeMap<String, Operation>,
}

/// The keys of an object.
pub type Keys = BTreeMap<String, Key>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiKey {
    #[serde(rename = "in")]
    location: String,
    name: String,
}

impl ApiKey {
    /// Returns the key in the form in which the security of an operation is listed.
    pub(super) fn text(&self) -> String {
        api_key(&self.location, &self.name)
    }
}

/// Returns the text of an API key. The names of headers are case-insensitive.
pub(super) fn api_key(location: &str, name: &str) -> String {
    format!("{location} {}", name.to_ascii_lowercase())
}

/// An operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    /// The parameters, by `path.name`, `query.name` or `header.name`.
    #[serde(default)]
    pub parameters: BTreeMap<String, Parameter>,
    /// The request body.
    pub request: Option<Body>,
    /// The responses by status. `success` is any status 2xx.
    pub responses: BTreeMap<String, Response>,
}

/// A parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    #[serde(rename = "type")]
    pub(super) accepts: Type,
    required: bool,
    default: Option<Value>,
}

/// A body: its media type and the keys of its object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    pub(super) media_type: String,
    /// A shared object whose keys the body also has.
    object: Option<String>,
    #[serde(default)]
    keys: Keys,
}

/// A response.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    pub(super) body: Option<Body>,
}

/// A key of an object.
#[derive(Clone, Debug)]
pub struct Key {
    pub(super) json: Type,
    /// The maximum number of items of its array.
    pub(super) at_most: Option<u64>,
    /// The keys of its object, or of the objects in its array.
    pub(super) keys: Keys,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Long {
            #[serde(rename = "type")]
            json: Type,
            at_most: Option<u64>,
            #[serde(default)]
            keys: Keys,
        }
        // An untagged enum would lose the error of the notation.
        let Long { json, at_most, keys } = match Value::deserialize(deserializer)? {
            Value::String(text) => {
                Long { json: text.parse().map_err(D::Error::custom)?, at_most: None, keys: Keys::new() }
            }
            long => Long::deserialize(long).map_err(D::Error::custom)?,
        };
        Ok(Self { json, at_most, keys })
    }
}

impl Documented {
    /// Parses the file.
    ///
    /// # Errors
    /// The text does not have this form, or a body has an unknown object.
    pub fn from_yaml(text: &str) -> anyhow::Result<Self> {
        let documented: Self = yaml_serde::from_str(text).context("cannot read documented.yaml")?;
        for (name, operation) in &documented.operations {
            let responses = operation.responses.values().filter_map(|response| response.body.as_ref());
            for object in operation.request.iter().chain(responses).filter_map(|body| body.object.as_ref()) {
                ensure!(documented.objects.contains_key(object), "{name}: there is no object `{object}`");
            }
        }
        Ok(documented)
    }

    /// Returns all keys of a body.
    #[must_use]
    pub fn keys(&self, body: &Body) -> Keys {
        let shared = body.object.as_ref().and_then(|name| self.objects.get(name));
        let mut keys = shared.cloned().unwrap_or_default();
        keys.extend(body.keys.clone());
        keys
    }

    /// Returns the promises as places.
    pub(super) fn places(&self) -> Places {
        let mut places = Places::new();
        for (name, operation) in &self.operations {
            let place = Place::operation(name);
            places.insert(place.clone(), PRESENT.to_owned());
            places.insert(place.step("security"), self.security.text());
            for (name, parameter) in &operation.parameters {
                let place = place.step("parameter").step(name);
                add_accepted(&mut places, &place, &parameter.accepts);
                if parameter.required {
                    places.insert(place.keyword("required"), true.to_string());
                }
                if let Some(default) = &parameter.default {
                    places.insert(place.keyword("default"), default.to_string());
                }
            }
            if let Some(body) = &operation.request {
                let place = place.step("request");
                places.insert(place.clone(), body.text());
                for (key, promise) in self.keys(body) {
                    add_accepted(&mut places, &place.step(&key), &promise.json);
                }
            }
            for (status, response) in &operation.responses {
                let place = place.step("response").step(status);
                places.insert(place.clone(), PRESENT.to_owned());
                if let Some(body) = &response.body {
                    let place = place.step("body");
                    places.insert(place.clone(), body.text());
                    add_keys(&mut places, &place, &self.keys(body));
                }
            }
        }
        places
    }
}

impl Body {
    fn text(&self) -> String {
        format!("{}: object", self.media_type)
    }
}

/// Adds the types that a request accepts at a place.
fn add_accepted(places: &mut Places, place: &Place, accepted: &Type) {
    places.insert(place.clone(), accepted.outer());
    for items in accepted.0.iter().filter_map(|term| term.items.as_ref()) {
        add_accepted(places, &place.items(), items);
    }
}

/// Adds the keys of an object in a response. Each is in every response.
fn add_keys(places: &mut Places, place: &Place, keys: &Keys) {
    for (key, promise) in keys {
        let place = place.step(key);
        places.insert(place.clone(), promise.json.to_string());
        places.insert(place.keyword("required"), true.to_string());
        if let Some(most) = promise.at_most {
            places.insert(place.keyword("maxItems"), most.to_string());
        }
        let inner = if promise.json.is_array() { place.items() } else { place };
        add_keys(places, &inner, &promise.keys);
    }
}
