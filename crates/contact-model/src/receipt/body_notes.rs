//! What the response to a write contains about the body of its request.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Action, Alteration, Receipt, Snapshots, fields};
use crate::JsonText;
use crate::body::{Coerced, ParsedBody};
use crate::matching::MatchedBy;

/// The ignored, repeated and coerced keys of a body and, for a receipt, the sent values. They are kept until the
/// write is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BodyNotes {
    ignored: Vec<String>,
    repeated: Vec<String>,
    coerced: Vec<Coerced>,
    /// The sent values by key.
    fields: BTreeMap<String, JsonText>,
}

/// The key of an upsert that contains fields for a new contact only.
const ON_CREATE: &str = "on_create";

impl BodyNotes {
    /// Splits a body into its value and its notes. The sent values are needed only for a receipt, so they are kept only
    /// if the response has one.
    pub fn split<B: Serialize>(body: ParsedBody<B>, has_receipt: bool) -> (B, Self) {
        let ParsedBody { value, ignored, coerced, repeated } = body;
        let mut notes = Self { ignored, coerced, repeated, fields: BTreeMap::new() };
        if !has_receipt {
            return (value, notes);
        }
        let mut own = fields(&value);
        let mut others = own.remove(ON_CREATE).map(|others| fields(&others)).unwrap_or_default();
        // A key of the item takes precedence over the same key in `on_create`.
        others.retain(|key, _| !own.contains_key(key));
        notes.coerced.retain(|one| on_create(&one.field).is_none_or(|key| others.contains_key(key)));
        let others = others.into_iter().map(|(key, value)| (format!("{ON_CREATE}.{key}"), value));
        // Custom fields are not normalised.
        let compared = own.into_iter().chain(others).filter(|(key, _)| !key.ends_with("custom_fields"));
        notes.fields = compared.collect();
        (value, notes)
    }

    /// Returns the names of the keys that were ignored.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// Creates the receipt of the write. `left_out` contains the names of further keys that were not stored.
    pub fn into_receipt(
        mut self,
        action: Action,
        matched_by: Option<MatchedBy>,
        snapshots: &Snapshots,
        left_out: Vec<String>,
    ) -> Receipt {
        let applies = |key: &str| action == Action::Created || on_create(key).is_none();
        self.fields.retain(|key, _| applies(key) && !left_out.contains(key));
        self.coerced.retain(|one| applies(&one.field));
        let state = fields(&snapshots.after.state);
        let altered = |(key, sent): (String, JsonText)| {
            let stored = state.get(stored_as(on_create(&key).unwrap_or(&key)))?.clone();
            (sent != stored).then_some((key, Alteration { sent, stored }))
        };
        let coerced = |Coerced { field, sent, stored }| (field, Alteration { sent, stored });
        Receipt {
            action,
            matched_by,
            changed: snapshots.changed(),
            normalised: self.fields.into_iter().filter_map(altered).collect(),
            coerced: self.coerced.into_iter().map(coerced).collect(),
            ignored: [self.ignored, left_out].concat(),
            repeated: self.repeated,
        }
    }
}

/// Returns the key inside `on_create` that the name refers to.
fn on_create(name: &str) -> Option<&str> {
    name.strip_prefix(ON_CREATE)?.strip_prefix('.')
}

/// Returns the key of a contact that stores the value of a body's key.
fn stored_as(key: &str) -> &str {
    match key {
        "full_name" => "name",
        "phone_number" => "phone",
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Snapshot;
    use super::*;
    use crate::batch::{Batch, ItemOperation};
    use crate::{ContactCreate, ContactState, Country, RequestBody as _};

    fn snapshots(after: ContactState) -> Snapshots {
        let after = Snapshot {
            state: after,
            active_agent_id: None,
            last_activity: None,
            profile_picture_url: None,
            custom_fields: BTreeMap::new(),
        };
        Snapshots { before: None, after }
    }

    fn entries(altered: &BTreeMap<String, Alteration>) -> Vec<(&str, &str, &str)> {
        altered.iter().map(|(key, a)| (key.as_str(), a.sent.as_str(), a.stored.as_str())).collect()
    }

    #[test]
    fn normalised_values_are_listed() {
        let body =
            br#"{"full_name":" jane  DOE","last_name":"doe","email":"","phone_number":"(415) 555-2671",
            "notes":null,"tags":["b","b"],"is_dnd":"yes","custom_fields":{"Plan":1e999},"zip":1,"zip":2}"#;
        let (create, sent) = BodyNotes::split(ContactCreate::from_json(body).unwrap(), true);
        assert_eq!(sent.ignored(), ["zip"]);
        let mut state = ContactState { tags: vec!["a".into()], ..Default::default() };
        create.apply(&mut state, Country::US).unwrap();
        let receipt =
            |left_out| sent.clone().into_receipt(Action::Updated, None, &snapshots(state.clone()), left_out);
        let whole = receipt(Vec::new());
        let expected = [
            ("email", "\"\"", "null"),
            ("full_name", "\" jane  DOE\"", "\"Jane Doe\""),
            ("phone_number", "\"(415) 555-2671\"", "\"+14155552671\""),
            ("tags", "[\"b\",\"b\"]", "[\"a\",\"b\"]"),
        ];
        assert_eq!(entries(&whole.normalised), expected);
        assert_eq!(entries(&whole.coerced), [("is_dnd", "\"yes\"", "true")]);
        let left_out = receipt(vec!["phone_number".to_owned()]);
        assert!(!left_out.normalised.contains_key("phone_number"));
        assert_eq!(left_out.ignored, ["zip", "phone_number"]);
    }

    #[test]
    fn on_create_keys_are_listed_only_for_a_new_contact() {
        let body = br#"{"items":[{"op":"upsert","email":"A@B.C","is_dnd":0,
            "on_create":{"full_name":"jane doe","email":"OTHER@B.C","is_dnd":1,"lead_source":"tiktok"}}]}"#;
        let item = Batch::from_json(body).unwrap().value.into_valid_items().unwrap().remove(0);
        let (item, sent) = BodyNotes::split(item, true);
        let ItemOperation::Upsert(upsert) = item.operation else { panic!("{item:?}") };
        let mut state = ContactState::default();
        upsert.for_new().apply(&mut state, Country::US).unwrap();
        let created = sent.clone().into_receipt(Action::Created, None, &snapshots(state.clone()), Vec::new());
        let expected =
            [("email", "\"A@B.C\"", "\"a@b.c\""), ("on_create.full_name", "\"jane doe\"", "\"Jane Doe\"")];
        assert_eq!(entries(&created.normalised), expected);
        let coerced = [("is_dnd", "0", "false"), ("on_create.lead_source", "\"tiktok\"", "\"manual\"")];
        assert_eq!(entries(&created.coerced), coerced);
        let found = sent.into_receipt(Action::Updated, None, &snapshots(state), Vec::new());
        assert_eq!(
            (entries(&found.normalised), entries(&found.coerced)),
            (expected[..1].to_vec(), coerced[..1].to_vec())
        );
    }
}
