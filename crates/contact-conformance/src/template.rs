//! JSON values with variables, as in the cases.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Number, Value};
use yaml_serde::Value as Yaml;

use crate::variables::{Unknown, Variables};

/// A JSON value with variables. `{name}` is replaced by the value of a variable, in keys and in texts. A text that
/// consists of one variable becomes its value, which may be a number or an object.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Yaml")]
pub(crate) enum Template {
    Plain(Value),
    Text(String),
    List(Vec<Template>),
    Object(IndexMap<String, Template>),
    /// `!repeat [x, 3]`: the text three times.
    Repeat(Box<[Template; 2]>),
    /// `!many [x, 3]`: a list of three values, in which `{number}` counts from 0.
    Many(Box<[Template; 2]>),
    /// `!concat [x, y]`: the concatenated texts.
    Concat(Vec<Template>),
    /// `!with ["{before}", { notes: x }]`: the object with these keys added or replaced.
    With(Box<[Template; 2]>),
}

impl TryFrom<Yaml> for Template {
    type Error = String;

    fn try_from(yaml: Yaml) -> Result<Self, String> {
        Ok(match yaml {
            Yaml::Null => Self::Plain(Value::Null),
            Yaml::Bool(value) => Self::Plain(value.into()),
            Yaml::Number(number) => Self::Plain(json_number(&number)?.into()),
            Yaml::String(text) => Self::Text(text),
            Yaml::Sequence(entries) => Self::List(templates(entries)?),
            Yaml::Mapping(mapping) => {
                let entries = mapping.into_iter().map(|(key, value)| Ok((name(key)?, value.try_into()?)));
                Self::Object(entries.collect::<Result<_, String>>()?)
            }
            Yaml::Tagged(tagged) => {
                let tag = tagged.tag.to_string();
                let Yaml::Sequence(arguments) = tagged.value else {
                    return Err(format!("{tag} takes a list"));
                };
                let arguments = templates(arguments)?;
                let two = |arguments: Vec<Self>| <[Self; 2]>::try_from(arguments).map(Box::new);
                let takes_two = |_| format!("{tag} takes what and how often");
                match tag.as_str() {
                    "!repeat" => Self::Repeat(two(arguments).map_err(takes_two)?),
                    "!many" => Self::Many(two(arguments).map_err(takes_two)?),
                    "!with" => Self::With(two(arguments).map_err(|_| "!with takes two objects".to_owned())?),
                    "!concat" => Self::Concat(arguments),
                    _ => return Err(format!("{tag} makes no value")),
                }
            }
        })
    }
}

fn templates(entries: Vec<Yaml>) -> Result<Vec<Template>, String> {
    entries.into_iter().map(Template::try_from).collect()
}

/// Returns the key of an object.
pub(crate) fn name(key: Yaml) -> Result<String, String> {
    match key {
        Yaml::String(text) => Ok(text),
        other => Err(format!("{other:?} is no key: put it into quotes")),
    }
}

fn json_number(number: &yaml_serde::Number) -> Result<Number, String> {
    let whole = number.as_i64().map(Number::from).or_else(|| number.as_u64().map(Number::from));
    let any = whole.or_else(|| number.as_f64().and_then(Number::from_f64));
    any.ok_or_else(|| format!("{number} is no number of JSON"))
}

