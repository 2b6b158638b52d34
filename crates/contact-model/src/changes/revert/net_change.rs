//! What selected changes of a contact did together, and how that is undone.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::current::CurrentContact;
use super::presence::Presence;
use super::{LeftAlone, LeftReason};
use crate::changes::{ChangeAction, FieldChanges};
use crate::{AgentId, ContactId, JsonText};

/// What selected changes of a contact did together. A field that they changed several times has the value before the
/// earliest and the value after the latest of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetChange {
    /// Whether the contact existed before and after the changes, if one of them changed that.
    presence: Option<(Presence, Presence)>,
    fields: FieldChanges,
    /// True if one of the changes set the time of the last activity, and was no merge.
    has_activity: bool,
    /// The contacts that the changes merged into the contact.
    merged_from: Vec<ContactId>,
}

/// What to do with a contact to undo changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RevertPlan {
    /// Whether the contact is to be deleted, restored, or merged into another one again.
    pub presence: Option<Presence>,
    /// The fields to set back, with their values.
    pub fields: BTreeMap<String, JsonText>,
    /// The fields that are not changed, or the contact, each with the reason.
    pub left: Vec<LeftAlone>,
}

/// The name of the field that shows whether a contact is deleted, also if it was merged into another one.
pub const DELETED_AT: &str = "deleted_at";
/// It follows from the contact's threads, which remain, unless they came from a contact that was merged into it.
const LAST_ACTIVITY: &str = "last_activity";
/// The name of the field that shows which contact a contact was merged into.
const MERGED_INTO: &str = "merged_into";
/// The name under which the log of the other contact names the merged one.
const MERGED_FROM: &str = "merged_from";
/// The times of a contact, which undoing does not set back.
const TIMES: [&str; 2] = ["created_at", "updated_at"];

impl NetChange {
    /// Adds a change that was made before those that were added so far.
    pub fn add_earlier(&mut self, action: ChangeAction, mut changed: FieldChanges) {
        let merged_into = changed.remove(MERGED_INTO);
        self.merged_from.extend(changed.remove(MERGED_FROM).and_then(|change| contact_id(&change.after)));
        let presence = match action {
            ChangeAction::Created => Some((Presence::Absent, Presence::Present)),
            ChangeAction::Deleted => Some((Presence::Present, Presence::Deleted)),
            ChangeAction::Restored => {
                let merged = merged_into.and_then(|change| contact_id(&change.before));
                Some((merged.map_or(Presence::Deleted, Presence::Merged), Presence::Present))
            }
            ChangeAction::Merged => {
                let merged = merged_into.and_then(|change| contact_id(&change.after));
                merged.map(|survivor| (Presence::Present, Presence::Merged(survivor)))
            }
            _ => None,
        };
        if let Some((before, after)) = presence {
            self.presence = Some((before, self.presence.map_or(after, |(_, latest)| latest)));
        }
        self.has_activity |= action != ChangeAction::Merged && changed.contains_key(LAST_ACTIVITY);
        for (field, change) in changed {
            match self.fields.entry(field) {
                Entry::Occupied(mut later) => later.get_mut().before = change.before,
                Entry::Vacant(new) if !TIMES.contains(&new.key().as_str()) => {
                    new.insert(change);
                }
                Entry::Vacant(_) => {}
            }
        }
    }

    /// Returns the contact that undoing may merge the contact into again.
    pub fn survivor_before(&self) -> Option<ContactId> {
        match self.presence {
            Some((Presence::Merged(survivor), _)) => Some(survivor),
            _ => None,
        }
    }

    /// Returns the contacts that the changes merged into the contact. If one of them was erased, this contact
    /// keeps the values that it got, because no other contact has them.
    pub fn merged_from(&self) -> &[ContactId] {
        &self.merged_from
    }

    /// Returns the bytes of the values.
    pub fn bytes(&self) -> usize {
        let bytes = |value: &JsonText| value.as_str().len();
        self.fields.values().map(|change| bytes(&change.before) + bytes(&change.after)).sum()
    }

    /// Returns the agent that undoing may set as the contact's active agent.
    pub fn agent_before(&self) -> Option<AgentId> {
        let change = self.fields.get("active_agent_id")?;
        serde_json::from_str(change.before.as_str()).ok()
    }

