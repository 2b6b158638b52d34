//! Receipts: what a write of a contact did, field by field. Extension: `Prefer: return=receipt`.
//!
//! All of it is worked out from the contact before and after the write and from what was sent, so it
//! holds for every rule that there is or will be.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::body::Coerced;
use crate::matching::MatchedBy;
use crate::{AgentId, Contact, ContactState, JsonText};

/// The media type of [`ContactReceipt`]. Extension.
pub const MEDIA_TYPE: &str = "application/vnd.contacts.receipt+json";

/// What a write did. Extension, where it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Made a new contact.
    Created,
    /// Changed an existing one.
    Updated,
    /// Found nothing to change, and wrote nothing.
    Unchanged,
}

/// A contact and the receipt of the write that left it so. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactReceipt {
    /// The contact after the write.
    pub contact: Contact,
    /// What the write did.
    pub receipt: Receipt,
}

/// What a write of a contact did: nothing is dropped or altered in silence. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "action": "updated",
    "matched_by": "phone",
    "changed": { "name": { "before": null, "after": "Jane Doe" }, "custom_fields.Plan": { "before": "silver", "after": "gold" } },
    "normalised": { "full_name": { "sent": "jane doe", "stored": "Jane Doe" } },
    "coerced": { "is_dnd": { "sent": 1, "stored": true } },
    "ignored": ["nickname"],
    "repeated": []
}))]
pub struct Receipt {
    /// Whether the contact was made, changed or found to be so already.
    pub action: Action,
    /// What led a create to an existing contact, or null.
    #[schema(required)]
    pub matched_by: Option<MatchedBy>,
    /// The contact's fields that are not what they were, custom fields as `custom_fields.Name`. A
    /// contact that was created had nothing before.
    pub changed: BTreeMap<String, Change>,
    /// What the rules made another value of, by the key that was sent, such as a phone in E.164 or tags
    /// merged with those that the contact had.
    pub normalised: BTreeMap<String, Alteration>,
    /// What was of another form than the value it was taken for, such as `"yes"` for true.
    pub coerced: BTreeMap<String, Alteration>,
    /// The names of what was sent and not stored: all that `Ignored-Fields` has room for, and the rest.
    pub ignored: Vec<String>,
    /// The names of what was sent more than once: the last of each counts.
    pub repeated: Vec<String>,
}

/// A field that is not what it was. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The value before the write.
    #[schema(value_type = Value)]
    pub before: JsonText,
    /// The value after it.
    #[schema(value_type = Value)]
    pub after: JsonText,
}

/// A value that is stored otherwise than it was sent. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Alteration {
    /// The value as it was sent.
    #[schema(value_type = Value)]
    pub sent: JsonText,
    /// The value as it is stored.
    #[schema(value_type = Value)]
    pub stored: JsonText,
}

/// A contact as a write found it or left it. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Its own fields.
    pub state: ContactState,
    /// The agent who chats with it.
    pub active_agent_id: Option<AgentId>,
    /// The values of its custom fields by name, where the write could change any.
    pub custom_fields: BTreeMap<String, JsonText>,
}

/// A contact before and after a write. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// The contact before it; `None` where the write made it.
    pub before: Option<Snapshot>,
    /// The contact after it.
    pub after: Snapshot,
}

impl States {
    /// The fields that are not what they were.
    pub fn changed(&self) -> BTreeMap<String, Change> {
        let mut before = self.before.as_ref().map(Snapshot::fields).unwrap_or_default();
        let mut after = self.after.fields();
        let names: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
        let mut of = |name: String| {
            let value =
                |fields: &mut BTreeMap<_, _>| fields.remove(&name).unwrap_or_else(|| json(&Value::Null));
            let change = Change { before: value(&mut before), after: value(&mut after) };
            (change.before != change.after).then_some((name, change))
        };
        names.into_iter().filter_map(&mut of).collect()
    }
}

impl Snapshot {
    fn fields(&self) -> BTreeMap<String, JsonText> {
        let ContactState {
            name,
            first_name,
            last_name,
            email,
            phone,
            business_name,
            notes,
            tags,
            lead_source,
            is_dnd,
        } = &self.state;
        let own = [
            ("name", json(name)),
            ("first_name", json(first_name)),
            ("last_name", json(last_name)),
            ("email", json(email)),
            ("phone", json(phone)),
            ("business_name", json(business_name)),
            ("notes", json(notes)),
            ("tags", json(tags)),
            ("lead_source", json(lead_source)),
            ("is_dnd", json(is_dnd)),
            ("active_agent_id", json(&self.active_agent_id)),
        ];
        let custom =
            self.custom_fields.iter().map(|(name, value)| (format!("custom_fields.{name}"), value.clone()));
        own.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(custom).collect()
    }
}

/// What a request sent that a receipt compares with what is stored. It is kept aside before the write.
/// Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SentFields(BTreeMap<String, JsonText>);

