//! JSON Schema as a list of alternatives.
//!
//! `type` lists, `$ref`, `allOf`, `oneOf` and `anyOf` are different forms of the same schema. Schemas that are split into
//! alternatives of one type each can be compared independently of their form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::description::{Description, entries, is_extension};
use super::keywords;
use super::notation::{JsonType, Term, Type};

/// The maximum depth of schemas in a schema, because a schema may refer to itself.
const MAX_DEPTH: usize = 32;

/// Formats of numbers that only tell generators which type to use.
const NUMBER_FORMATS: [&str; 4] = ["int32", "int64", "float", "double"];

/// A schema, which admits the values that one of the alternatives admits.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema<'d> {
    pub(super) alternatives: Vec<Alternative<'d>>,
    /// Whether the schema, or one that it consists of, has the mark `x-extension: true`.
    pub(super) is_extension: bool,
}

/// The values of one JSON type that a schema admits.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'d> {
    pub(super) json: JsonType,
    pub(super) formats: BTreeSet<&'d str>,
    /// The keywords that refuse values.
    pub(super) limits: BTreeMap<&'d str, &'d Value>,
    /// The properties, each with all schemas that it must satisfy.
    pub(super) properties: BTreeMap<&'d str, Vec<&'d Value>>,
    pub(super) required: BTreeSet<&'d str>,
    /// All schemas that the items of an array must satisfy.
    pub(super) items: Vec<&'d Value>,
    /// Whether `additionalProperties` allows other keys.
    pub(super) is_open: bool,
}

impl<'d> Description<'d> {
    /// Returns the schema of the values that satisfy all these schemas. Without schemas, it admits everything.
    pub(super) fn schema(self, conjuncts: &[&'d Value]) -> Schema<'d> {
        conjuncts
            .iter()
            .map(|schema| self.read(schema, 0))
            .reduce(Schema::meet)
            .unwrap_or_else(Schema::anything)
    }

    fn read(self, schema: &'d Value, depth: usize) -> Schema<'d> {
        if depth > MAX_DEPTH || schema == &Value::Bool(false) {
            return Schema::default();
        }
        let mut read = Schema::own(self, schema);
        if schema.get("$ref").is_some() {
            // A reference without a target admits nothing, so that it differs from every promise.
            let target = self.target(schema).map(|target| self.read(target, depth + 1));
            read = read.meet(target.unwrap_or_default());
        }
        let branches = |keyword: &str| {
            let list = schema.get(keyword).and_then(Value::as_array);
            list.map(|list| list.iter().map(|branch| self.read(branch, depth + 1)).collect::<Vec<_>>())
        };
        for branch in branches("allOf").into_iter().flatten() {
            read = read.meet(branch);
        }
        if let Some(branches) = branches("anyOf") {
            read = read.meet(branches.into_iter().fold(Schema::default(), Schema::join));
        }
        if let Some(branches) = branches("oneOf") {
            read = read.meet(exactly_one(&branches, schema));
        }
        read
    }
}

impl<'d> Schema<'d> {
    /// Returns the schema that admits every value.
    fn anything() -> Self {
        Self {
            alternatives: JsonType::ANY.into_iter().map(Alternative::unlimited).collect(),
            is_extension: false,
        }
    }

    /// Returns the schema without its references and branches.
    fn own(description: Description<'d>, schema: &'d Value) -> Self {
        let types: Vec<JsonType> = match schema.get("type") {
            Some(Value::String(name)) => JsonType::named(name).into_iter().collect(),
            Some(Value::Array(names)) => {
                names.iter().filter_map(|name| JsonType::named(name.as_str()?)).collect()
            }
            _ => JsonType::ANY.to_vec(),
        };
        Self {
            alternatives: types.into_iter().map(|json| Alternative::own(description, json, schema)).collect(),
            is_extension: is_extension(schema),
        }
    }

    fn meet(self, other: Self) -> Self {
        let pairs =
            self.alternatives.iter().flat_map(|one| other.alternatives.iter().map(move |two| one.meet(two)));
        Self {
            alternatives: pairs.flatten().collect(),
            is_extension: self.is_extension || other.is_extension,
        }
    }

    /// Returns the schema of the values that one of the two admits.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.alternatives.extend(other.alternatives);
        self.is_extension |= other.is_extension;
        self
    }

    /// Returns whether the schema admits every value.
    pub(super) fn is_anything(&self) -> bool {
        JsonType::ANY.into_iter().all(|json| {
            self.of(json).any(|a| {
                a.limits.is_empty()
                    && a.formats.is_empty()
                    && a.properties.is_empty()
                    && a.required.is_empty()
                    && a.items.is_empty()
            })
        })
    }

    /// Returns the alternatives of a type.
    pub(super) fn of(&self, json: JsonType) -> impl Iterator<Item = &Alternative<'d>> {
        self.alternatives.iter().filter(move |a| a.json == json)
    }

    /// Returns the keys of the object, including those that are only required.
    pub(super) fn keys(&self) -> BTreeSet<&'d str> {
        let objects = self.of(JsonType::Object);
        objects.flat_map(|object| object.properties.keys().chain(&object.required)).copied().collect()
    }

