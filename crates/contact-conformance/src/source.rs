//! The place of a value in a response.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::response::Response;

/// The place of a value in a response.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Source {
    /// `body`, or `body/a/b`: a value in the JSON body.
    Body { pointer: String },
    /// `text`: the body as text.
    Text,
    /// `header Location`
    Header(String),
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix("header ") {
            return Ok(Self::Header(name.to_ascii_lowercase()));
        }
        match text.strip_prefix("body") {
            Some(pointer) if pointer.is_empty() || pointer.starts_with('/') => {
                Ok(Self::Body { pointer: pointer.to_owned() })
            }
            _ if text == "text" => Ok(Self::Text),
            _ => {
                Err(format!("`{text}` is not a place in a response: use text, body, body/KEY or header NAME"))
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body { pointer } => write!(f, "body{pointer}"),
            Self::Text => f.write_str("text"),
            Self::Header(name) => write!(f, "header {name}"),
        }
    }
}

impl Source {
    /// Returns the value at this place.
    pub(crate) fn find(&self, response: &Response) -> Option<Value> {
        match self {
            Self::Body { pointer } => response.json().ok()?.pointer(pointer).cloned(),
            Self::Text => Some(response.text.clone().into()),
            Self::Header(name) => response.header(name).map(Value::from),
        }
    }
}
