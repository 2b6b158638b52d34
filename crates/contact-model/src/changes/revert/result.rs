//! The response to a request that undoes changes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ContactId;
use crate::receipt::Action;
use crate::string_enum::string_enum;

/// What a request to undo changes did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "reverted": 1,
    "left": 1,
    "results": [{
        "contact_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "action": "updated",
        "reverted": ["notes", "custom_fields.Plan"],
        "left": [{ "field": "email", "reason": "changed_since" }]
    }],
    "next_cursor": null
}))]
pub struct RevertedChanges {
    /// The number of contacts that this request changed.
    pub reverted: u64,
    /// The number of results with something that was left alone.
    pub left: u64,
    /// The contacts with selected changes, those with the latest changes first.
    pub results: Vec<RevertedContact>,
    /// The cursor with which the same request continues, or null if all selected changes were undone or left alone.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// What was undone for a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RevertedContact {
    /// The contact, or null for a change of a custom field.
    #[schema(required)]
    pub contact_id: Option<ContactId>,
    /// What was done: `updated`, `deleted`, `restored`, or `unchanged`.
    pub action: Action,
    /// The fields that were set back.
    pub reverted: Vec<String>,
    /// What was left alone.
    pub left: Vec<LeftAlone>,
}

/// A part of the selected changes that was not undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeftAlone {
    /// The field that keeps its value, `deleted_at` if the contact stays deleted or not deleted, or null for the whole
    /// contact.
    #[schema(required)]
    pub field: Option<String>,
    /// Why it was left alone.
    pub reason: LeftReason,
}

string_enum! {
    /// Why something was not undone: it was `changed_since`, the contact is deleted (`contact_deleted`) or was erased
    /// (`contact_erased`), the custom field or agent of the earlier value does not exist any more (`missing`), or the
    /// change cannot be undone (`not_revertible`): the time of the last activity, and changes of custom fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum LeftReason: "a reason" {
        /// It changed again later.
        ChangedSince = "changed_since",
        /// The contact is deleted.
        ContactDeleted = "contact_deleted",
        /// The contact was erased.
        ContactErased = "contact_erased",
        /// The custom field or the agent does not exist any more.
        Missing = "missing",
        /// Such a change cannot be undone.
        NotRevertible = "not_revertible",
    }
}

impl LeftAlone {
    /// Returns a field that was left alone.
    pub fn field(name: impl Into<String>, reason: LeftReason) -> Self {
        Self { field: Some(name.into()), reason }
    }

    /// Returns a contact that was left alone.
    pub fn contact(reason: LeftReason) -> Self {
        Self { field: None, reason }
    }
}

impl RevertedContact {
    /// Returns a contact, or the changes of a custom field, of which nothing was undone.
    pub fn unchanged(contact_id: Option<ContactId>, left: LeftAlone) -> Self {
        Self { contact_id, action: Action::Unchanged, reverted: Vec::new(), left: vec![left] }
    }
}

impl RevertedChanges {
    /// Counts the results.
    pub fn new(results: Vec<RevertedContact>, next_cursor: Option<String>) -> Self {
        let count =
            |is_counted: fn(&&RevertedContact) -> bool| results.iter().filter(is_counted).count() as u64;
        let reverted = count(|result| result.action != Action::Unchanged);
        Self { reverted, left: count(|result| !result.left.is_empty()), results, next_cursor }
    }
}