    /// Returns how to undo the changes of a contact. A field that has changed again since then keeps its value, unless
    /// `force` is true.
    pub fn plan(&self, current: &CurrentContact, force: bool) -> RevertPlan {
        if matches!(self.presence, Some((Presence::Absent, _))) {
            return self.plan_deletion(current, force);
        }
        let mut plan = RevertPlan::default();
        let now = current.presence;
        if let Some((before, after)) = self.presence.filter(|(before, _)| *before != now) {
            if now == after || force {
                plan.presence = Some(before);
            } else {
                plan.left.push(LeftAlone::field(DELETED_AT, LeftReason::ChangedSince));
            }
        }
        let stays_deleted = now != Presence::Present && plan.presence.is_none();
        for (field, change) in
            self.fields.iter().filter(|(field, change)| !current.has(field, &change.before))
        {
            let reason = match field.as_str() {
                _ if stays_deleted => LeftReason::ContactDeleted,
                LAST_ACTIVITY if self.has_activity => LeftReason::NotRevertible,
                _ if force || current.has(field, &change.after) => {
                    plan.fields.insert(field.clone(), change.before.clone());
                    continue;
                }
                _ => LeftReason::ChangedSince,
            };
            plan.left.push(LeftAlone::field(field, reason));
        }
        plan
    }

    /// Returns how to undo the creation of a contact. It is deleted, unless it changed or others were merged into it
    /// since then.
    fn plan_deletion(&self, current: &CurrentContact, force: bool) -> RevertPlan {
        if current.presence != Presence::Present {
            return RevertPlan::default();
        }
        let was_restored = matches!(self.presence, Some((_, Presence::Deleted)));
        let null = JsonText::from_stored("null".to_owned());
        let others = current.fields().filter(|field| !self.fields.contains_key(*field));
        let changed = self.fields.keys().chain(others).filter(|field| {
            let after = self.fields.get(*field).map_or(&null, |change| &change.after);
            !TIMES.contains(&field.as_str()) && !current.has(field, after)
        });
        let changed = changed.map(String::as_str).chain(was_restored.then_some(DELETED_AT));
        let left: Vec<_> = changed.map(|field| LeftAlone::field(field, LeftReason::ChangedSince)).collect();
        if force || (left.is_empty() && !current.has_merged) {
            RevertPlan { presence: Some(Presence::Deleted), ..RevertPlan::default() }
        } else {
            let merged = LeftAlone::field(DELETED_AT, LeftReason::ChangedSince);
            let left = if left.is_empty() { vec![merged] } else { left };
            RevertPlan { left, ..RevertPlan::default() }
        }
    }
}

