//! The examples of bodies. Each is a component of the description, which every body with its schema refers to. So is the
//! example of a problem that several responses report.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::example::{Example, ExampleBuilder};
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
    share_problems(components);
    components.examples.extend(
        examples
            .into_iter()
            .map(|(name, value)| (name, ExampleBuilder::new().value(Some(value)).build().into())),
    );
}

/// Makes the examples of problems that several responses have components.
fn share_problems(components: &mut Components) {
    let responses = components.responses.values_mut().filter_map(|response| match response {
        RefOr::T(response) => Some(response),
        RefOr::Ref(_) => None,
    });
    let contents = responses.flat_map(|response| response.content.values_mut());
    let examples = contents.flat_map(|content| match content {
        RefOr::T(content) => content.examples.iter_mut().collect(),
        RefOr::Ref(_) => Vec::new(),
    });
    let mut examples: Vec<_> = examples.filter(|(_, example)| matches!(example, RefOr::T(_))).collect();
    let is_shared =
        |example: &RefOr<Example>| examples.iter().filter(|(_, other)| **other == *example).count() > 1;
    let shared: BTreeMap<String, RefOr<Example>> = examples
        .iter()
        .filter(|(_, example)| is_shared(example))
        .map(|(name, example)| ((*name).clone(), (**example).clone()))
        .collect();
    for (name, example) in &mut examples {
        if shared.get(*name) == Some(&**example) {
            **example = RefOr::Ref(Ref::new(format!("#/components/examples/{name}")));
        }
    }
    components.examples.extend(shared);
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
