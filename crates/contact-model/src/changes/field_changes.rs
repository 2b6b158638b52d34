//! The differences between two states of a contact, field by field. Receipts and the log of changes contain them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer as _};
use utoipa::ToSchema;

use crate::{AgentId, ContactId, ContactState, JsonText, LeadSource, Timestamp};

/// A field whose value changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    /// The value before the write.
    #[schema(value_type = Value)]
    pub before: JsonText,
    /// The value after the write.
    #[schema(value_type = Value)]
    pub after: JsonText,
}

/// The fields whose values changed, by name. Custom fields are named `custom_fields.Name`.
pub type FieldChanges = BTreeMap<String, Change>;

/// The fields of a contact that are compared with those of another state of it.
#[derive(Debug, Clone, Copy)]
pub struct ComparedContact<'a> {
    /// The fields that a request may change.
    pub state: &'a ContactState,
    /// The contact's active agent.
    pub active_agent_id: Option<AgentId>,
    /// When the contact's latest thread took place.
    pub last_activity: Option<Timestamp>,
    /// The contact that it was merged into, if the comparison includes it.
    pub merged_into: Option<ContactId>,
    /// The contact that the change merges into this one. The log stores it, but it is not a field of the contact.
    pub merged_from: Option<ContactId>,
    /// The URL of the contact's picture.
    pub profile_picture_url: Option<&'a str>,
    /// When the contact was created, if the comparison includes it.
    pub created_at: Option<Timestamp>,
    /// When the contact was changed, if the comparison includes it.
    pub updated_at: Option<Timestamp>,
    /// The values of its custom fields by name.
    pub custom_fields: &'a BTreeMap<String, JsonText>,
}

/// The value of a field.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
enum FieldValue<'a> {
    Text(Option<&'a str>),
    Texts(&'a [String]),
    Flag(bool),
    LeadSource(LeadSource),
    Agent(Option<AgentId>),
    Contact(Option<ContactId>),
    Time(Option<Timestamp>),
    Json(&'a JsonText),
}

/// The values of a field that differ.
#[derive(Serialize)]
struct ChangedValue<'a> {
    before: FieldValue<'a>,
    after: FieldValue<'a>,
}

/// The value of every field of a contact that does not exist yet.
const NULL: FieldValue<'static> = FieldValue::Text(None);
const FIELDS: usize = 17;

impl<'a> ComparedContact<'a> {
    /// Returns the fields that differ from an earlier state of the contact. Without an earlier state, all values were
    /// null.
    pub fn changes_since(self, before: Option<Self>) -> FieldChanges {
        let changes = self.differences(before).map(|(name, ChangedValue { before, after })| {
            (name.into_owned(), Change { before: before.to_json(), after: after.to_json() })
        });
        changes.collect()
    }

    /// Returns the JSON text of the [`FieldChanges`] that [`ComparedContact::changes_since`] returns. The fields may be in
    /// another order.
    ///
    /// # Errors
    /// Never returns an error, because the values of all fields can be written as JSON.
    pub fn changes_json_since(self, before: Option<Self>) -> serde_json::Result<String> {
        let mut json = Vec::with_capacity(128);
        serde_json::Serializer::new(&mut json).collect_map(self.differences(before))?;
        String::from_utf8(json).map_err(serde::ser::Error::custom)
    }

    fn differences(
        self,
        before: Option<Self>,
    ) -> impl Iterator<Item = (Cow<'static, str>, ChangedValue<'a>)> {
        let before_fields = before.map_or([("", NULL); FIELDS], Self::fields);
        let fields = self.fields().into_iter().zip(before_fields);
        let fields = fields.filter(|((_, after), (_, before))| !before.is_same(*after));
        let fields =
            fields.map(|((name, after), (_, before))| (Cow::Borrowed(name), ChangedValue { before, after }));
        let custom_before = before.map(|before| before.custom_fields);
        let is_new = move |name: &&String| custom_before.is_none_or(|before| !before.contains_key(*name));
        let names = custom_before.into_iter().flat_map(BTreeMap::keys);
        let names = names.chain(self.custom_fields.keys().filter(is_new));
        let custom_fields = names.filter_map(move |name| {
            let before = custom_before.and_then(|before| before.get(name));
            let after = self.custom_fields.get(name);
            let value = |json: Option<&'a JsonText>| json.map_or(NULL, FieldValue::Json);
            let change = ChangedValue { before: value(before), after: value(after) };
            (before != after).then(|| (Cow::Owned(format!("custom_fields.{name}")), change))
        });
        fields.chain(custom_fields)
    }

    /// Returns the names and values of all fields, except the custom fields.
    fn fields(self) -> [(&'static str, FieldValue<'a>); FIELDS] {
        let Self {
            state,
            active_agent_id,
            last_activity,
            merged_into,
            merged_from,
            profile_picture_url,
            created_at,
            updated_at,
            custom_fields: _,
        } = self;
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
        } = state;
        let text = |text: &'a Option<String>| FieldValue::Text(text.as_deref());
        [
            ("name", text(name)),
            ("first_name", text(first_name)),
            ("last_name", text(last_name)),
            ("email", text(email)),
            ("phone", text(phone)),
            ("business_name", text(business_name)),
            ("notes", text(notes)),
            ("tags", FieldValue::Texts(tags)),
            ("lead_source", FieldValue::LeadSource(*lead_source)),
            ("is_dnd", FieldValue::Flag(*is_dnd)),
            ("active_agent_id", FieldValue::Agent(active_agent_id)),
            ("last_activity", FieldValue::Time(last_activity)),
            ("merged_into", FieldValue::Contact(merged_into)),
            ("merged_from", FieldValue::Contact(merged_from)),
            ("profile_picture_url", FieldValue::Text(profile_picture_url)),
            ("created_at", FieldValue::Time(created_at)),
            ("updated_at", FieldValue::Time(updated_at)),
        ]
    }
}

impl FieldValue<'_> {
    fn is_null(self) -> bool {
        matches!(self, Self::Text(None) | Self::Agent(None) | Self::Contact(None) | Self::Time(None))
    }

    fn is_same(self, other: Self) -> bool {
        self == other || (self.is_null() && other.is_null())
    }

    fn to_json(self) -> JsonText {
        // Texts, booleans, lists of texts, ids, times and JSON can always be written as JSON.
        JsonText::from_stored(serde_json::to_string(&self).unwrap_or_else(|_| "null".to_owned()))
    }
}
