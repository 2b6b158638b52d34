//! Descriptions of parameters.

use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required, Schema};

use super::source::Source::Extension;

/// The name of the header for preferences.
pub(crate) const PREFER: &str = "Prefer";

/// Returns true if the operation supports the header `Prefer`.
pub(super) fn has_prefer(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if parameter.name == PREFER))
}

/// Returns the description of an optional request header that is an extension and contains text.
pub(crate) fn extension_header(name: &str, text: &str, schema: ObjectBuilder) -> ParameterBuilder {
    extension(name, ParameterIn::Header, text).schema(Some(schema.schema_type(Type::String)))
}

/// Returns the description of a parameter in the path.
pub(crate) fn path_parameter(name: &str, text: &str, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(text))
        .schema(Some(schema))
        .build()
}

/// Returns the description of an optional parameter that is an extension.
pub(crate) fn extension(name: &str, parameter_in: ParameterIn, text: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(parameter_in)
        .required(Required::False)
        .description(Some(Extension.text(text)))
        .extensions(Extension.mark())
}
