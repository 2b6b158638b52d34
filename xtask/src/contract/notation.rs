//! The notation of types: `string<date-time> | null`, `string[]`, `boolean | string`.

use std::fmt;
use std::str::FromStr;

use anyhow::Context as _;
use serde::Deserialize;

/// A type of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum JsonType {
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
    // The last one, as in `string | null`.
    Null,
}

impl JsonType {
    /// The types that a schema without restrictions admits. `Number` includes `Integer`.
    pub(super) const ANY: [Self; 6] =
        [Self::Boolean, Self::Number, Self::String, Self::Array, Self::Object, Self::Null];

    /// Returns the name in JSON Schema.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
            Self::Null => "null",
        }
    }

    /// Returns the type with this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ANY.into_iter().chain([Self::Integer]).find(|json| json.name() == name)
    }

    /// Returns the type of the values that have both types: an integer is a number.
    pub(super) fn meet(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Some(Self::Integer),
            (one, two) => (one == two).then_some(one),
        }
    }
}

/// A member of a union: a type with its format or its items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) json: JsonType,
    /// The format, as in `string<uuid>`.
    pub(super) format: Option<String>,
    /// The items of an array.
    pub(super) items: Option<Type>,
}

/// A union of types in a fixed order. Without members, it admits nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Type(pub(super) Vec<Term>);

impl Type {
    /// Returns the text without the items of arrays.
    pub(super) fn outer(&self) -> String {
        let outer = |term: &Term| Term { items: None, ..term.clone() };
        Self(self.0.iter().map(outer).collect()).to_string()
    }

    /// Returns whether a member is an array.
    pub(super) fn is_array(&self) -> bool {
        self.0.iter().any(|term| term.json == JsonType::Array)
    }
}

impl FromStr for Type {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut terms = text.split('|').map(term).collect::<Result<Vec<_>, _>>()?;
        terms.sort();
        Ok(Self(terms))
    }
}

impl TryFrom<String> for Type {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

fn term(text: &str) -> anyhow::Result<Term> {
    let text = text.trim();
    if let Some(item) = text.strip_suffix("[]") {
        return Ok(Term { json: JsonType::Array, format: None, items: Some(Type(vec![term(item)?])) });
    }
    let (name, format) = match text.split_once('<') {
        Some((name, rest)) => {
            let format = rest.strip_suffix('>').with_context(|| format!("`{text}` has no closing `>`"))?;
            (name, Some(format.to_owned()))
        }
        None => (text, None),
    };
    let json = JsonType::named(name).with_context(|| format!("`{name}` is not a JSON type"))?;
    Ok(Term { json, format, items: None })
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.items, &self.format) {
            (Some(items), _) if items.0.len() == 1 => write!(f, "{items}[]"),
            (Some(items), _) => write!(f, "({items})[]"),
            (None, Some(format)) => write!(f, "{}<{format}>", self.json.name()),
            (None, None) => f.write_str(self.json.name()),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let terms: Vec<String> = self.0.iter().map(Term::to_string).collect();
        f.write_str(if terms.is_empty() { "nothing" } else { "" })?;
        f.write_str(&terms.join(" | "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_is_displayed_as_it_is_written() {
        for text in ["string", "string<date-time> | null", "string[]", "object[] | null", "boolean | string"]
        {
            assert_eq!(text.parse::<Type>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn error_names_the_mistake() {
        let error = |text: &str| text.parse::<Type>().unwrap_err().to_string();
        assert_eq!(error("strnig"), "`strnig` is not a JSON type");
        assert_eq!(error("string<uuid"), "`string<uuid` has no closing `>`");
    }
}
