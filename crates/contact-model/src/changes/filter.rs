//! The changes that a reader of the feed asked for.

use super::{ChangeAction, ChangeEntry};

/// Selects changes by their action and by the fields that changed. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangeFilter {
    /// The actions to include. Empty if all are included.
    pub actions: Vec<ChangeAction>,
    /// An update is included if it changed at least one of these fields. If there are none, every update is included.
    /// Changes with other actions do not depend on the fields. `custom_fields` means all custom fields, and
    /// `custom_fields.Name` means one.
    pub fields: Vec<String>,
}

impl ChangeFilter {
    /// Returns true if the change is included.
    pub fn includes(&self, entry: &ChangeEntry) -> bool {
        let includes_action = self.actions.is_empty() || self.actions.contains(&entry.action);
        let depends_on_fields = entry.action == ChangeAction::Updated && !self.fields.is_empty();
        let includes_field = |name: &String| self.fields.iter().any(|field| covers(field, name));
        includes_action && (!depends_on_fields || entry.changed.keys().any(includes_field))
    }
}

/// The fields of a contact that a filter can name, apart from custom fields.
const FIELDS: [&str; 14] = [
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "business_name",
    "notes",
    "tags",
    "lead_source",
    "is_dnd",
    "active_agent_id",
    "last_activity",
    "merged_into",
    "profile_picture_url",
];
/// The name that stands for all custom fields.
const CUSTOM_FIELDS: &str = "custom_fields";
/// The beginning of the name of a custom field.
const CUSTOM_FIELD: &str = "custom_fields.";

/// Returns true if a filter can name this field.
pub(crate) fn is_field(name: &str) -> bool {
    FIELDS.contains(&name)
        || name == CUSTOM_FIELDS
        || name.strip_prefix(CUSTOM_FIELD).is_some_and(|name| !name.is_empty())
}

/// Returns true if a field that a filter names covers a changed field.
pub(crate) fn covers(field: &str, changed: &str) -> bool {
    field == changed || field == CUSTOM_FIELDS && changed.starts_with(CUSTOM_FIELD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::{Change, ChangeHash};
    use crate::{JsonText, Timestamp};

    fn entry(action: ChangeAction, fields: &[&str]) -> ChangeEntry {
        let null = || JsonText::from_stored("null".to_owned());
        let change = |name: &&str| ((*name).to_owned(), Change { before: null(), after: null() });
        ChangeEntry {
            sequence: 1,
            contact_id: None,
            action,
            at: Timestamp::from_micros(0).unwrap(),
            key: None,
            request_id: None,
            operation_id: None,
            changed: fields.iter().map(change).collect(),
            hash: ChangeHash::START,
            contact: None,
        }
    }

    #[test]
    fn a_filter_selects_actions_and_the_fields_of_updates() {
        use ChangeAction::{Created, Deleted, Updated};
        let renamed = entry(Updated, &["name", "updated_at"]);
        let upgraded = entry(Updated, &["custom_fields.Plan"]);
        let (created, deleted) = (entry(Created, &["name"]), entry(Deleted, &[]));
        let included = |actions: &[ChangeAction], fields: &[&str]| -> Vec<bool> {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            let filter = ChangeFilter { actions: actions.to_vec(), fields };
            [&renamed, &upgraded, &created, &deleted].map(|entry| filter.includes(entry)).into()
        };
        assert_eq!(included(&[], &[]), [true, true, true, true]);
        assert_eq!(included(&[Updated, Deleted], &[]), [true, true, false, true]);
        assert_eq!(included(&[], &["name"]), [true, false, true, true]);
        assert_eq!(included(&[], &["custom_fields"]), [false, true, true, true]);
        assert_eq!(included(&[Updated], &["custom_fields.Plan"]), [false, true, false, false]);
        assert_eq!(included(&[Updated], &["custom_fields.Size", "custom"]), [false; 4]);
    }
}
