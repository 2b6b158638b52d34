//! Requests that change the tags of a contact or of all contacts. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::ArrayBuilder;

use crate::body::{ObjectReader, RequestBody};
use crate::{limits, schema};

/// Tags to add to a contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "tags": ["vip", "newsletter"] }))]
pub struct NewTags {
    /// The tags. Tags that the contact already has keep their positions.
    #[schema(schema_with = new_tags)]
    pub tags: Vec<String>,
}

fn new_tags() -> ArrayBuilder {
    schema::tags().description(Some("The tags. Tags that the contact already has keep their positions."))
}

impl RequestBody for NewTags {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let tags = object.tags("tags");
        if tags.is_none() {
            object.require("tags");
        }
        Self { tags: tags.unwrap_or_default() }
    }
}

/// A new name for a tag.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "name": "customer" }))]
pub struct TagRename {
    /// The new name of the tag, not blank. Contacts may already have a tag with this name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
}

impl RequestBody for TagRename {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self { name: object.required_text("name", limits::TAG) }
    }
}

/// The result of renaming a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "tag": "customer", "changed": 12 }))]
pub struct RenamedTag {
    /// The tag's new name.
    pub tag: String,
    /// The number of contacts that this request changed.
    pub changed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;
    use crate::body::BodyError;

    #[test]
    fn a_new_name_must_be_a_valid_tag() {
        use ViolationCode::{NulCharacter, NullNotAllowed, Required, TooLong, WrongType};

        let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(limits::TAG + 1));
        for (body, code) in [
            ("{}", Required),
            (r#"{"name":" "}"#, Required),
            (r#"{"name":null}"#, NullNotAllowed),
            (r#"{"name":7}"#, WrongType),
            (r#"{"name":"a\u0000"}"#, NulCharacter),
            (&long, TooLong),
        ] {
            let Err(BodyError::Fields { violations: bad, .. }) = TagRename::from_json(body.as_bytes()) else {
                panic!("{body}")
            };
            let found: Vec<_> = bad.as_slice().iter().map(|bad| (bad.pointer.as_str(), bad.code)).collect();
            assert_eq!(found, [("/name", code)], "{body}");
        }
    }
}
