//! The short notation in which promises state types and the report repeats them:
//! `string<date-time> | null`, `string[]`, `boolean | string`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A JSON type, as JSON Schema names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JsonType {
    /// `boolean`
    Boolean,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `string`
    String,
    /// `array`
    Array,
    /// `object`
    Object,
    /// `null`; last, so that a union reads `string | null`.
    Null,
}

impl JsonType {
    /// Every type that an unrestricted schema admits; `number` stands for `integer` too.
    pub(super) const ANY: [Self; 6] =
        [Self::Boolean, Self::Number, Self::String, Self::Array, Self::Object, Self::Null];

    /// The name in JSON Schema.
    #[must_use]
    pub fn name(self) -> &'static str {
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

    /// The type of that name, if there is one.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ANY.into_iter().chain([Self::Integer]).find(|json| json.name() == name)
    }

    /// The type of the values that are both: an integer is a number.
    pub(super) fn meet(self, other: Self) -> Option<Self> {
        match (self, other) {
            (same, again) if same == again => Some(same),
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Some(Self::Integer),
            _ => None,
        }
    }
}

/// One member of a union: a JSON type with its format or its items.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The JSON type.
    pub json: JsonType,
    /// The format, as in `string<uuid>`.
    pub format: Option<String>,
    /// What an array holds; `None` where that is not said.
    pub items: Option<Type>,
}

/// A union of types. Without a member it admits nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Type(pub Vec<Term>);

impl Type {
    /// Whether the union has a member of this JSON type.
    #[must_use]
    pub fn has(&self, json: JsonType) -> bool {
        self.0.iter().any(|term| term.json == json)
    }
}

impl From<JsonType> for Type {
    fn from(json: JsonType) -> Self {
        Self(vec![Term { json, format: None, items: None }])
    }
}

impl FromStr for Type {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split('|').map(term).collect::<Result<_, _>>().map(Self)
    }
}

impl TryFrom<String> for Type {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

fn term(text: &str) -> Result<Term, String> {
    let text = text.trim();
    if let Some(item) = text.strip_suffix("[]") {
        return Ok(Term { json: JsonType::Array, format: None, items: Some(Type(vec![term(item)?])) });
    }
    let (name, format) = match text.split_once('<') {
        Some((name, rest)) => {
            let format = rest.strip_suffix('>').ok_or_else(|| format!("`{text}` lacks its closing `>`"))?;
            (name, Some(format.to_owned()))
        }
        None => (text, None),
    };
    let json = JsonType::named(name).ok_or_else(|| {
        format!("`{name}` is no JSON type; write for example `string<uuid>`, `string[]`, `object`")
    })?;
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
        if self.0.is_empty() {
            return f.write_str("nothing");
        }
        if JsonType::ANY.into_iter().all(|json| self.has(json)) {
            return f.write_str("any value");
        }
        for (index, term) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic fails the test")]
mod tests {
    use super::*;

    #[test]
    fn a_type_reads_and_prints_the_same() {
        for text in [
            "string",
            "string<date-time> | null",
            "string[]",
            "object[] | null",
            "string[][]",
            "boolean | string",
        ] {
            assert_eq!(text.parse::<Type>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_named() {
        assert!("strnig".parse::<Type>().unwrap_err().contains("`strnig`"));
        assert!("string<uuid".parse::<Type>().unwrap_err().contains("closing"));
    }
}
