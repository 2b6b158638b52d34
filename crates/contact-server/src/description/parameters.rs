//! Descriptions of parameters, and the parameters that several operations share.

use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Components, Ref, RefOr, Required, Schema};

use super::idempotency_key;
use super::list_parameters::PageParameters;
use super::source::Source::{self, Documented, Extension};
use crate::extract::{
    AgentPath, ApiKeyPath, BodyHeaders, ContactBodyHeaders, ContactHeaders, ContactPath, CustomFieldPath,
    IncludeQuery, PlainHeaders, TagPath,
};

/// Returns the description of an optional request header that is an extension and contains text.
pub(crate) fn extension_header(name: &str, text: &str, schema: ObjectBuilder) -> Parameter {
    extension(name, ParameterIn::Header, text).schema(Some(schema.schema_type(Type::String))).build()
}

/// Returns the description of an optional parameter that is an extension.
pub(crate) fn extension(name: &str, parameter_in: ParameterIn, text: &str) -> ParameterBuilder {
    optional(name, parameter_in, text).extensions(Extension.mark())
}

/// Returns the description of an optional parameter.
pub(super) fn optional(name: &str, parameter_in: ParameterIn, text: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(parameter_in)
        .required(Required::False)
        .description(Some(text))
}

/// Returns the description of a boolean in the query that is false if it is not sent. Only a documented parameter has
/// a default in its schema, because some generated clients send every default.
pub(crate) fn boolean(source: Source, name: &str, doc_lines: &[&str]) -> Parameter {
    let lines: Vec<&str> = doc_lines.iter().map(|line| line.trim()).collect();
    let schema = ObjectBuilder::new().schema_type(Type::Boolean).examples([true]);
    let schema = if source == Documented { schema.default(Some(json!(false))) } else { schema };
    optional(name, ParameterIn::Query, &lines.join(" "))
        .schema(Some(RefOr::T(Schema::from(schema.build()))))
        .extensions(source.mark())
        .build()
}

/// Returns the parameters that several operations share, each with the name of its component.
fn shared() -> Vec<(&'static str, Parameter)> {
    let shared = [
        ("AgentId", of::<AgentPath>("agent_id")),
        ("ApiKeyId", of::<ApiKeyPath>("api_key_id")),
        ("ContactId", of::<ContactPath>("contact_id")),
        ("CustomFieldId", of::<CustomFieldPath>("custom_field_id")),
        ("Tag", of::<TagPath>("tag")),
        ("Include", of::<IncludeQuery>("include")),
        ("PageSize", of::<PageParameters>("page_size")),
        ("Cursor", of::<PageParameters>("cursor")),
        ("IdempotencyKey", Some(idempotency_key::parameter())),
        ("IfMatch", of::<ContactHeaders>("If-Match")),
        ("PreferContactUpdate", of::<ContactBodyHeaders>("Prefer")),
        ("PreferContactChange", of::<ContactHeaders>("Prefer")),
        ("PreferWrite", of::<BodyHeaders>("Prefer")),
        ("PreferDryRun", of::<PlainHeaders>("Prefer")),
    ];
    shared.into_iter().filter_map(|(name, parameter)| Some((name, parameter?))).collect()
}

/// Returns the parameter with this name.
fn of<P: IntoParams>(name: &str) -> Option<Parameter> {
    P::into_params(|| None).into_iter().find(|parameter| parameter.name == name)
}

/// Makes the shared parameters of the operations components, to which the operations refer.
pub(super) fn share<'o>(operations: impl Iterator<Item = &'o mut Operation>, components: &mut Components) {
    let shared = shared();
    for parameter in operations.flat_map(|operation| operation.parameters.iter_mut().flatten()) {
        let RefOr::T(described) = parameter else { continue };
        if let Some((name, _)) = shared.iter().find(|(_, shared)| shared == described) {
            *parameter = RefOr::Ref(Ref::new(format!("#/components/parameters/{name}")));
        }
    }
    let named = shared.into_iter().map(|(name, parameter)| (name.to_owned(), parameter.into()));
    components.parameters.extend(named);
}
