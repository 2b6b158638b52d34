//! The API description as a document without references.

use serde_json::{Map, Value};

use super::Places;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Replaces every reference by its target, and returns the references without a target by their JSON pointers.
pub(super) fn resolve(root: &Value) -> (Value, Places) {
    let mut resolver = Resolver { root, open: Vec::new(), dangling: Places::new() };
    let resolved = resolver.resolve(root, "#");
    (resolved, resolver.dangling)
}

struct Resolver<'d> {
    root: &'d Value,
    /// The references whose targets contain the current value.
    open: Vec<&'d str>,
    dangling: Places,
}

impl<'d> Resolver<'d> {
    fn resolve(&mut self, value: &'d Value, at: &str) -> Value {
        match value {
            Value::Array(list) => {
                let list = list.iter().enumerate();
                list.map(|(index, value)| self.resolve(value, &format!("{at}/{index}"))).collect()
            }
            Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
                Some(reference) => self.follow(reference, object, at),
                None => self.resolve_object(object, at).into(),
            },
            other => other.clone(),
        }
    }

    fn resolve_object(&mut self, object: &'d Map<String, Value>, at: &str) -> Map<String, Value> {
        let step = |key: &str| key.replace('~', "~0").replace('/', "~1");
        let entries = object.iter();
        entries
            .map(|(key, value)| (key.clone(), self.resolve(value, &format!("{at}/{}", step(key)))))
            .collect()
    }

    /// Returns the target of a reference. In a schema, the keywords beside the reference apply too.
    fn follow(&mut self, reference: &'d str, object: &'d Map<String, Value>, at: &str) -> Value {
        if self.open.contains(&reference) {
            // A circle. No promise has the keyword `$ref`, so a documented place with it differs.
            return object.clone().into();
        }
        // A reference is a URI fragment, in which the braces of a path may be percent-encoded.
        let pointer = reference.replace("%7B", "{").replace("%7D", "}").replace("%25", "%");
        let Some(target) = pointer.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) else {
            self.dangling.insert(at.to_owned(), format!("`{reference}` does not exist"));
            // The schema `false` admits nothing, so that it differs from every promise.
            return false.into();
        };
        self.open.push(reference);
        let target = self.resolve(target, &pointer);
        self.open.pop();
        let mut beside = self.resolve_object(object, at);
        beside.remove("$ref");
        match target {
            Value::Object(mut target) if !beside.is_empty() => {
                let all_of = target.entry("allOf").or_insert_with(|| Value::Array(Vec::new()));
                all_of.as_array_mut().into_iter().for_each(|list| list.push(beside.clone().into()));
                target.into()
            }
            target => target,
        }
    }
}

/// Returns each operation by `METHOD /path/`, with its path item.
pub(super) fn operations(description: &Value) -> impl Iterator<Item = (String, &Value, &Value)> {
    entries(description, "paths").flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        let methods = methods.filter(|(method, _)| METHODS.contains(&method.as_str()));
        methods.map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), item, operation))
    })
}

/// Returns the entries of the object at a key, or none.
pub(super) fn entries<'v>(
    value: &'v Value,
    key: &str,
) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// Returns the members of the array at a key, or none.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// Returns whether the object is marked as an extension.
pub(super) fn is_extension(object: &Value) -> bool {
    object.get("x-extension") == Some(&Value::Bool(true))
}

/// Returns whether the status is that of an error. `default` is not, because it includes successes.
pub(super) fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5'])
}
