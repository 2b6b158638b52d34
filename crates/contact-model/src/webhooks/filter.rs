//! Which changes a webhook gets.

use crate::changes::filter::covers;
use crate::changes::{ChangeAction, ChangeEntry};

/// A field whose changes are not sent unless the webhook names it, because each call or chat changes it.
const LAST_ACTIVITY: &str = "last_activity";

/// The changes that a webhook gets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WebhookFilter {
    /// The actions, or `None` for all.
    pub actions: Option<Vec<ChangeAction>>,
    /// The fields, one of which an `updated` contact must have changed. `None` for all except `last_activity`.
    pub fields: Option<Vec<String>>,
}

impl WebhookFilter {
    /// Returns true if the webhook gets this change.
    pub fn selects(&self, entry: &ChangeEntry) -> bool {
        let has_action = self.actions.as_ref().is_none_or(|actions| actions.contains(&entry.action));
        if !has_action || entry.action != ChangeAction::Updated {
            return has_action;
        }
        let mut changed = entry.changed.keys();
        match &self.fields {
            None => changed.len() == 0 || changed.any(|name| name != LAST_ACTIVITY),
            Some(fields) => changed.any(|name| fields.iter().any(|field| covers(field, name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::tests::entry;
    use super::*;
    use crate::changes::ComparedContact;
    use crate::changes::filter::is_field;
    use crate::{ContactState, Timestamp};

    fn filter(actions: Option<&[ChangeAction]>, fields: Option<&[&str]>) -> WebhookFilter {
        let fields = fields.map(|fields| fields.iter().map(|&field| field.to_owned()).collect());
        WebhookFilter { actions: actions.map(<[_]>::to_vec), fields }
    }

    #[test]
    fn actions_and_fields_select_changes() {
        use ChangeAction::{Created, Deleted, Updated};
        let all = filter(None, None);
        for (action, changed) in [(Created, "name"), (Updated, "notes"), (Updated, "custom_fields.Plan")] {
            assert!(all.selects(&entry(action, &[changed])));
        }
        assert!(all.selects(&entry(Deleted, &[])));
        let deletions = filter(Some(&[Deleted]), None);
        assert!(deletions.selects(&entry(Deleted, &[])) && !deletions.selects(&entry(Created, &["name"])));
        let email = filter(None, Some(&["email", "custom_fields.Plan"]));
        assert!(email.selects(&entry(Updated, &["email", "notes"])));
        assert!(email.selects(&entry(Updated, &["custom_fields.Plan"])));
        assert!(!email.selects(&entry(Updated, &["notes", "custom_fields.Size"])));
        assert!(email.selects(&entry(Created, &["name"])) && email.selects(&entry(Deleted, &[])));
        assert!(filter(None, Some(&["custom_fields"])).selects(&entry(Updated, &["custom_fields.Size"])));
    }

    #[test]
    fn a_change_of_last_activity_alone_is_sent_only_if_it_is_named() {
        let activity = entry(ChangeAction::Updated, &["last_activity"]);
        assert!(!filter(None, None).selects(&activity));
        assert!(!filter(None, Some(&["notes"])).selects(&activity));
        assert!(filter(None, Some(&["last_activity"])).selects(&activity));
        assert!(filter(None, None).selects(&entry(ChangeAction::Updated, &["last_activity", "notes"])));
    }

    #[test]
    fn every_field_of_a_contact_is_known() {
        let state = ContactState { name: Some("Jane".to_owned()), ..ContactState::default() };
        let custom_fields = [("Plan".to_owned(), crate::JsonText::from_stored("1".to_owned()))].into();
        let at = Timestamp::from_micros(0);
        let contact = ComparedContact {
            state: &state,
            active_agent_id: Some(uuid::Uuid::nil().into()),
            last_activity: at,
            merged_into: Some(uuid::Uuid::nil().into()),
            merged_from: None,
            profile_picture_url: Some("https://example.com"),
            created_at: None,
            updated_at: None,
            custom_fields: &custom_fields,
        };
        for name in contact.changes_since(None).keys() {
            assert!(is_field(name), "{name}");
        }
        for unknown in ["", "e-mail", "custom_fields.", "custom_field.Plan"] {
            assert!(!is_field(unknown), "{unknown}");
        }
    }
}
