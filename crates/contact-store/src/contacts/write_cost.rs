//! Counts the bytes of a write.

use contact_model::{ContactFields, CustomFieldPatch};

use super::write::{ContactWrite, TagChange, WriteOperation};
use crate::queue::Cost;

impl Cost for ContactWrite {
    /// Counts the parts that may be long: notes, tags and custom fields.
    fn bytes(&self) -> usize {
        match &self.operation {
            WriteOperation::Upsert(upsert, _) => {
                let on_create = upsert.on_create.as_ref().map_or(0, |create| of_fields(&create.fields));
                of_fields(&upsert.create.fields) + on_create
            }
            WriteOperation::Insert(insert) => {
                insert.state.notes.as_ref().map_or(0, String::len)
                    + of_tags(&insert.state.tags)
                    + of_custom_fields(insert.custom_fields.as_ref())
            }
            WriteOperation::Update(_, update) => {
                let tags = [&update.add_tags, &update.remove_tags];
                of_fields(&update.fields)
                    + tags.into_iter().flatten().map(|tags| of_tags(tags)).sum::<usize>()
            }
            WriteOperation::ChangeTags(_, TagChange::Add(tags)) => of_tags(tags),
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

fn of_fields(fields: &ContactFields) -> usize {
    fields.notes.value().map_or(0, String::len)
        + fields.tags.as_ref().map_or(0, |tags| of_tags(tags))
        + of_custom_fields(fields.custom_fields.as_ref())
}

fn of_tags(tags: &[String]) -> usize {
    tags.iter().map(String::len).sum()
}

fn of_custom_fields(fields: Option<&CustomFieldPatch>) -> usize {
    let fields = fields.into_iter().flat_map(|fields| &fields.0);
    fields.map(|(name, value)| name.len() + value.as_ref().map_or(0, |value| value.as_str().len())).sum()
}