fn contact_id(json: &JsonText) -> Option<ContactId> {
    serde_json::from_str(json.as_str()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::changes::Change;

    fn changed(fields: Value) -> FieldChanges {
        serde_json::from_value(fields).unwrap()
    }

    /// Returns the net change of changes in their order.
    fn net<const N: usize>(changes: [(ChangeAction, Value); N]) -> NetChange {
        let mut net = NetChange::default();
        for (action, fields) in changes.into_iter().rev() {
            net.add_earlier(action, changed(fields));
        }
        net
    }

    fn current(is_deleted: bool, values: Value) -> CurrentContact {
        let values = values.as_object().unwrap().iter().map(|(field, value)| {
            let json = |value: &Value| JsonText::try_from(value).unwrap();
            (field.clone(), Change { before: json(&Value::Null), after: json(value) })
        });
        let presence = if is_deleted { Presence::Deleted } else { Presence::Present };
        CurrentContact::new(presence, values.collect())
    }

    /// Returns a plan as JSON: the presence, the fields to set, and the fields that are left alone.
    fn planned(net: &NetChange, current: &CurrentContact, force: bool) -> Value {
        let RevertPlan { presence, fields, left } = net.plan(current, force);
        let left: Vec<_> = left
            .iter()
            .map(|left| format!("{} {}", left.field.as_deref().unwrap_or_default(), left.reason))
            .collect();
        json!([presence.map(|presence| format!("{presence:?}")), fields, left])
    }

    use ChangeAction::{Created, Deleted, Merged, Restored, Updated};

    #[test]
    fn fields_return_to_the_value_before_the_earliest_change() {
        let notes = |before: &str, after: &str| json!({ "notes": { "before": before, "after": after } });
        let net = net([(Updated, notes("a", "b")), (Updated, notes("c", "d"))]);
        assert_eq!(
            planned(&net, &current(false, json!({ "notes": "d" })), false),
            json!([null, { "notes": "a" }, []])
        );
        // It already has the value.
        assert_eq!(planned(&net, &current(false, json!({ "notes": "a" })), true), json!([null, {}, []]));
        let later = current(false, json!({ "notes": "e" }));
        assert_eq!(planned(&net, &later, false), json!([null, {}, ["notes changed_since"]]));
        assert_eq!(planned(&net, &later, true), json!([null, { "notes": "a" }, []]));
        let gone = current(true, json!({ "notes": "d" }));
        assert_eq!(planned(&net, &gone, true), json!([null, {}, ["notes contact_deleted"]]));
    }

    #[test]
    fn the_time_of_the_last_activity_is_left_alone() {
        let net = net([(Updated, json!({ "last_activity": { "before": null, "after": "x" } }))]);
        let now = current(false, json!({ "last_activity": "x" }));
        assert_eq!(planned(&net, &now, true), json!([null, {}, ["last_activity not_revertible"]]));
    }

    #[test]
    fn a_created_contact_is_deleted_unless_it_changed() {
        let created = json!({
            "name": { "before": null, "after": "Jane" },
            "created_at": { "before": null, "after": "x" },
        });
        let net = net([(Created, created)]);
        let same = current(false, json!({ "name": "Jane", "created_at": "x", "updated_at": "y" }));
        assert_eq!(planned(&net, &same, false), json!(["Deleted", {}, []]));
        let changed = current(false, json!({ "name": "Jane", "notes": "a" }));
        assert_eq!(planned(&net, &changed, false), json!([null, {}, ["notes changed_since"]]));
        assert_eq!(planned(&net, &changed, true), json!(["Deleted", {}, []]));
        assert_eq!(planned(&net, &current(true, json!({})), true), json!([null, {}, []]));
    }

    #[test]
    fn merges_are_undone_and_done_again() {
        let survivor: ContactId = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse().unwrap();
        let merged = Presence::Merged(survivor);
        let now = |presence| CurrentContact::new(presence, FieldChanges::new());
        let done = net([(Merged, json!({ "merged_into": { "before": null, "after": survivor } }))]);
        assert_eq!(done.plan(&now(merged), false).presence, Some(Presence::Present));
        assert_eq!(done.plan(&now(Presence::Present), true), RevertPlan::default());
        // It was restored and deleted since then.
        assert_eq!(
            planned(&done, &now(Presence::Deleted), false),
            json!([null, {}, ["deleted_at changed_since"]])
        );
        let undone = net([(Restored, json!({ "merged_into": { "before": survivor, "after": null } }))]);
        assert_eq!(undone.plan(&now(Presence::Present), false).presence, Some(merged));
        assert_eq!((undone.survivor_before(), done.survivor_before()), (Some(survivor), None));
    }

    #[test]
    fn the_last_activity_of_a_merged_contact_is_set_back() {
        let activity = |action| net([(action, json!({ "last_activity": { "before": null, "after": "x" } }))]);
        let now = current(false, json!({ "last_activity": "x" }));
        assert_eq!(planned(&activity(Merged), &now, false), json!([null, { "last_activity": null }, []]));
        let later = current(false, json!({ "last_activity": "y" }));
        let left = json!([null, {}, ["last_activity changed_since"]]);
        assert_eq!(planned(&activity(Merged), &later, false), left);
    }

    #[test]
    fn deletions_and_restores_are_undone_with_the_fields() {
        let notes = json!({ "notes": { "before": "a", "after": "b" } });
        let deleted = net([(Updated, notes.clone()), (Deleted, json!({}))]);
        let now = current(true, json!({ "notes": "b" }));
        assert_eq!(planned(&deleted, &now, false), json!(["Present", { "notes": "a" }, []]));
        let restored = net([(Restored, json!({})), (Updated, notes)]);
        let now = current(false, json!({ "notes": "b" }));
        assert_eq!(planned(&restored, &now, false), json!(["Deleted", { "notes": "a" }, []]));
        // Both directions together change nothing, so only the field is set back.
        let both = net([(Deleted, json!({})), (Restored, json!({}))]);
        assert_eq!(planned(&both, &now, false), json!([null, {}, []]));
        assert_eq!(
            planned(&both, &current(true, json!({})), false),
            json!([null, {}, ["deleted_at changed_since"]])
        );
    }
}
