//! Counts the bytes of a write.

use contact_model::{ContactFields, CustomFieldPatch};

use super::write::{ContactWrite, TagChange, WriteOperation};
use crate::queue::Cost;

impl Cost for ContactWrite {
    /// Counts the parts that may be long: notes, tags and custom fields.
    fn bytes(&self) -> usize {
        match &self.operation {
            WriteOperation::Upsert(upsert, _) => {
                let on_create = upsert.on_create.as_ref().map_or(0, |create| fields_bytes(&create.fields));
                fields_bytes(&upsert.create.fields) + on_create
            }
            WriteOperation::Insert(insert) => {
                insert.state.notes.as_ref().map_or(0, String::len)
                    + tags_bytes(&insert.state.tags)
                    + custom_fields_bytes(insert.custom_fields.as_ref())
            }
            WriteOperation::Update(_, update) => {
                let tags = [&update.add_tags, &update.remove_tags];
                fields_bytes(&update.fields)
                    + tags.into_iter().flatten().map(|tags| tags_bytes(tags)).sum::<usize>()
            }
            WriteOperation::ChangeTags(_, TagChange::Add(tags)) => tags_bytes(tags),
            WriteOperation::ChangeTags(..)
            | WriteOperation::SetActiveAgent(..)
            | WriteOperation::RecordThread(..)
            | WriteOperation::Delete(_)
            | WriteOperation::Restore(..)
            | WriteOperation::Erase(_)
            | WriteOperation::EraseExpired(..) => 0,
        }
    }
}

fn fields_bytes(fields: &ContactFields) -> usize {
    fields.notes.value().map_or(0, String::len)
        + fields.tags.as_ref().map_or(0, |tags| tags_bytes(tags))
        + custom_fields_bytes(fields.custom_fields.as_ref())
}

fn tags_bytes(tags: &[String]) -> usize {
    tags.iter().map(String::len).sum()
}

fn custom_fields_bytes(fields: Option<&CustomFieldPatch>) -> usize {
    let fields = fields.into_iter().flat_map(|fields| &fields.0);
    fields.map(|(name, value)| name.len() + value.as_ref().map_or(0, |value| value.as_str().len())).sum()
}
