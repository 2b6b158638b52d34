//! JSON Schema as a list of alternatives.
//!
//! `type` lists, `allOf`, `oneOf` and `anyOf` are different forms of the same schema. Schemas that are split into
//! alternatives of one type each can be compared independently of their form.

use serde_json::{Map, Value, json};

use super::description::{entries, list};

/// The types in the order of the notation, as in `string | null`. `number` includes `integer`.
const TYPES: [&str; 7] = ["boolean", "integer", "number", "string", "array", "object", "null"];

/// The keywords that apply only to some types.
const KEYWORDS: [(&str, &str); 5] = [
    ("string", "maxLength minLength pattern contentEncoding contentMediaType contentSchema"),
    ("number", "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"),
    ("string number", "format"),
    (
        "array",
        "items maxItems minItems uniqueItems contains minContains maxContains prefixItems unevaluatedItems",
    ),
    (
        "object",
        "properties required additionalProperties propertyNames patternProperties maxProperties minProperties \
         dependentRequired dependentSchemas unevaluatedProperties",
    ),
];

/// The keywords that refuse no value.
const ANNOTATIONS: &str = "type title description default example examples deprecated writeOnly externalDocs xml discriminator $comment";

/// Formats of numbers that only tell generators which type to use.
const NUMBER_FORMATS: [&str; 4] = ["int32", "int64", "float", "double"];

/// The values of one type that a schema admits: its keywords, with one name as the `type`.
#[derive(Clone, Debug)]
pub(super) struct Alternative(Value);

/// Splits a schema into alternatives.
pub(super) fn alternatives(schema: &Value) -> Vec<Alternative> {
    let types: Vec<&str> = match &schema["type"] {
        _ if schema == &Value::Bool(false) => Vec::new(),
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => TYPES.into_iter().filter(|name| *name != "integer").collect(),
    };
    let mut all: Vec<_> = types.into_iter().map(|name| Alternative::new(name, schema)).collect();
    for branch in list(schema, "allOf") {
        all = meet(&all, &alternatives(branch));
    }
    for keyword in ["anyOf", "oneOf"].into_iter().filter(|keyword| schema.get(keyword).is_some()) {
        let branches: Vec<_> = list(schema, keyword).map(alternatives).collect();
        let mut joined = branches.concat();
        // `oneOf` refuses values that two branches admit, so it limits a type that two branches have.
        for alternative in joined.iter_mut().filter(|_| keyword == "oneOf") {
            let has_type = |other: &Alternative| common_type(other.name(), alternative.name()).is_some();
            if branches.iter().filter(|branch| branch.iter().any(has_type)).count() > 1 {
                alternative.0["oneOf"] = json!("branches with the same type");
            }
        }
        all = meet(&all, &joined);
    }
    all
}

/// Returns the alternatives of the values that both sides admit.
fn meet(one: &[Alternative], two: &[Alternative]) -> Vec<Alternative> {
    one.iter().flat_map(|one| two.iter().filter_map(|two| one.meet(two))).collect()
}

/// Returns the type of the values that have both types: an integer is a number.
fn common_type<'n>(one: &'n str, two: &'n str) -> Option<&'n str> {
    match (one, two) {
        ("integer", "number") | ("number", "integer") => Some("integer"),
        _ => (one == two).then_some(one),
    }
}

impl Alternative {
    fn new(name: &str, schema: &Value) -> Self {
        let applies = |keyword: &str| {
            let (types, _) =
                KEYWORDS.into_iter().find(|(_, keywords)| keywords.split(' ').any(|k| k == keyword))?;
            Some(types.split(' ').any(|json| common_type(json, name).is_some()))
        };
        let keywords = schema.as_object().into_iter().flatten();
        let keywords = keywords.filter(|(keyword, _)| {
            !["allOf", "anyOf", "oneOf"].contains(&keyword.as_str()) && applies(keyword).unwrap_or(true)
        });
        let mut own: Map<String, Value> = keywords.map(|(key, value)| (key.clone(), value.clone())).collect();
        own.insert("type".to_owned(), name.into());
        Self(own.into())
    }

