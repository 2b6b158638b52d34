//! The API description as a document: its operations and references.

use serde_json::{Map, Value};

/// The methods of a path item.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The maximum number of references to references, because they may form a circle.
const MAX_REFERENCES: usize = 32;

/// An OpenAPI 3.1 document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Description<'d> {
    root: &'d Value,
}

/// An operation of the document.
#[derive(Clone, Debug)]
pub(super) struct Operation<'d> {
    /// `METHOD /path/`
    pub(super) name: String,
    pub(super) object: &'d Value,
    /// The path item, whose parameters belong to the operation too.
    path_item: &'d Value,
}

impl<'d> Description<'d> {
    pub(super) fn new(root: &'d Value) -> Self {
        Self { root }
    }

    /// Returns every operation.
    pub(super) fn operations(self) -> Vec<Operation<'d>> {
        let mut operations = Vec::new();
        for (path, item) in entries(self.root.get("paths")) {
            let path_item = self.follow(item);
            for (method, object) in entries(Some(path_item)) {
                if METHODS.contains(&method.as_str()) {
                    let name = format!("{} {path}", method.to_uppercase());
                    operations.push(Operation { name, object, path_item });
                }
            }
        }
        operations
    }

    /// Returns the value at a JSON pointer.
    pub(super) fn at(self, pointer: &str) -> Option<&'d Value> {
        self.root.pointer(pointer)
    }

    /// Returns the target of a reference, or the value itself. [`Self::dangling`] returns references without a target.
    pub(super) fn follow(self, mut value: &'d Value) -> &'d Value {
        for _ in 0..MAX_REFERENCES {
            match self.target(value) {
                Some(target) => value = target,
                None => return value,
            }
        }
        value
    }

    /// Returns the target of `$ref`.
    pub(super) fn target(self, value: &'d Value) -> Option<&'d Value> {
        let reference = value.get("$ref")?.as_str()?.strip_prefix('#')?;
        // A reference is a URI fragment, in which the braces of a path may be percent-encoded.
        self.at(&reference.replace("%7B", "{").replace("%7D", "}").replace("%25", "%"))
    }

    /// Returns the references without a target, with their JSON pointers.
    pub(super) fn dangling(self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.add_dangling(self.root, String::new(), &mut found);
        found
    }

    fn add_dangling(self, value: &'d Value, pointer: String, found: &mut Vec<(String, String)>) {
        for (key, child) in entries(Some(value)) {
            let step = key.replace('~', "~0").replace('/', "~1");
            self.add_dangling(child, format!("{pointer}/{step}"), found);
        }
        for (index, child) in value.as_array().into_iter().flatten().enumerate() {
            self.add_dangling(child, format!("{pointer}/{index}"), found);
        }
        if let Some(Value::String(reference)) = value.get("$ref")
            && self.target(value).is_none()
        {
            found.push((pointer, reference.clone()));
        }
    }
}

impl<'d> Operation<'d> {
    /// Returns the parameters of the operation, and those of its path that it does not replace.
    pub(super) fn parameters(&self, description: Description<'d>) -> Vec<&'d Value> {
        let mut parameters: Vec<&Value> = Vec::new();
        for list in [self.object, self.path_item].map(|holder| holder.get("parameters")) {
            for parameter in list.and_then(Value::as_array).into_iter().flatten() {
                let parameter = description.follow(parameter);
                let is_same =
                    |other: &&Value| ["name", "in"].iter().all(|key| other.get(key) == parameter.get(key));
                if !parameters.iter().any(is_same) {
                    parameters.push(parameter);
                }
            }
        }
        parameters
    }

    /// Returns the responses by status.
    pub(super) fn responses(
        &self,
        description: Description<'d>,
    ) -> impl Iterator<Item = (&'d str, &'d Value)> {
        entries(self.object.get("responses"))
            .map(move |(status, response)| (status.as_str(), description.follow(response)))
    }
}

/// Returns the entries of an object, or none for another value.
pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// Returns whether the object is marked as an extension.
pub(super) fn is_extension(object: &Value) -> bool {
    object.get("x-extension") == Some(&Value::Bool(true))
}

/// Returns whether the status is that of an error. `default` is not, because it includes successes.
pub(super) fn is_error(status: &str) -> bool {
    status.starts_with(['4', '5'])
}
