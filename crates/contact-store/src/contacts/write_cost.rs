//! The cost of a write in the queue.

use contact_model::{ContactFields, ContactState, CustomFieldPatch, JsonText};

use super::write::{ContactWrite, TagChange, WriteOperation};
use crate::queue::Cost;

impl Cost for ContactWrite {
    /// Returns the size of the parts that may be long: notes, tags and custom fields.
    fn bytes(&self) -> usize {
        match &self.operation {
            WriteOperation::Upsert(upsert, _) => {
                let on_create = upsert.on_create.as_ref().map_or(0, |create| fields_bytes(&create.fields));
                fields_bytes(&upsert.create.fields) + on_create
            }
            WriteOperation::Insert(insert) => {
                let ContactState { notes, tags, .. } = &insert.state;
                parts_bytes(notes.as_ref(), tags, insert.custom_fields.as_ref())
            }
            WriteOperation::Update(_, update) => {
                let tags = [&update.add_tags, &update.remove_tags];
                fields_bytes(&update.fields)
                    + tags.into_iter().flatten().map(|tags| tags_bytes(tags)).sum::<usize>()
            }
            WriteOperation::Revert(_, net, _) => net.bytes(),
            WriteOperation::ChangeTags(_, TagChange::Add(tags)) => tags_bytes(tags),
            WriteOperation::ChangeTags(..)
            | WriteOperation::SetActiveAgent(..)
            | WriteOperation::RecordThread(..)
            | WriteOperation::Delete(_)
            | WriteOperation::Restore(..)
            | WriteOperation::Merge(..)
            | WriteOperation::Erase(_)
            | WriteOperation::EraseExpired(..) => 0,
        }
    }
}

fn fields_bytes(fields: &ContactFields) -> usize {
    let tags = fields.tags.as_deref().unwrap_or_default();
    parts_bytes(fields.notes.value(), tags, fields.custom_fields.as_ref())
}

fn parts_bytes(notes: Option<&String>, tags: &[String], fields: Option<&CustomFieldPatch>) -> usize {
    let fields = fields.into_iter().flat_map(|fields| &fields.0);
    let field_bytes = |(name, value): (&String, &Option<JsonText>)| {
        name.len() + value.as_ref().map_or(0, |value| value.as_str().len())
    };
    notes.map_or(0, String::len) + tags_bytes(tags) + fields.map(field_bytes).sum::<usize>()
}

fn tags_bytes(tags: &[String]) -> usize {
    tags.iter().map(String::len).sum()
}