    fn meet(&self, other: &Self) -> Option<Self> {
        let name = common_type(self.name(), other.name())?;
        let mut met = self.0.clone();
        for (keyword, value) in other.0.as_object().into_iter().flatten() {
            match (keyword.as_str(), &mut met[keyword], value) {
                ("properties", Value::Object(own), Value::Object(others)) => {
                    for (key, schema) in others {
                        let both = own
                            .get(key)
                            .map_or_else(|| schema.clone(), |own| json!({"allOf": [own, schema]}));
                        own.insert(key.clone(), both);
                    }
                }
                ("required", Value::Array(own), Value::Array(others)) => own.extend(others.iter().cloned()),
                (_, own, _) if own.is_null() || own == value => *own = value.clone(),
                (_, own, _) => *own = json!({"allOf": [own, value]}),
            }
        }
        met["type"] = name.into();
        Some(Self(met))
    }

    /// Returns the type.
    pub(super) fn name(&self) -> &str {
        self.0["type"].as_str().unwrap_or_default()
    }

    /// Returns the value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&Value> {
        self.0.get(keyword)
    }

    /// Returns whether this object requires a key.
    pub(super) fn requires(&self, key: &str) -> bool {
        list(&self.0, "required").any(|required| required == key)
    }

    /// Returns the keys of this object, including those that are only required.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        let required = list(&self.0, "required").filter_map(Value::as_str);
        entries(&self.0, "properties").map(|(key, _)| key.as_str()).chain(required)
    }

    /// Returns the keywords that refuse values. An unknown keyword does.
    pub(super) fn limits(&self) -> impl Iterator<Item = (&str, &Value)> {
        let keywords =
            self.0.as_object().into_iter().flatten().map(|(keyword, value)| (keyword.as_str(), value));
        keywords.filter(|(keyword, value)| {
            !ANNOTATIONS.split(' ').any(|k| k == *keyword)
                && !keyword.starts_with("x-")
                && !refuses_nothing(keyword, value)
        })
    }

    /// Returns the type in the notation of the promises, such as `string<uuid>` or `string[]`.
    fn notation(&self) -> String {
        let format =
            self.get("format").filter(|format| !NUMBER_FORMATS.iter().any(|number| format == number));
        match (self.get("items").filter(|items| items != &&json!({})), format) {
            (Some(items), _) => match notation(&alternatives(items)) {
                items if items.contains(" | ") => format!("({items})[]"),
                items => format!("{items}[]"),
            },
            (None, Some(format)) => {
                format!("{}<{}>", self.name(), format.as_str().unwrap_or("several formats"))
            }
            (None, None) => self.name().to_owned(),
        }
    }
}

/// Returns the union of the types of the alternatives.
pub(super) fn notation(alternatives: &[Alternative]) -> String {
    let position = |alternative: &Alternative| TYPES.iter().position(|name| *name == alternative.name());
    let mut terms: Vec<_> = alternatives.iter().map(|a| (position(a), a.notation())).collect();
    terms.sort();
    terms.dedup();
    let terms: Vec<String> = terms.into_iter().map(|(_, term)| term).collect();
    if terms.is_empty() { "nothing".to_owned() } else { terms.join(" | ") }
}

/// Returns whether the keyword with this value refuses nothing. Generators add `propertyNames: {type: string}` to maps.
fn refuses_nothing(keyword: &str, value: &Value) -> bool {
    let admits = |name: &str| {
        alternatives(value)
            .iter()
            .any(|alternative| alternative.name() == name && alternative.limits().count() == 0)
    };
    match keyword {
        "items" | "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => {
            TYPES.into_iter().all(|name| name == "integer" || admits(name))
        }
        "propertyNames" => admits("string"),
        "properties" | "required" => value == &json!({}) || value == &json!([]),
        "uniqueItems" | "readOnly" => value == &json!(false),
        "minLength" | "minItems" | "minProperties" => value == &json!(0),
        _ => false,
    }
}
