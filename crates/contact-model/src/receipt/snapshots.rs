//! A contact before and after a write.

use std::collections::BTreeMap;

use crate::changes::{ComparedContact, FieldChanges};
use crate::{AgentId, ContactState, JsonText, Timestamp};

/// A contact before or after a write. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The fields that a request may change.
    pub state: ContactState,
    /// The contact's active agent.
    pub active_agent_id: Option<AgentId>,
    /// When the contact's latest thread took place.
    pub last_activity: Option<Timestamp>,
    /// The URL of the contact's picture.
    pub profile_picture_url: Option<String>,
    /// The values of its custom fields by name, if the write could change any.
    pub custom_fields: BTreeMap<String, JsonText>,
}

/// A contact before and after a write. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshots {
    /// The contact before the write, or `None` if the write created it.
    pub before: Option<Snapshot>,
    /// The contact after the write. An erased contact is given as it was before.
    pub after: Snapshot,
}

impl Snapshots {
    /// Returns the fields whose values changed.
    pub fn changed(&self) -> FieldChanges {
        self.after.compared().changes_since(self.before.as_ref().map(Snapshot::compared))
    }
}

impl Snapshot {
    fn compared(&self) -> ComparedContact<'_> {
        ComparedContact {
            state: &self.state,
            active_agent_id: self.active_agent_id,
            last_activity: self.last_activity,
            merged_into: None,
            merged_from: None,
            profile_picture_url: self.profile_picture_url.as_deref(),
            created_at: None,
            updated_at: None,
            custom_fields: &self.custom_fields,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(state: ContactState, plan: Option<&str>) -> Snapshot {
        let plan = plan.map(|value| ("Plan".to_owned(), JsonText::from_stored(value.to_owned())));
        let custom_fields = plan.into_iter().collect();
        Snapshot {
            state,
            active_agent_id: None,
            last_activity: None,
            profile_picture_url: None,
            custom_fields,
        }
    }

    fn entries(changed: &FieldChanges) -> Vec<(&str, &str, &str)> {
        changed.iter().map(|(name, c)| (name.as_str(), c.before.as_str(), c.after.as_str())).collect()
    }

    #[test]
    fn changed_fields_are_listed() {
        let state = ContactState { notes: Some("a".into()), tags: vec!["x".into()], ..Default::default() };
        let before = snapshot(state.clone(), Some("1"));
        let snapshots = Snapshots { before: Some(before.clone()), after: before.clone() };
        assert!(snapshots.changed().is_empty());

        let after = snapshot(ContactState { notes: None, is_dnd: true, ..state }, Some("1.0"));
        let snapshots = Snapshots { before: Some(before.clone()), after };
        let expected =
            [("custom_fields.Plan", "1", "1.0"), ("is_dnd", "false", "true"), ("notes", "\"a\"", "null")];
        assert_eq!(entries(&snapshots.changed()), expected);

        let removed = Snapshots { after: snapshot(before.state.clone(), None), before: Some(before) };
        assert_eq!(entries(&removed.changed()), [("custom_fields.Plan", "1", "null")]);
    }

    #[test]
    fn all_fields_of_a_new_contact_were_null_before() {
        let snapshots = Snapshots { before: None, after: snapshot(ContactState::default(), None) };
        let expected =
            [("is_dnd", "null", "false"), ("lead_source", "null", "\"api\""), ("tags", "null", "[]")];
        assert_eq!(entries(&snapshots.changed()), expected);
    }

    #[test]
    fn changes_outside_the_state_are_listed_too() {
        let before = snapshot(ContactState::default(), None);
        let after = Snapshot {
            last_activity: Some("2026-01-31T09:00:00Z".parse().unwrap()),
            profile_picture_url: Some("https://example.com/jane.png".to_owned()),
            ..before.clone()
        };
        let snapshots = Snapshots { before: Some(before), after };
        let expected = [
            ("last_activity", "null", "\"2026-01-31T09:00:00Z\""),
            ("profile_picture_url", "null", "\"https://example.com/jane.png\""),
        ];
        assert_eq!(entries(&snapshots.changed()), expected);
    }
}
