//! Descriptions of parameters.

use serde_json::json;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required, Schema};

use super::source::Source::{self, Documented, Extension};

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
