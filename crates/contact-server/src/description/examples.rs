//! The examples of bodies. Each is a component of the description, which every body with its schema refers to.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::{Components, Content, Ref, RefOr, Response, Schema};

/// Makes the examples of schemas components, and adds them to the bodies with these schemas.
pub(super) fn share<'o>(operations: impl Iterator<Item = &'o mut Operation>, components: &mut Components) {
    let examples: BTreeMap<String, Value> = components
        .schemas
        .iter_mut()
        .filter_map(|(name, schema)| match schema {
            RefOr::T(schema) => Some((name.clone(), take_example(schema)?)),
            RefOr::Ref(_) => None,
        })
        .collect();
    for operation in operations {
        if let Some(RefOr::T(RequestBody { content, .. })) = &mut operation.request_body {
            content.values_mut().for_each(|content| refer(content, &examples));
        }
        refer_all(operation.responses.responses.values_mut(), &examples);
    }
    refer_all(components.responses.values_mut(), &examples);
    components.examples.extend(
        examples
            .into_iter()
            .map(|(name, value)| (name, ExampleBuilder::new().value(Some(value)).build().into())),
    );
}

fn take_example(schema: &mut Schema) -> Option<Value> {
    match schema {
        Schema::Object(object) => object.example.take(),
        Schema::AllOf(all) => all.example.take(),
        _ => None,
    }
}

fn refer_all<'r>(
    responses: impl Iterator<Item = &'r mut RefOr<Response>>,
    examples: &BTreeMap<String, Value>,
) {
    for response in responses {
        if let RefOr::T(response) = response {
            response.content.values_mut().for_each(|content| refer(content, examples));
        }
    }
}

/// Refers to the example of a body's schema.
fn refer(content: &mut RefOr<Content>, examples: &BTreeMap<String, Value>) {
    let RefOr::T(content) = content else { return };
    let Some(RefOr::Ref(schema)) = &content.schema else { return };
    let name = schema.ref_location.rsplit('/').next().unwrap_or_default();
    if examples.contains_key(name) {
        let example = Ref::new(format!("#/components/examples/{name}"));
        content.examples.insert(name.to_owned(), RefOr::Ref(example));
    }
}
