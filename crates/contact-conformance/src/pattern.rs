//! Patterns of JSON values.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use yaml_serde::Value as Yaml;

use crate::kind::Kind;
use crate::mismatch::Mismatch;
use crate::template::{Template, name};
use crate::variables::{Unknown, Variables};

/// A pattern of a JSON value: a literal value, or a tag for a kind of value. An object may have further keys, unless
/// it is tagged `!exactly`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Yaml")]
pub(crate) enum Pattern {
    /// A literal value. An object from a variable must have no other keys.
    Is(Template),
    /// A list with exactly these entries.
    List(Vec<Pattern>),
    /// An object with these keys, and no others if it is tagged `!exactly`.
    Object { keys: IndexMap<String, Pattern>, exactly: bool },
    /// `!uuid`, `!time` and so on: a value of this kind.
    Kind(Kind),
    /// `!absent`: the key does not exist.
    Absent,
    /// `!each X`: a list whose entries all match.
    Each(Box<Pattern>),
    /// `!one_of [X, Y]`
    OneOf(Vec<Pattern>),
    /// `!not X`: the value exists and does not match.
    Not(Box<Pattern>),
    /// `!containing [x, y]`: a text that contains these, or a list with matching entries.
    Containing(Vec<Pattern>),
}

impl TryFrom<Yaml> for Pattern {
    type Error = String;

    fn try_from(yaml: Yaml) -> Result<Self, String> {
        let tagged = match yaml {
            Yaml::Sequence(entries) => return Ok(Self::List(patterns(entries)?)),
            Yaml::Mapping(keys) => return Ok(Self::Object { keys: entries(keys)?, exactly: false }),
            Yaml::Tagged(tagged) => *tagged,
            plain => return Template::try_from(plain).map(Self::Is),
        };
        let tag = tagged.tag.to_string();
        if let Some(kind) = Kind::of_tag(&tag) {
            return Ok(Self::Kind(kind));
        }
        match (tag.as_str(), tagged.value) {
            ("!absent", _) => Ok(Self::Absent),
            ("!exactly", Yaml::Mapping(keys)) => Ok(Self::Object { keys: entries(keys)?, exactly: true }),
            ("!each", expected) => Ok(Self::Each(Box::new(expected.try_into()?))),
            ("!not", expected) => Ok(Self::Not(Box::new(expected.try_into()?))),
            ("!one_of", Yaml::Sequence(expected)) => Ok(Self::OneOf(patterns(expected)?)),
            ("!containing", Yaml::Sequence(parts)) => Ok(Self::Containing(patterns(parts)?)),
            ("!containing", part) => Ok(Self::Containing(vec![part.try_into()?])),
            (_, value) => {
                let tagged = yaml_serde::value::TaggedValue { tag: tagged.tag, value };
                Template::try_from(Yaml::Tagged(Box::new(tagged))).map(Self::Is)
            }
        }
    }
}

fn patterns(entries: Vec<Yaml>) -> Result<Vec<Pattern>, String> {
    entries.into_iter().map(Pattern::try_from).collect()
}

fn entries(mapping: yaml_serde::Mapping) -> Result<IndexMap<String, Pattern>, String> {
    mapping.into_iter().map(|(key, value)| Ok((name(key)?, Pattern::try_from(value)?))).collect()
}

