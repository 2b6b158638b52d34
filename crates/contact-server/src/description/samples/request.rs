//! The request that the samples of an operation send.

use serde_json::Value;

use super::server_placeholder::SERVER;

/// The request that the samples of an operation send.
pub(super) struct SampleRequest {
    /// In lower case.
    pub(super) method: String,
    pub(super) url: String,
    pub(super) body: Option<Value>,
}

impl SampleRequest {
    /// Returns the request of an operation with the examples of the description; `None` if an example is missing.
    pub(super) fn of(document: &Value, method: &str, path: &str, operation: &Value) -> Option<Self> {
        let mut url = format!("{SERVER}{path}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(document, parameter)?;
            if parameter["in"] == "path" {
                let name = parameter["name"].as_str()?;
                let value = example(document, parameter).or_else(|| example(document, &parameter["schema"]));
                url = url.replace(&format!("{{{name}}}"), value?.as_str()?);
            }
        }
        let body = match operation.get("requestBody") {
            Some(body) => {
                let content = &resolve(document, body)?["content"]["application/json"];
                let value = example(document, content).or_else(|| example(document, &content["schema"]));
                Some(value?.clone())
            }
            None => None,
        };
        Some(Self { method: method.to_owned(), url, body })
    }
}

/// Returns the example of a parameter, a media type or a schema.
fn example<'a>(document: &'a Value, described: &'a Value) -> Option<&'a Value> {
    let described = resolve(document, described)?;
    described.get("example").or_else(|| match described.get("examples")? {
        Value::Array(examples) => examples.first(),
        Value::Object(examples) => resolve(document, examples.values().next()?)?.get("value"),
        _ => None,
    })
}

/// Follows a reference to another part of the document.
fn resolve<'a>(document: &'a Value, described: &'a Value) -> Option<&'a Value> {
    match described.get("$ref") {
        Some(reference) => document.pointer(reference.as_str()?.strip_prefix('#')?),
        None => Some(described),
    }
}
