//! JSON Schema, read as a list of alternatives.
//!
//! `type` arrays, `$ref`, `allOf`, `oneOf` and `anyOf` are many ways to write the same thing. Taken
//! apart into alternatives of one JSON type each, two schemas can be compared whatever way they
//! were written.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::description::{Description, is_marked_extension};
use super::keywords;
use super::notation::{JsonType, Term, Type};

/// A schema that refers to itself without a property between never ends; no honest one nests this
/// deep.
const DEEPEST: usize = 32;

/// What a schema admits: any value that one of the alternatives admits.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema<'d> {
    pub(super) alternatives: Vec<Alternative<'d>>,
    /// Whether the schema, or one that it is put together of, says `x-extension: true`.
    pub(super) is_extension: bool,
}

/// The values of one JSON type that a schema admits.
#[derive(Clone, Debug)]
pub(super) struct Alternative<'d> {
    pub(super) json: JsonType,
    pub(super) formats: BTreeSet<&'d str>,
    /// Keywords that refuse values, as the schema writes them.
    pub(super) limits: BTreeMap<&'d str, &'d Value>,
    /// Each property with all schemas that it must satisfy at once.
    pub(super) properties: BTreeMap<&'d str, Vec<&'d Value>>,
    pub(super) required: BTreeSet<&'d str>,
    /// All schemas that an array's items must satisfy at once.
    pub(super) items: Vec<&'d Value>,
    /// Whether an object is said to hold keys beside its properties.
    pub(super) is_open: bool,
}

impl<'d> Description<'d> {
    /// Reads the schema that satisfies all of these at once; none at all is the schema that admits
    /// everything.
    pub(super) fn schema(self, conjuncts: &[&'d Value]) -> Schema<'d> {
        conjuncts
            .iter()
            .map(|schema| self.read(schema, 0))
            .reduce(Schema::meet)
            .unwrap_or_else(Schema::anything)
    }

    fn read(self, schema: &'d Value, depth: usize) -> Schema<'d> {
        if depth > DEEPEST || schema == &Value::Bool(false) {
            return Schema::default();
        }
        let mut read = Schema::own(schema);
        if schema.get("$ref").is_some() {
            // Nowhere to go: admits nothing, so that whatever was promised here shows as broken.
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
    /// Admits every value.
    fn anything() -> Self {
        Self {
            alternatives: JsonType::ANY.into_iter().map(Alternative::unlimited).collect(),
            is_extension: false,
        }
    }

    /// What the schema says by itself, its references and branches left aside.
    fn own(schema: &'d Value) -> Self {
        let types: Vec<JsonType> = match schema.get("type") {
            Some(Value::String(name)) => JsonType::named(name).into_iter().collect(),
            Some(Value::Array(names)) => {
                names.iter().filter_map(|name| JsonType::named(name.as_str()?)).collect()
            }
            _ => JsonType::ANY.to_vec(),
        };
        Self {
            alternatives: types.into_iter().map(|json| Alternative::own(json, schema)).collect(),
            is_extension: is_marked_extension(schema),
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

    /// Admits what either admits.
    pub(super) fn join(mut self, other: Self) -> Self {
        self.alternatives.extend(other.alternatives);
        self.is_extension |= other.is_extension;
        self
    }

    /// Whether nothing at all is refused.
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

    /// The alternatives of one JSON type.
    pub(super) fn of(&self, json: JsonType) -> impl Iterator<Item = &Alternative<'d>> {
        self.alternatives.iter().filter(move |a| a.json == json)
    }

    /// The schema's type in the notation of the promises.
    pub(super) fn notation(&self, description: Description<'d>) -> Type {
        let mut terms: Vec<Term> = Vec::new();
        for alternative in &self.alternatives {
            // Formats in a list of one or none; several at once have no notation, and no use.
            let format = alternative.formats.iter().next().map(|f| (*f).to_owned());
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

    fn own(json: JsonType, schema: &'d Value) -> Self {
        let mut own = Self::unlimited(json);
        let Some(keywords) = schema.as_object() else {
            return own;
        };
        for (keyword, value) in keywords {
            let keyword = keyword.as_str();
            if keywords::limits(keyword, value, json) {
                own.limits.insert(keyword, value);
            }
        }
        match json {
            JsonType::String | JsonType::Number | JsonType::Integer => {
                own.formats.extend(schema.get("format").and_then(Value::as_str));
            }
            JsonType::Array => own.items.extend(schema.get("items")),
            JsonType::Object => {
                let properties = super::description::entries(schema.get("properties"));
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

/// `oneOf` refuses a value that two branches admit, so a type that stands in two of them is limited
/// by the `oneOf`.
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
