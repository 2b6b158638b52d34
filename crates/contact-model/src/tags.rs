//! Tags: an update replaces them as sent or changes them one by one, a create merges them.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::SentBody;
use crate::body::{BodyError, ObjectReader, Read};
use crate::limits;
use crate::violation::{Violation, ViolationCode, Violations};

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

/// Returns the tags of a contact after one is renamed: the new name stands where the first of the two stood, and once.
/// A contact without the old tag keeps its tags as they are. Extension.
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
/// More than [`limits::TAGS`] tags afterwards.
pub fn change(existing: &[String], added: &[String], removed: &[String]) -> Result<Vec<String>, Violation> {
    let kept = removed.iter().fold(existing.to_vec(), |kept, tag| remove(&kept, tag));
    add(&kept, added).map_err(|too_many| Violation { pointer: format!("/{ADD_TAGS}"), ..too_many })
}

const ADD_TAGS: &str = "add_tags";
const REMOVE_TAGS: &str = "remove_tags";

/// Checks that an update does not replace the tags and change them one by one as well, and that it does not add and
/// remove the same tag. Extension.
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

/// Another name for a tag. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "name": "customer" }))]
pub struct TagRename {
    /// The tag's new name, not blank. Contacts may have a tag of this name already.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
}

impl TagRename {
    /// Reads the body of a request that renames a tag.
    ///
    /// # Errors
    /// Not JSON, no object, or bad fields: all of them.
    pub fn from_json<'b>(body: impl Into<SentBody<'b>>) -> Result<Read<Self>, BodyError> {
        let mut object = ObjectReader::new(body)?;
        let rename = Self { name: object.label("name", limits::TAG) };
        object.finish(rename)
    }
}

/// What renaming a tag did. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "tag": "customer", "changed": 12 }))]
pub struct RenamedTag {
    /// The tag's new name.
    pub tag: String,
    /// How many contacts this request changed.
    pub changed: u64,
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

/// The schema of `add_tags` in an update.
pub(crate) fn added_by_update() -> impl Into<RefOr<Schema>> {
    extension(
        "Extension: tags to add after the existing ones, in the order sent, each once. A tag that the contact has \
         already stays where it is. At most 200 tags after the change. Cannot be sent together with `tags`.",
    )
}

/// The schema of `remove_tags` in an update.
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

/// A field with a schema of its own has no other description than the schema's.
fn schema(description: &str) -> ArrayBuilder {
    let tag = ObjectBuilder::new().schema_type(Type::String).max_length(Some(limits::TAG));
    ArrayBuilder::new().items(tag).max_items(Some(limits::TAGS)).description(Some(description))
}

#[cfg(test)]
mod tests;