impl Template {
    /// Returns the value with the values of the variables.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn render(&self, variables: &mut Variables) -> Result<Value, Unknown> {
        Ok(match self {
            Self::Plain(value) => value.clone(),
            Self::Text(text) => variables.value_of(text)?,
            Self::List(entries) => {
                let rendered = entries.iter().map(|entry| entry.render(variables));
                rendered.collect::<Result<Vec<_>, _>>()?.into()
            }
            Self::Object(entries) => {
                let mut object = Map::new();
                for (key, value) in entries {
                    object.insert(variables.text_of(key)?, value.render(variables)?);
                }
                object.into()
            }
            Self::Repeat(of) => of[0].text(variables)?.repeat(of[1].count(variables)?).into(),
            Self::Many(of) => {
                let count = of[1].count(variables)?;
                let mut list = Vec::with_capacity(count);
                for number in 0..count {
                    variables.set("number", number.into());
                    list.push(of[0].render(variables)?);
                }
                list.into()
            }
            Self::Concat(parts) => {
                let mut text = String::new();
                for part in parts {
                    text += &part.text(variables)?;
                }
                text.into()
            }
            Self::With(of) => match (of[0].render(variables)?, of[1].render(variables)?) {
                (Value::Object(mut object), Value::Object(further)) => {
                    object.extend(further);
                    object.into()
                }
                (other, _) => return Err(Unknown(format!("{other} is no object"))),
            },
        })
    }

    /// Returns a text as it is, and any other value as JSON text.
    ///
    /// # Errors
    /// A variable has no value.
    pub(crate) fn text(&self, variables: &mut Variables) -> Result<String, Unknown> {
        Ok(match self.render(variables)? {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    fn count(&self, variables: &mut Variables) -> Result<usize, Unknown> {
        let count = self.render(variables)?;
        let count = count.as_u64().and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| Unknown(format!("{self:?} is no count")))
    }

    /// Collects every text that may contain variables.
    pub(crate) fn texts<'t>(&'t self, found: &mut Vec<&'t str>) {
        match self {
            Self::Plain(_) => {}
            Self::Text(text) => found.push(text),
            Self::List(entries) | Self::Concat(entries) => {
                entries.iter().for_each(|entry| entry.texts(found));
            }
            Self::Object(entries) => entries.iter().for_each(|(key, value)| {
                found.push(key);
                value.texts(found);
            }),
            Self::Repeat(of) | Self::Many(of) | Self::With(of) => {
                of.iter().for_each(|entry| entry.texts(found))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rendered(yaml: &str) -> Value {
        let template: Template = yaml_serde::from_str(yaml).unwrap();
        let mut variables = Variables::default();
        variables.set("name", json!("Jane"));
        variables.set("contact", json!({ "tags": ["vip", 7] }));
        template.render(&mut variables).unwrap()
    }

    #[test]
    fn variables_are_replaced_in_texts_in_keys_and_as_whole_values() {
        assert_eq!(
            rendered("{ '{name}': '{name} Doe', n: 1, x: null }"),
            json!({ "Jane": "Jane Doe", "n": 1, "x": null })
        );
        assert_eq!(rendered("'{contact}'"), json!({ "tags": ["vip", 7] }));
        assert_eq!(
            rendered("['{contact.tags}', 'all: {contact.tags}']"),
            json!([["vip", 7], "all: [\"vip\",7]"])
        );
        assert_eq!(rendered(r#"'{"name": 1} { name }'"#), json!(r#"{"name": 1} { name }"#));
    }

    #[test]
    fn tags_create_long_values() {
        assert_eq!(rendered("!repeat [ab, 3]"), json!("ababab"));
        assert_eq!(rendered("!many ['tag {number}', 2]"), json!(["tag 0", "tag 1"]));
        assert_eq!(
            rendered("{ a: !concat ['<', !repeat ['{name}', 2], '>'] }"),
            json!({ "a": "<JaneJane>" })
        );
    }

    #[test]
    fn keys_of_an_object_are_added_and_replaced() {
        assert_eq!(rendered("!with ['{contact}', { tags: [], n: 1 }]"), json!({ "tags": [], "n": 1 }));
    }

    #[test]
    fn invalid_templates_are_refused() {
        for yaml in ["!uuid", "!repeat [x]", "!with [x]", "!many x", "{ 1: x }", "!nonsense [x]"] {
            assert!(yaml_serde::from_str::<Template>(yaml).is_err(), "{yaml}");
        }
    }
}
