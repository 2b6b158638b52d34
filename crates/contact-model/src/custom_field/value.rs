//! The schema of a custom field's value.

use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The schema of a custom field's value: any JSON value that the type of the field allows.
#[derive(Debug, Clone, Copy)]
pub enum CustomFieldValue {}

impl PartialSchema for CustomFieldValue {
    fn schema() -> RefOr<Schema> {
        let types = [Type::String, Type::Number, Type::Boolean, Type::Array, Type::Object, Type::Null];
        ArrayBuilder::new()
            .schema_type(SchemaType::from_iter(types))
            .items(ObjectBuilder::new().schema_type(SchemaType::AnyValue))
            .description(Some(
                "The value of a custom field. Only a field of the type `any` has arrays and objects. In a request, \
                 `null` removes the value.",
            ))
            .into()
    }
}

impl ToSchema for CustomFieldValue {}