    /// Returns the schema of a key, if every form of the object has it.
    pub(super) fn property(&self, description: Description<'d>, key: &str) -> Option<Self> {
        let schemas = self.of(JsonType::Object).map(|object| object.properties.get(key));
        let schemas: Option<Vec<Self>> = schemas.map(|schemas| Some(description.schema(schemas?))).collect();
        schemas?.into_iter().reduce(Self::join)
    }

    /// Returns the type in the notation of the promises.
    pub(super) fn notation(&self, description: Description<'d>) -> Type {
        let mut terms: Vec<Term> = Vec::new();
        for alternative in &self.alternatives {
            let formats = alternative.formats.iter().filter(|format| !NUMBER_FORMATS.contains(format));
            let format = formats.copied().reduce(|_, _| "several").map(str::to_owned);
            let is_array = alternative.json == JsonType::Array && !alternative.items.is_empty();
            let items = is_array.then(|| description.schema(&alternative.items).notation(description));
            terms.push(Term { json: alternative.json, format, items });
        }
        terms.sort();
        terms.dedup();
        Type(terms)
    }
}

impl<'d> Alternative<'d> {
    /// Returns the limits on values of a promised type, including another format, and keys for an object.
    pub(super) fn limits_beyond(&self, promised: &Term) -> BTreeMap<&'d str, Value> {
        let mut limits: BTreeMap<_, _> =
            self.limits.iter().map(|(keyword, value)| (*keyword, (*value).clone())).collect();
        let mut formats = self.formats.iter().filter(|format| promised.format.as_deref() != Some(format));
        limits.extend(formats.next().map(|format| ("format", Value::from(*format))));
        let (properties, required) = (self.properties.keys(), self.required.iter());
        let names = [
            ("properties", properties.copied().collect::<Vec<_>>()),
            ("required", required.copied().collect()),
        ];
        limits.extend(
            names
                .into_iter()
                .filter(|(_, names)| !names.is_empty())
                .map(|(word, names)| (word, names.into())),
        );
        limits
    }

    fn unlimited(json: JsonType) -> Self {
        Self {
            json,
            formats: BTreeSet::new(),
            limits: BTreeMap::new(),
            properties: BTreeMap::new(),
            required: BTreeSet::new(),
            items: Vec::new(),
            is_open: false,
        }
    }

    fn own(description: Description<'d>, json: JsonType, schema: &'d Value) -> Self {
        let mut own = Self::unlimited(json);
        let Some(keywords) = schema.as_object() else {
            return own;
        };
        for (keyword, value) in keywords {
            let keyword = keyword.as_str();
            if keywords::is_limit(description, keyword, value, json) {
                own.limits.insert(keyword, value);
            }
        }
        match json {
            JsonType::String | JsonType::Number | JsonType::Integer => {
                own.formats.extend(schema.get("format").and_then(Value::as_str));
            }
            // Empty items refuse nothing.
            JsonType::Array => {
                own.items.extend(schema.get("items").filter(|items| items.as_object() != Some(&Map::new())));
            }
            JsonType::Object => {
                let properties = entries(schema.get("properties"));
                own.properties = properties.map(|(key, value)| (key.as_str(), vec![value])).collect();
                let required = schema.get("required").and_then(Value::as_array);
                let others = schema.get("additionalProperties");
                own.is_open = others.is_some_and(|others| others != &Value::Bool(false));
                own.required = required.into_iter().flatten().filter_map(Value::as_str).collect();
            }
            JsonType::Boolean | JsonType::Null => {}
        }
        own
    }

    fn meet(&self, other: &Self) -> Option<Self> {
        let mut met = self.clone();
        met.json = self.json.meet(other.json)?;
        met.formats.extend(&other.formats);
        met.limits.extend(&other.limits);
        for (key, schemas) in &other.properties {
            met.properties.entry(key).or_default().extend(schemas);
        }
        met.required.extend(&other.required);
        met.items.extend(&other.items);
        met.is_open |= other.is_open;
        Some(met)
    }
}

/// Returns the schema of `oneOf`. It refuses values that two branches admit, so it limits a type that two branches
/// have.
fn exactly_one<'d>(branches: &[Schema<'d>], schema: &'d Value) -> Schema<'d> {
    let mut joined = branches.iter().cloned().fold(Schema::default(), Schema::join);
    for alternative in &mut joined.alternatives {
        let admitting = branches.iter().filter(|branch| {
            let meets = |a: &Alternative<'_>| a.json.meet(alternative.json).is_some();
            branch.alternatives.iter().any(meets)
        });
        if admitting.count() > 1 {
            alternative.limits.insert("oneOf", &schema["oneOf"]);
        }
    }
    joined
}
