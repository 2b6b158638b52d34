//! Counts the bytes of a write.

use contact_model::{ContactCreate, CustomFieldPatch, Patch};

use super::write::{ContactWrite, TagChange, WriteOperation};
use crate::queue::Cost;

impl Cost for ContactWrite {
    /// Counts the parts that may be long: notes, tags and custom fields.
    fn bytes(&self) -> usize {
        match &self.operation {
            WriteOperation::Upsert(upsert, _) => {
                of_create(&upsert.create) + upsert.on_create.as_ref().map_or(0, of_create)
            }
            WriteOperation::Insert(insert) => {
                insert.notes.as_ref().map_or(0, String::len)
                    + of_tags(&insert.tags)
                    + of_fields(insert.custom_fields.as_ref())
            }
            WriteOperation::Update(_, update) => {
                let tags = [&update.tags, &update.add_tags, &update.remove_tags];
                of_text(&update.notes)
                    + tags.into_iter().flatten().map(|tags| of_tags(tags)).sum::<usize>()
                    + of_fields(update.custom_fields.as_ref())
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

fn of_create(create: &ContactCreate) -> usize {
    of_text(&create.notes)
        + create.tags.as_ref().map_or(0, |tags| of_tags(tags))
        + of_fields(create.custom_fields.as_ref())
}

fn of_text(text: &Patch<String>) -> usize {
    text.value().map_or(0, String::len)
}

fn of_tags(tags: &[String]) -> usize {
    tags.iter().map(String::len).sum()
}

fn of_fields(fields: Option<&CustomFieldPatch>) -> usize {
    let fields = fields.into_iter().flat_map(|fields| &fields.0);
    fields.map(|(name, value)| name.len() + value.as_ref().map_or(0, |value| value.as_str().len())).sum()
}
