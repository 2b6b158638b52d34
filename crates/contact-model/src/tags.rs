//! Tags: an update replaces them as sent or adds and removes some of them; a create merges them.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::body::{ObjectReader, RequestBody};
use crate::limits;
use crate::violation::{Violation, ViolationCode, Violations};

/// Returns the tags of a contact after a create. Documented: the sent tags are merged with the existing ones
/// and deduplicated. Decided: the existing tags come first, then the new ones in the order sent. The tags of
/// a new contact are deduplicated too.
///
/// # Errors
/// Returns an error if there are more than [`limits::TAGS`] tags after the merge.
pub fn merge(existing: &[String], sent: &[String]) -> Result<Vec<String>, Violation> {
    let mut seen = HashSet::new();
    let merged: Vec<String> =
        existing.iter().chain(sent).filter(|tag| seen.insert(tag.as_str())).cloned().collect();
    within_limit(merged)
}

/// Returns the tags of a contact after some are added: the existing tags unchanged, then the missing ones in
/// the order sent. Extension.
///
/// # Errors
/// Returns an error if there are more than [`limits::TAGS`] tags afterwards.
pub fn add(existing: &[String], sent: &[String]) -> Result<Vec<String>, Violation> {
    let mut seen: HashSet<&str> = existing.iter().map(String::as_str).collect();
    let missing = sent.iter().filter(|tag| seen.insert(tag.as_str()));
    let added: Vec<String> = existing.iter().chain(missing).cloned().collect();
    // A contact that already has more tags than allowed may keep them.
    if added.len() == existing.len() { Ok(added) } else { within_limit(added) }
}

/// Returns the tags of a contact after a tag is removed everywhere. Extension.
pub fn remove(existing: &[String], tag: &str) -> Vec<String> {
    existing.iter().filter(|has| *has != tag).cloned().collect()
}

/// Returns the tags of a contact after one is renamed: the new name replaces the first occurrence of the old
/// or new name, and further occurrences are removed. A contact without the old tag keeps its tags unchanged.
/// Extension.
pub fn rename(existing: &[String], from: &str, to: &str) -> Vec<String> {
    if !existing.iter().any(|tag| tag == from) {
        return existing.to_vec();
    }
    let mut is_placed = false;
    let renamed = existing.iter().filter_map(|tag| {
        if tag != from && tag != to {
            return Some(tag.clone());
        }
        (!std::mem::replace(&mut is_placed, true)).then(|| to.to_owned())
    });
    renamed.collect()
}

/// Returns the tags of a contact after an update removes some tags and adds others. Extension.
///
/// # Errors
/// Returns an error if there are more than [`limits::TAGS`] tags afterwards.
pub fn change(existing: &[String], added: &[String], removed: &[String]) -> Result<Vec<String>, Violation> {
    let kept = removed.iter().fold(existing.to_vec(), |kept, tag| remove(&kept, tag));
    add(&kept, added).map_err(|too_many| Violation { pointer: format!("/{ADD_TAGS}"), ..too_many })
}

const ADD_TAGS: &str = "add_tags";
const REMOVE_TAGS: &str = "remove_tags";

/// Checks that an update does not both replace the tags and add or remove some, and does not add and remove
/// the same tag. Extension.
pub(crate) fn check_changes(
    replaces_tags: bool,
    added: &Option<Vec<String>>,
    removed: &Option<Vec<String>>,
    bad: &mut Violations,
) {
    if replaces_tags {
        for (key, sent) in [(ADD_TAGS, added), (REMOVE_TAGS, removed)] {
            if sent.is_some() {
                let detail = format!(
                    "{key} cannot be sent together with tags: tags replaces all tags, {key} changes some of them."
                );
                bad.push(Violation::new(format!("/{key}"), ViolationCode::InvalidValue, detail));
            }
        }
    }
    let added: HashSet<&String> = added.iter().flatten().collect();
    for (index, tag) in removed.iter().flatten().enumerate() {
        if added.contains(tag) {
            let detail = format!("The tag is in {ADD_TAGS} as well. Send it in one of the two.");
            bad.push(Violation::new(format!("/{REMOVE_TAGS}/{index}"), ViolationCode::InvalidValue, detail));
        }
    }
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

/// Tags to add to a contact. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "tags": ["vip", "newsletter"] }))]
pub struct NewTags {
    /// The tags. Tags that the contact already has keep their positions.
    #[schema(schema_with = added)]
    pub tags: Vec<String>,
}

impl RequestBody for NewTags {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let tags = object.tags("tags");
        if tags.is_none() && !object.has_refused("tags") {
            object.require("tags");
        }
        Self { tags: tags.unwrap_or_default() }
    }
}

/// A new name for a tag. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "name": "customer" }))]
pub struct TagRename {
    /// The new name of the tag, not blank. Contacts may already have a tag with this name.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
}

impl RequestBody for TagRename {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self { name: object.label("name", limits::TAG) }
    }
}

/// The result of renaming a tag. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "tag": "customer", "changed": 12 }))]
pub struct RenamedTag {
    /// The tag's new name.
    pub tag: String,
    /// The number of contacts that this request changed.
    pub changed: u64,
}

/// Returns the schema of `tags` in an update.
pub(crate) fn replacing() -> impl Into<RefOr<Schema>> {
    schema("Replaces the entire array. Decided: stored as sent, with the same order and repetitions.")
}

/// Returns the schema of `tags` in a create.
pub(crate) fn merged() -> impl Into<RefOr<Schema>> {
    schema(
        "Merged with an existing contact's tags and deduplicated. Decided: the existing tags come first, then the new \
         ones in the order sent; at most 200 after the merge.",
    )
}

/// Returns the schema of `tags` in an insert.
pub(crate) fn inserted() -> impl Into<RefOr<Schema>> {
    schema("Extension: stored as sent, with the same order and repetitions.")
}

/// Returns the schema of `tags` in a request that adds tags.
fn added() -> impl Into<RefOr<Schema>> {
    schema("The tags. Tags that the contact already has keep their positions.")
}

/// Returns the schema of `add_tags` in an update.
pub(crate) fn added_by_update() -> impl Into<RefOr<Schema>> {
    extension(
        "Extension: tags to add after the existing ones, in the order sent, each once. A tag that the contact \
         already has keeps its position. At most 200 tags after the change. Cannot be sent together with `tags`.",
    )
}

/// Returns the schema of `remove_tags` in an update.
pub(crate) fn removed_by_update() -> impl Into<RefOr<Schema>> {
    extension(
        "Extension: tags to remove, wherever they occur. A tag that the contact does not have is ignored. The same \
         tag in `add_tags` is a 400. Cannot be sent together with `tags`.",
    )
}

fn extension(description: &str) -> ArrayBuilder {
    let mark = [("x-extension".to_owned(), serde_json::json!(true))].into_iter().collect();
    schema(description).extensions(Some(mark))
}

/// Returns the schema of an array of tags. The description is given here, because a field with its own schema
/// has no other.
fn schema(description: &str) -> ArrayBuilder {
    let tag = ObjectBuilder::new().schema_type(Type::String).max_length(Some(limits::TAG));
    ArrayBuilder::new().items(tag).max_items(Some(limits::TAGS)).description(Some(description))
}

#[cfg(test)]
mod tests;
