//! Samples of requests for the page of the API reference: each operation with curl, Rust, TypeScript and Python.

mod curl;
mod python;
mod request;
mod rust;
mod server_placeholder;
mod typescript;

use std::error::Error;

use serde_json::{Value, json};

use self::request::SampleRequest;
use self::server_placeholder::SERVER;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Returns the description that the page displays. It has samples, the placeholder of the server, and links to the
/// description without samples.
pub(super) fn with_samples(mut description: Value) -> Result<Value, Box<dyn Error + Send + Sync>> {
    let document = description.clone();
    let paths = description["paths"].as_object_mut().ok_or("the description has no paths")?;
    for (path, item) in paths {
        for method in METHODS {
            let Some(operation) = item.get_mut(method) else { continue };
            let id = operation["operationId"].as_str().unwrap_or_default();
            let rust = rust::sample(id).ok_or_else(|| format!("{id} has no sample in Rust"))?;
            let request = SampleRequest::of(&document, method, path, operation)
                .ok_or_else(|| format!("{id} has no example for a parameter or its body"))?;
            operation["x-codeSamples"] = json!([
                { "lang": "shell", "label": "curl", "source": curl::sample(&request) },
                { "lang": "rust", "label": "Rust", "source": rust },
                { "lang": "typescript", "label": "TypeScript", "source": typescript::sample(&request) },
                { "lang": "python", "label": "Python", "source": python::sample(&request) },
            ]);
        }
    }
    description["servers"] = json!([{ "url": SERVER }]);
    if let Some(Value::String(introduction)) = description.pointer_mut("/info/description") {
        *introduction += &format!(
            "\n\nThis description as a file: [openapi.json]({SERVER}/openapi.json), \
             [openapi.yaml]({SERVER}/openapi.yaml)."
        );
    }
    Ok(description)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::document;

    fn samples_of(method: &str, path: &str) -> String {
        let description = with_samples(serde_json::to_value(document()).unwrap()).unwrap();
        let samples = description["paths"][path][method]["x-codeSamples"].as_array().unwrap();
        let samples = samples.iter().map(|sample| {
            format!("--- {}\n{}\n", sample["label"].as_str().unwrap(), sample["source"].as_str().unwrap())
        });
        samples.collect()
    }

    #[test]
    fn samples_send_the_example_body() {
        insta::assert_snapshot!(samples_of("post", "/contacts/"));
    }

    #[test]
    fn samples_have_values_for_the_parameters_of_the_path() {
        insta::assert_snapshot!(samples_of("delete", "/contacts/{contact_id}/tags/{tag}/"));
    }

    #[test]
    fn every_sample_in_rust_is_of_an_operation() {
        let description = serde_json::to_string(&document()).unwrap();
        for id in rust::operations() {
            assert!(description.contains(&format!("\"operationId\":\"{id}\"")), "{id}");
        }
    }
}
