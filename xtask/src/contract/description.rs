//! The API description as a document without references.

use serde_json::{Map, Value};

use super::places::Places;

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
        let object = match value {
            Value::Object(object) => object,
            Value::Array(list) => {
                let list = list.iter().enumerate();
                return list.map(|(index, value)| self.resolve(value, &format!("{at}/{index}"))).collect();
            }
            other => return other.clone(),
        };
        let mut own = Map::new();
        for (key, value) in object {
            let step = key.replace('~', "~0").replace('/', "~1");
            own.insert(key.clone(), self.resolve(value, &format!("{at}/{step}")));
        }
        let reference = object.get("$ref").and_then(Value::as_str);
        // In a circle, the reference remains. No promise has the keyword `$ref`, so a documented place differs.
        let Some(reference) = reference.filter(|reference| !self.open.contains(reference)) else {
            return own.into();
        };
        // A reference is a URI fragment, in which the braces of a path may be percent-encoded.
        let pointer = reference.replace("%7B", "{").replace("%7D", "}").replace("%25", "%");
        let Some(target) = pointer.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) else {
            self.dangling.insert(format!("description {at}"), format!("`{reference}` does not exist"));
            // The schema `false` admits nothing, so that it differs from every promise.
            return false.into();
        };
        self.open.push(reference);
        let mut target = self.resolve(target, &pointer);
        self.open.pop();
        // The keywords beside a reference to a schema apply too. Elsewhere, nothing reads `allOf`.
        if target.is_object() && object.len() > 1 {
            own.remove("$ref");
            target["allOf"] = list(&target, "allOf").cloned().chain([own.into()]).collect();
        }
        target
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
    key: &'static str,
) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(key).and_then(Value::as_object).into_iter().flatten()
}

/// Returns the members of the array at a key, or none.
pub(super) fn list<'v>(value: &'v Value, key: &'static str) -> impl Iterator<Item = &'v Value> {
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