impl Pattern {
    /// Adds the differences of a value at the place `at`.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn compare(
        &self,
        at: &str,
        found: Option<&Value>,
        variables: &mut Variables,
        mismatches: &mut Vec<Mismatch>,
    ) -> Result<(), Unknown> {
        let mut differs = |expected: String| mismatches.push(Mismatch::of_value(at, expected, found));
        match (self, found) {
            (Self::Absent, None) => {}
            (Self::Absent, Some(_)) => differs("nothing".to_owned()),
            (Self::Is(template), _) => {
                compare_values(at, &template.render(variables)?, found, mismatches);
            }
            (Self::Kind(kind), _) => {
                if !found.is_some_and(|found| kind.is(found)) {
                    differs(kind.words().to_owned());
                }
            }
            (Self::List(expected), Some(Value::Array(entries))) if expected.len() == entries.len() => {
                for (place, (expected, entry)) in expected.iter().zip(entries).enumerate() {
                    expected.compare(&format!("{at}/{place}"), Some(entry), variables, mismatches)?;
                }
            }
            (Self::List(expected), _) => differs(format!("a list of {}", expected.len())),
            (Self::Each(expected), Some(Value::Array(entries))) => {
                for (place, entry) in entries.iter().enumerate() {
                    expected.compare(&format!("{at}/{place}"), Some(entry), variables, mismatches)?;
                }
            }
            (Self::Each(_), _) => differs("a list".to_owned()),
            (Self::Object { keys, exactly }, Some(Value::Object(object))) => {
                compare_objects(at, keys, *exactly, object, variables, mismatches)?;
            }
            (Self::Object { .. }, _) => differs("an object".to_owned()),
            (Self::OneOf(alternatives), _) => {
                let mut words = Vec::new();
                for alternative in alternatives {
                    if alternative.fits(found, variables)? {
                        return Ok(());
                    }
                    words.push(alternative.words(variables)?);
                }
                differs(words.join(" or "));
            }
            (Self::Not(unexpected), _) => {
                if found.is_none() || unexpected.fits(found, variables)? {
                    differs(format!("anything but {}", unexpected.words(variables)?));
                }
            }
            (Self::Containing(parts), _) => {
                for part in parts {
                    if !part.is_in(found, variables)? {
                        differs(format!("with {} in it", part.words(variables)?));
                    }
                }
            }
        }
        Ok(())
    }

    fn fits(&self, found: Option<&Value>, variables: &mut Variables) -> Result<bool, Unknown> {
        let mut mismatches = Vec::new();
        self.compare("", found, variables, &mut mismatches)?;
        Ok(mismatches.is_empty())
    }

    /// Returns true if a text contains this text, or a list contains this entry.
    fn is_in(&self, found: Option<&Value>, variables: &mut Variables) -> Result<bool, Unknown> {
        match (found, self) {
            (Some(Value::String(text)), Self::Is(part)) => Ok(text.contains(&part.text(variables)?)),
            (Some(Value::Array(entries)), _) => {
                for entry in entries {
                    if self.fits(Some(entry), variables)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => Ok(false),
        }
    }

    /// Returns a description for reports.
    fn words(&self, variables: &mut Variables) -> Result<String, Unknown> {
        Ok(match self {
            Self::Is(template) => template.render(variables)?.to_string(),
            Self::Kind(kind) => kind.words().to_owned(),
            Self::Absent => "nothing".to_owned(),
            Self::List(expected) => format!("a list of {}", expected.len()),
            Self::Object { keys, .. } => {
                format!("an object with {}", keys.keys().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            Self::Each(_) | Self::OneOf(_) | Self::Not(_) | Self::Containing(_) => {
                "the value in the case".to_owned()
            }
        })
    }

    /// Collects every text that may contain variables.
    pub(crate) fn texts<'p>(&'p self, found: &mut Vec<&'p str>) {
        match self {
            Self::Is(template) => template.texts(found),
            Self::Kind(_) | Self::Absent => {}
            Self::List(entries) | Self::OneOf(entries) | Self::Containing(entries) => {
                entries.iter().for_each(|entry| entry.texts(found));
            }
            Self::Object { keys, .. } => keys.iter().for_each(|(key, value)| {
                found.push(key);
                value.texts(found);
            }),
            Self::Each(expected) | Self::Not(expected) => expected.texts(found),
        }
    }
}

fn compare_objects(
    at: &str,
    keys: &IndexMap<String, Pattern>,
    exactly: bool,
    object: &Map<String, Value>,
    variables: &mut Variables,
    mismatches: &mut Vec<Mismatch>,
) -> Result<(), Unknown> {
    let mut expected = Vec::new();
    for (key, value) in keys {
        let key = variables.text_of(key)?;
        value.compare(&format!("{at}/{key}"), object.get(&key), variables, mismatches)?;
        expected.push(key);
    }
    if exactly {
        for (key, value) in object.iter().filter(|(key, _)| !expected.contains(key)) {
            mismatches.push(Mismatch::of_value(
                &format!("{at}/{key}"),
                "no such key".to_owned(),
                Some(value),
            ));
        }
    }
    Ok(())
}

/// Adds the differences of two values. Objects are compared key by key.
pub(crate) fn compare_values(
    at: &str,
    expected: &Value,
    found: Option<&Value>,
    mismatches: &mut Vec<Mismatch>,
) {
    match (expected, found) {
        (Value::Object(expected), Some(Value::Object(object))) => {
            for (key, value) in expected {
                compare_values(&format!("{at}/{key}"), value, object.get(key), mismatches);
            }
            for (key, value) in object.iter().filter(|(key, _)| !expected.contains_key(*key)) {
                mismatches.push(Mismatch::of_value(
                    &format!("{at}/{key}"),
                    "no such key".to_owned(),
                    Some(value),
                ));
            }
        }
        _ if found.is_some_and(|found| same(expected, found)) => {}
        _ => mismatches.push(Mismatch::of_value(at, expected.to_string(), found)),
    }
}

/// Returns true if two values are equal. 1 and 1.0 are equal.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let has_same =
                |(key, value): (&String, &Value)| other.get(key).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(has_same)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests;
