//! The API description as a document: finding its operations and following its references.

use serde_json::{Map, Value};

use super::promise::OperationName;

/// The methods under which a path item holds operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// References may point to references, but not for ever.
const LONGEST_CHAIN: usize = 32;

/// An OpenAPI 3.1 document.
#[derive(Clone, Copy, Debug)]
pub struct Description<'d> {
    root: &'d Value,
}

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation<'d> {
    /// Its method and path.
    pub name: OperationName,
    /// Its Operation Object.
    pub object: &'d Value,
    /// The Path Item Object around it, whose parameters it shares.
    pub path_item: &'d Value,
}

impl<'d> Description<'d> {
    /// Looks at a document.
    #[must_use]
    pub fn new(root: &'d Value) -> Self {
        Self { root }
    }

    /// Every operation, in the document's order.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation<'d>> {
        let mut operations = Vec::new();
        for (path, item) in entries(self.root.get("paths")) {
            let path_item = self.follow(item);
            for (method, object) in entries(Some(path_item)) {
                if METHODS.contains(&method.as_str()) {
                    let name = OperationName::new(method, path);
                    operations.push(Operation { name, object, path_item });
                }
            }
        }
        operations
    }

    /// The value at a JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&'d Value> {
        self.root.pointer(pointer)
    }

    /// The object that a Reference Object stands for, or the value itself. A reference to nowhere
    /// stays as it is; [`Self::dangling`] names it.
    pub(super) fn follow(&self, mut value: &'d Value) -> &'d Value {
        for _ in 0..LONGEST_CHAIN {
            match self.target(value) {
                Some(target) => value = target,
                None => return value,
            }
        }
        value
    }

    /// What `$ref` points to, where the value has one and it leads somewhere.
    pub(super) fn target(&self, value: &'d Value) -> Option<&'d Value> {
        let reference = value.get("$ref")?.as_str()?;
        self.at(&decode(reference.strip_prefix('#')?))
    }

    /// The JSON pointers of all references that lead nowhere, each with what it says.
    #[must_use]
    pub fn dangling(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        self.collect_dangling(self.root, &mut String::new(), &mut found);
        found
    }

    fn collect_dangling(&self, value: &'d Value, at: &mut String, found: &mut Vec<(String, String)>) {
        if let Some(Value::String(reference)) = value.get("$ref")
            && self.target(value).is_none()
        {
            found.push((at.clone(), reference.clone()));
        }
        let children: Vec<(String, &Value)> = match value {
            Value::Object(map) => {
                map.iter().map(|(key, child)| (key.replace('~', "~0").replace('/', "~1"), child)).collect()
            }
            Value::Array(items) => {
                items.iter().enumerate().map(|(index, child)| (index.to_string(), child)).collect()
            }
            _ => return,
        };
        let length = at.len();
        for (step, child) in children {
            at.push('/');
            at.push_str(&step);
            self.collect_dangling(child, at, found);
            at.truncate(length);
        }
    }
}

impl<'d> Operation<'d> {
    /// The Parameter Objects: the operation's own, and the path's where the operation does not
    /// replace them.
    pub(super) fn parameters(&self, description: Description<'d>) -> Vec<&'d Value> {
        let list = |holder: &'d Value| {
            let items = holder.get("parameters").and_then(Value::as_array);
            items.into_iter().flatten().map(move |item| description.follow(item))
        };
        let mut parameters: Vec<&Value> = list(self.object).collect();
        for shared in list(self.path_item) {
            let same =
                |own: &&Value| own.get("name") == shared.get("name") && own.get("in") == shared.get("in");
            if !parameters.iter().any(same) {
                parameters.push(shared);
            }
        }
        parameters
    }

    /// The Response Objects by status.
    pub(super) fn responses(&self, description: Description<'d>) -> Vec<(&'d str, &'d Value)> {
        entries(self.object.get("responses"))
            .map(|(status, response)| (status.as_str(), description.follow(response)))
            .collect()
    }
}

/// The entries of a value that is an object; none of any other value.
pub(super) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// Whether the object says of itself that it is an extension of ours.
pub(super) fn is_marked_extension(object: &Value) -> bool {
    object.get("x-extension") == Some(&Value::Bool(true))
}

/// A reference is a URI fragment, so a pointer's braces may stand in it percent-encoded.
fn decode(fragment: &str) -> String {
    fragment.replace("%7B", "{").replace("%7D", "}").replace("%25", "%")
}
