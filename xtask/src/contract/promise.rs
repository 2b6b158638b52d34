//! What the documentation promises, as `xtask/contract/documented.yaml` states it.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use super::notation::Type;

/// The whole transcription of the documentation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documented {
    /// The API key that every operation requires.
    pub security: ApiKey,
    /// Objects that several answers share, by name.
    #[serde(default)]
    pub objects: BTreeMap<String, Keys>,
    /// The operations, each under `METHOD /path/`.
    pub operations: BTreeMap<OperationName, OperationPromise>,
}

/// Keys of an object and what each is promised to be.
pub type Keys = BTreeMap<String, KeyPromise>;

/// Where the API key travels.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// `header`, `query` or `cookie`.
    #[serde(rename = "in")]
    pub location: String,
    /// The name of the header, parameter or cookie.
    pub name: String,
}

/// A method and a path: `PATCH /contacts/{contact_id}/`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct OperationName {
    /// The path with its placeholders.
    pub path: String,
    /// The method in capitals.
    pub method: String,
}

impl OperationName {
    /// Names an operation.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self { path: path.to_owned(), method: method.to_uppercase() }
    }
}

impl TryFrom<String> for OperationName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once(' ') {
            Some((method, path)) if path.starts_with('/') => Ok(Self::new(method, path)),
            _ => Err(format!("`{text}` names no operation; write `METHOD /path/`")),
        }
    }
}

impl std::fmt::Display for OperationName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// What one operation takes and answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationPromise {
    /// Parameters, each under `path.name`, `query.name` or `header.name`.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterPromise>,
    /// The request body, where the operation takes one.
    pub request: Option<Body>,
    /// Answers by status; `success` stands for whichever 2xx we decided on.
    pub responses: BTreeMap<String, ResponsePromise>,
}

/// What one parameter takes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterPromise {
    /// The values it takes.
    #[serde(rename = "type")]
    pub accepts: Type,
    /// Whether it must be sent.
    pub required: bool,
    /// What holds when it is not sent.
    pub default: Option<Value>,
}

/// A body: its media type and the keys of its object.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// The media type.
    pub media_type: String,
    /// A shared object whose keys belong to the body too.
    pub object: Option<String>,
    /// The keys stated here.
    #[serde(default)]
    pub keys: Keys,
}

/// What one answer holds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponsePromise {
    /// The body, where one is documented.
    pub body: Option<Body>,
    /// Whether the documentation says that there is none. Neither: it does not say.
    #[serde(default)]
    pub no_body: bool,
}

/// What one key of an object is promised to be.
#[derive(Clone, Debug)]
pub struct KeyPromise {
    /// Its type.
    pub json: Type,
    /// The most items that its array holds.
    pub at_most: Option<u64>,
    /// The keys of its object, or of the objects in its array; empty where the documentation names
    /// none.
    pub keys: Keys,
}

impl<'de> Deserialize<'de> for KeyPromise {
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
        // Told apart by hand, because an untagged enum would swallow the notation's own error.
        match Value::deserialize(deserializer)? {
            Value::String(text) => {
                Ok(Self { json: text.parse().map_err(D::Error::custom)?, at_most: None, keys: Keys::new() })
            }
            long => Long::deserialize(long)
                .map(|Long { json, at_most, keys }| Self { json, at_most, keys })
                .map_err(D::Error::custom),
        }
    }
}

impl Documented {
    /// Reads the transcription.
    ///
    /// # Errors
    /// Where the text is no YAML of this form, or a body names an object that is not there.
    pub fn from_yaml(text: &str) -> anyhow::Result<Self> {
        let documented: Self = yaml_serde::from_str(text).context("cannot read the documented promises")?;
        for (name, operation) in &documented.operations {
            let answers = operation.responses.values().filter_map(|r| r.body.as_ref());
            for object in operation.request.iter().chain(answers).filter_map(|b| b.object.as_ref()) {
                if !documented.objects.contains_key(object) {
                    bail!("{name} speaks of an object `{object}` that stands under no `objects` key");
                }
            }
        }
        Ok(documented)
    }

    /// All keys of a body: those of its shared object and its own.
    #[must_use]
    pub fn keys(&self, body: &Body) -> Keys {
        let shared = body.object.as_ref().and_then(|name| self.objects.get(name));
        let mut keys = shared.cloned().unwrap_or_default();
        keys.extend(body.keys.clone());
        keys
    }
}
