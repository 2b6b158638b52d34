//! What a change did.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::receipt::Action;
use crate::string_enum::string_enum;

string_enum! {
    /// What a change did: a contact was `created`, `updated`, `deleted`, `restored`, `erased` (removed permanently) or
    /// `merged` (two changes: of the contact that was merged into another one, and of the one that remains), or a custom field was renamed or deleted in all contacts.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum ChangeAction: "an action" {
        /// A contact was created.
        Created = "created",
        /// Fields of a contact changed.
        Updated = "updated",
        /// A contact was deleted. It can be restored.
        Deleted = "deleted",
        /// A deleted contact was restored.
        Restored = "restored",
        /// A contact was removed permanently.
        Erased = "erased",
        /// A contact was merged into another one, if `merged_into` changed, or another one was merged into it.
        Merged = "merged",
        /// A custom field was renamed, in all contacts of the company.
        CustomFieldRenamed = "custom_field_renamed",
        /// A custom field was deleted, with its values in all contacts of the company.
        CustomFieldDeleted = "custom_field_deleted",
    }
}

impl ChangeAction {
    /// Returns the action of a write. `None` if the write changed nothing, because then the log has no entry for it.
    pub fn of_write(action: Action) -> Option<Self> {
        Some(match action {
            Action::Created => Self::Created,
            Action::Updated => Self::Updated,
            Action::Deleted => Self::Deleted,
            Action::Restored => Self::Restored,
            Action::Erased => Self::Erased,
            Action::Merged => Self::Merged,
            Action::Unchanged => return None,
        })
    }
}
