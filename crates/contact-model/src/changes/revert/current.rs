//! A contact as undoing finds it, and how its fields are set back.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::presence::Presence;
use crate::changes::FieldChanges;
use crate::{ContactState, JsonText};

/// The value of a field that is not set.
const NULL: &str = "null";

/// A contact as it is before changes are undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentContact {
    /// Whether the contact is deleted, or was merged into another one.
    pub presence: Presence,
    /// Whether other contacts were merged into it.
    pub has_merged: bool,
    values: BTreeMap<String, JsonText>,
}

impl CurrentContact {
    /// Returns a contact with the values that the contact has `since_creation`.
    pub fn new(presence: Presence, since_creation: FieldChanges) -> Self {
        let values = since_creation.into_iter().map(|(field, change)| (field, change.after)).collect();
        Self { presence, has_merged: false, values }
    }

    /// Returns true if the field has this value.
    pub(super) fn has(&self, field: &str, value: &JsonText) -> bool {
        self.values.get(field).map_or(NULL, JsonText::as_str) == value.as_str()
    }

    /// Returns the fields whose values are not null.
    pub(super) fn fields(&self) -> impl Iterator<Item = &String> {
        self.values.keys()
    }
}

/// Why a field cannot be set.
#[derive(Debug, thiserror::Error)]
pub enum SetFieldError {
    /// The state of a contact has no such field.
    #[error("the state of a contact has no such field")]
    UnknownField,
    /// The field does not have such values.
    #[error("the field does not have such values")]
    InvalidValue(#[from] serde_json::Error),
}

/// Sets a field of a contact to a value from the log.
///
/// # Errors
/// The field does not exist, or it cannot have this value.
pub fn set_field(state: &mut ContactState, field: &str, value: &JsonText) -> Result<(), SetFieldError> {
    match field {
        "name" => state.name = read(value)?,
        "first_name" => state.first_name = read(value)?,
        "last_name" => state.last_name = read(value)?,
        "email" => state.email = read(value)?,
        "phone" => state.phone = read(value)?,
        "business_name" => state.business_name = read(value)?,
        "notes" => state.notes = read(value)?,
        "tags" => state.tags = read(value)?,
        "lead_source" => state.lead_source = read(value)?,
        "is_dnd" => state.is_dnd = read(value)?,
        _ => return Err(SetFieldError::UnknownField),
    }
    Ok(())
}

fn read<T: DeserializeOwned>(value: &JsonText) -> Result<T, serde_json::Error> {
    serde_json::from_str(value.as_str())
}
