//! Builds the OpenAPI schemas of objects whose limits are constants.

use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, RefBuilder, SchemaFormat, SchemaType, Type,
};

use crate::custom_field::CustomFieldValue;
use crate::{LeadSource, limits};

/// Implements the schema of the body of a write to a contact. The doc comments become the descriptions. The line that
/// begins with `..` names a function that adds further properties.
macro_rules! object_schema {
    (
        $(#[doc = $about:literal])*
        $body:ident {
            $($(#[doc = $doc:literal])* $key:ident: $schema:expr,)+
            ..$further:path,
            $($(#[doc = $last_doc:literal])* $last_key:ident: $last_schema:expr,)+
        }
        $(example: $example:tt)?
    ) => {
        impl utoipa::PartialSchema for $body {
            #[allow(deprecated, reason = "the derived schemas have `example` as well")]
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use $crate::schema::description;

                let object = utoipa::openapi::schema::ObjectBuilder::new()
                    .description(Some(description(&[$($about),*])))
                    $(.property(stringify!($key), $schema.description(Some(description(&[$($doc),*])))))+;
                $further(object)
                    $(.property(
                        stringify!($last_key),
                        $last_schema.description(Some(description(&[$($last_doc),*]))),
                    ))+
                    $(.example(Some(serde_json::json!($example))))?
                    .into()
            }
        }

        impl utoipa::ToSchema for $body {}
    };
}

pub(crate) use object_schema;

/// Joins the lines of a doc comment.
pub(crate) fn description(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    lines.join("\n")
}

/// Returns the schema of a string.
pub(crate) fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// Returns the schema of a string of at most `limit` characters, or null.
pub(crate) fn nullable_string(limit: usize) -> ObjectBuilder {
    nullable(string().max_length(Some(limit)))
}

/// Returns the schema of a string in this format.
pub(crate) fn formatted(format: KnownFormat) -> ObjectBuilder {
    string().format(Some(SchemaFormat::KnownFormat(format)))
}

/// Makes a schema of a string accept null.
pub(crate) fn nullable(string: ObjectBuilder) -> ObjectBuilder {
    string.schema_type(SchemaType::from_iter([Type::String, Type::Null]))
}

/// Returns the schema of `true` or `false`.
pub(crate) fn boolean() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Boolean)
}

/// Returns the schema of an object with any keys.
pub(crate) fn object() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Object)
}

/// Returns the schema of an array of tags.
pub(crate) fn tags() -> ArrayBuilder {
    let tag = string().max_length(Some(limits::TAG));
    ArrayBuilder::new().items(tag).max_items(Some(limits::TAGS))
}

/// Returns the schema of a lead source that is one of the known ones.
pub(crate) fn lead_source() -> RefBuilder {
    RefBuilder::new().ref_location_from_schema_name(LeadSource::name())
}

/// Returns the schema of an object with values of custom fields, by name.
pub(crate) fn custom_fields() -> ObjectBuilder {
    let value = Ref::from_schema_name(CustomFieldValue::name());
    object().additional_properties(Some(value)).examples([serde_json::json!({ "Plan": "gold" })])
}

/// Returns the mark of a part of the API with rules that the public documentation does not define, and that this
/// server decides.
pub(crate) fn decided() -> Option<Extensions> {
    mark("x-decided")
}

/// Returns the mark of a part of the API that goes beyond the public documentation.
pub(crate) fn extension() -> Option<Extensions> {
    mark("x-extension")
}

fn mark(name: &str) -> Option<Extensions> {
    Some([(name.to_owned(), serde_json::json!(true))].into_iter().collect())
}