impl SentFields {
    /// Takes from a body what the rules may make another value of. What may be of another form than its
    /// value is told by its reader, see [`Coerced`].
    pub fn of(body: &impl Serialize) -> Self {
        // Values of custom fields among them may be numbers that only their text can hold.
        let keys: BTreeMap<String, Box<RawValue>> =
            serde_json::from_str(json(body).as_str()).unwrap_or_default();
        let empty = ContactState::default();
        let compared = keys.into_iter().filter(|(key, _)| stored(&empty, key).is_some());
        Self(compared.map(|(key, value)| (key, JsonText::from_stored(value.get().to_owned()))).collect())
    }

    /// What is stored otherwise than it was sent. What was left out is not stored at all.
    pub fn normalised(self, after: &ContactState, left_out: &[String]) -> BTreeMap<String, Alteration> {
        let kept = self.0.into_iter().filter(|(key, _)| !left_out.contains(key));
        kept.filter_map(|(key, sent)| {
            let stored = stored(after, &key)?;
            (sent != stored).then_some((key, Alteration { sent, stored }))
        })
        .collect()
    }
}

/// What the contact has for a key of a body.
fn stored(state: &ContactState, key: &str) -> Option<JsonText> {
    Some(match key {
        "full_name" => json(&state.name),
        "first_name" => json(&state.first_name),
        "last_name" => json(&state.last_name),
        "email" => json(&state.email),
        "phone_number" => json(&state.phone),
        "business_name" => json(&state.business_name),
        "notes" => json(&state.notes),
        "tags" => json(&state.tags),
        _ => return None,
    })
}

/// What a body's reader took for another value, by key. Extension.
pub fn coerced(values: Vec<Coerced>) -> BTreeMap<String, Alteration> {
    values.into_iter().map(|Coerced { field, sent, stored }| (field, Alteration { sent, stored })).collect()
}

fn json(value: &impl Serialize) -> JsonText {
    // Text, flags, lists of text, ids and what came as JSON are always JSON.
    JsonText::from_stored(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContactCreate, Country};

    fn snapshot(state: ContactState, plan: Option<&str>) -> Snapshot {
        let plan = plan.map(|value| ("Plan".to_owned(), JsonText::from_stored(value.to_owned())));
        Snapshot { state, active_agent_id: None, custom_fields: plan.into_iter().collect() }
    }

    fn told(changed: &BTreeMap<String, Change>) -> Vec<(&str, &str, &str)> {
        changed.iter().map(|(name, c)| (name.as_str(), c.before.as_str(), c.after.as_str())).collect()
    }

    #[test]
    fn what_is_not_as_it_was_is_told() {
        let state = ContactState { notes: Some("a".into()), tags: vec!["x".into()], ..Default::default() };
        let before = snapshot(state.clone(), Some("1"));
        let states = States { before: Some(before.clone()), after: before.clone() };
        assert!(states.changed().is_empty());

        let after = snapshot(ContactState { notes: None, is_dnd: true, ..state }, Some("1.0"));
        let states = States { before: Some(before.clone()), after };
        let expected =
            [("custom_fields.Plan", "1", "1.0"), ("is_dnd", "false", "true"), ("notes", "\"a\"", "null")];
        assert_eq!(told(&states.changed()), expected);

        let removed = States { after: snapshot(before.state.clone(), None), before: Some(before) };
        assert_eq!(told(&removed.changed()), [("custom_fields.Plan", "1", "null")]);
    }

    #[test]
    fn a_new_contact_had_nothing_before() {
        let states = States { before: None, after: snapshot(ContactState::default(), None) };
        let expected =
            [("is_dnd", "null", "false"), ("lead_source", "null", "\"api\""), ("tags", "null", "[]")];
        assert_eq!(told(&states.changed()), expected);
    }

    #[test]
    fn what_the_rules_made_another_value_of_is_told() {
        let body =
            br#"{"full_name":" jane  DOE","last_name":"doe","email":"","phone_number":"(415) 555-2671",
            "notes":null,"tags":["b","b"],"is_dnd":"yes","custom_fields":{"Plan":1e999}}"#;
        let create = ContactCreate::from_json(body).unwrap().value;
        let mut state = ContactState { tags: vec!["a".into()], ..Default::default() };
        create.apply(&mut state, Country::US).unwrap();
        let altered = SentFields::of(&create).normalised(&state, &[]);
        let altered: Vec<_> =
            altered.iter().map(|(key, a)| (key.as_str(), a.sent.as_str(), a.stored.as_str())).collect();
        let expected = [
            ("email", "\"\"", "null"),
            ("full_name", "\" jane  DOE\"", "\"Jane Doe\""),
            ("phone_number", "\"(415) 555-2671\"", "\"+14155552671\""),
            ("tags", "[\"b\",\"b\"]", "[\"a\",\"b\"]"),
        ];
        assert_eq!(altered, expected);
        let left_out = ["phone_number".to_owned()];
        assert!(!SentFields::of(&create).normalised(&state, &left_out).contains_key("phone_number"));
    }
}
