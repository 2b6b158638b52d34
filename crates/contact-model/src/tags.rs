//! Tags: an update replaces them as sent, a create merges them.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::SentBody;
use crate::body::{BodyError, ObjectReader, Read};
use crate::limits;
use crate::violation::{Violation, ViolationCode};

/// The tags of a contact after a create. Documented: merged with the existing ones and
/// deduplicated. Decided: the existing first, the new ones in the order sent; a new contact's tags
/// are deduplicated too.
///
/// # Errors
/// More than [`limits::TAGS`] after the merge.
pub fn merge(existing: &[String], sent: &[String]) -> Result<Vec<String>, Violation> {
    let mut seen = HashSet::new();
    let merged: Vec<String> =
        existing.iter().chain(sent).filter(|tag| seen.insert(tag.as_str())).cloned().collect();
    within_limit(merged)
}

/// The tags of a contact after some are added: the existing as they are, then those that are missing in
/// the order sent. Extension.
///
/// # Errors
/// More than [`limits::TAGS`] afterwards.
pub fn add(existing: &[String], sent: &[String]) -> Result<Vec<String>, Violation> {
    let mut seen: HashSet<&str> = existing.iter().map(String::as_str).collect();
    let missing = sent.iter().filter(|tag| seen.insert(tag.as_str()));
    let added: Vec<String> = existing.iter().chain(missing).cloned().collect();
    // A contact of more tags than are allowed may keep them.
    if added.len() == existing.len() { Ok(added) } else { within_limit(added) }
}

/// The tags of a contact after one is taken away, wherever it stands. Extension.
pub fn remove(existing: &[String], tag: &str) -> Vec<String> {
    existing.iter().filter(|has| *has != tag).cloned().collect()
}

fn within_limit(merged: Vec<String>) -> Result<Vec<String>, Violation> {
    if merged.len() > limits::TAGS {
        return Err(Violation::new(
            "/tags",
            ViolationCode::TooMany,
            format!("The contact would have {} tags; at most {} are allowed.", merged.len(), limits::TAGS),
        ));
    }
    Ok(merged)
}

/// Tags to be added to a contact. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "tags": ["vip", "newsletter"] }))]
pub struct NewTags {
    /// The tags; those that the contact has stay where they are.
    #[schema(schema_with = added)]
    pub tags: Vec<String>,
}

impl NewTags {
    /// Reads the body of a request that adds tags.
    ///
    /// # Errors
    /// Not JSON, no object, or bad fields: all of them.
    pub fn from_json<'b>(body: impl Into<SentBody<'b>>) -> Result<Read<Self>, BodyError> {
        let mut object = ObjectReader::new(body)?;
        let tags = object.tags("tags");
        if tags.is_none() && !object.has_refused("tags") {
            object.require("tags");
        }
        object.finish(Self { tags: tags.unwrap_or_default() })
    }
}

/// The schema of `tags` in an update.
pub(crate) fn replacing() -> impl Into<RefOr<Schema>> {
    schema("Replaces the entire array. Decided: kept as sent, order and repetitions and all.")
}

/// The schema of `tags` in a create.
pub(crate) fn merged() -> impl Into<RefOr<Schema>> {
    schema(
        "Merged with an existing contact's tags and deduplicated. Decided: the existing first, the new ones in the \
         order sent; at most 200 after the merge.",
    )
}

/// The schema of `tags` in an insert.
pub(crate) fn inserted() -> impl Into<RefOr<Schema>> {
    schema("Extension: stored as sent, order and repetitions and all.")
}

/// The schema of `tags` that are added.
fn added() -> impl Into<RefOr<Schema>> {
    schema("The tags; those that the contact has stay where they are.")
}

/// A field with a schema of its own has no other description than the schema's.
fn schema(description: &str) -> ArrayBuilder {
    let tag = ObjectBuilder::new().schema_type(Type::String).max_length(Some(limits::TAG));
    ArrayBuilder::new().items(tag).max_items(Some(limits::TAGS)).description(Some(description))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tags(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn tags_are_added_behind_the_others_and_taken_away_wherever_they_stand() {
        let existing = tags(&["b", "a", "b"]);
        assert_eq!(add(&existing, &tags(&["a", "c", "c"])).unwrap(), tags(&["b", "a", "b", "c"]));
        assert_eq!(remove(&existing, "b"), tags(&["a"]));
        assert_eq!(remove(&existing, "B"), existing);
        let many: Vec<String> = (0..limits::TAGS).map(|n| n.to_string()).collect();
        assert_eq!(add(&many, &tags(&["0"])).unwrap(), many);
        assert_eq!(add(&many, &tags(&["new"])).unwrap_err().code, ViolationCode::TooMany);
    }

    #[test]
    fn existing_come_first_and_each_stands_once() {
        let merged = merge(&tags(&["b", "a"]), &tags(&["c", "a", "c", "A"])).unwrap();
        assert_eq!(merged, tags(&["b", "a", "c", "A"]));
    }

    #[test]
    fn a_merge_over_the_limit_is_refused() {
        let many: Vec<String> = (0..limits::TAGS).map(|n| n.to_string()).collect();
        assert!(merge(&many, &tags(&["7"])).is_ok());
        assert_eq!(merge(&many, &tags(&["new"])).unwrap_err().code, ViolationCode::TooMany);
    }

    proptest! {
        #[test]
        fn merging_twice_is_merging_once(
            existing in prop::collection::vec("[a-d]{0,2}", 0..8),
            sent in prop::collection::vec("[a-d]{0,2}", 0..8),
        ) {
            let once = merge(&existing, &sent).unwrap();
            prop_assert_eq!(merge(&once, &sent).unwrap(), once);
        }
    }
}
