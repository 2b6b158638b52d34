//! Descriptions of parameters.

use utoipa::openapi::Required;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use super::source::Source::Extension;

/// Returns the description of an optional request header that is an extension and contains text.
pub(crate) fn extension_header(name: &str, text: &str, schema: ObjectBuilder) -> ParameterBuilder {
    extension(name, ParameterIn::Header, text).schema(Some(schema.schema_type(Type::String)))
}

/// Returns the description of an optional parameter that is an extension.
pub(crate) fn extension(name: &str, parameter_in: ParameterIn, text: &str) -> ParameterBuilder {
    optional(name, parameter_in, &Extension.text(text)).extensions(Extension.mark())
}

/// Returns the description of an optional parameter.
pub(super) fn optional(name: &str, parameter_in: ParameterIn, text: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(parameter_in)
        .required(Required::False)
        .description(Some(text))
}
