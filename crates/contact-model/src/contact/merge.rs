//! Merging a contact into another one: the request, and the values of the contact that remains. Extension.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::{ContactState, tags};
use crate::body::{ObjectReader, RequestBody};
use crate::problem::{Violation, pointer_step};
use crate::string_enum::string_enum;
use crate::{ContactId, ViolationCode, phone};

string_enum! {
    /// The contact whose value remains.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
    #[serde(rename_all = "lowercase")]
    pub enum MergeSource: "a contact" {
        /// The contact that is merged into the other one.
        From = "from",
    }
}

/// The request that merges a contact into the one of the path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "from": "018bab2f-5d60-7c31-9a55-8dd25736052a",
    "prefer": { "email": "from", "custom_fields.Plan": "from" }
}))]
pub struct ContactMerge {
    /// The contact to merge into the one of the path. Afterwards, only its history can be read.
    pub from: ContactId,
    /// The fields whose values are taken from the contact `from` even if the one of the path has a value: `name`, `email`, `phone`,
    /// `business_name`, `notes`, `lead_source`, `is_dnd`, `active_agent_id`, `profile_picture_url` or
    /// `custom_fields.Name`. An empty value is never taken.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub prefer: BTreeMap<String, MergeSource>,
}

/// The fields that a request can prefer, apart from custom fields. `name` includes the first and the last name.
pub const PREFERABLE_FIELDS: [&str; 9] = [
    "name",
    "email",
    "phone",
    "business_name",
    "notes",
    "lead_source",
    "is_dnd",
    "active_agent_id",
    "profile_picture_url",
];
/// The beginning of the name of a custom field.
const CUSTOM_FIELD: &str = "custom_fields.";

impl ContactMerge {
    /// Creates a request that prefers no values of the contact that is merged into the other one.
    pub fn new(from: ContactId) -> Self {
        Self { from, prefer: BTreeMap::new() }
    }

    /// Takes the value of a field from the contact that is merged into the other one.
    #[must_use]
    pub fn preferring(mut self, field: impl Into<String>) -> Self {
        self.prefer.insert(field.into(), MergeSource::From);
        self
    }

    /// Returns the names of the custom fields that the request prefers.
    pub fn preferred_custom_fields(&self) -> BTreeSet<&str> {
        self.prefer.keys().filter_map(|field| field.strip_prefix(CUSTOM_FIELD)).collect()
    }

    /// Returns the value of a field after the merge: the value of `into`, or that of `from` if `into` has none or the
    /// request prefers it.
    pub fn choose<T>(&self, field: &str, into: Option<T>, from: Option<T>) -> Option<T> {
        if self.prefers(field) { from.or(into) } else { into.or(from) }
    }

    /// Returns the fields of the contact that remains. Tags of both are kept, and `is_dnd` is true if it is true for one of
    /// them, unless the request prefers that of `from`. A name is taken together with its first and last name.
    ///
    /// # Errors
    /// The contacts have too many different tags.
    pub fn merge(&self, into: &ContactState, from: &ContactState) -> Result<ContactState, Violation> {
        let named = |state: &ContactState| {
            let has_name = [&state.name, &state.first_name, &state.last_name].into_iter().any(is_filled);
            has_name.then(|| [&state.name, &state.first_name, &state.last_name].map(Clone::clone))
        };
        let [name, first_name, last_name] = self.choose("name", named(into), named(from)).unwrap_or_default();
        let text = |field: &str, of: fn(&ContactState) -> &Option<String>| {
            let filled = |state| Some(of(state)).filter(|text| is_filled(text)).cloned().flatten();
            // An empty text differs from none, so it remains if there is nothing to replace it.
            self.choose(field, filled(into), filled(from)).or_else(|| of(into).clone())
        };
        let given_phone =
            |state: &ContactState| state.phone.clone().filter(|text| phone::is_given(Some(text)));
        let phone = self.choose("phone", given_phone(into), given_phone(from));
        Ok(ContactState {
            name,
            first_name,
            last_name,
            email: text("email", |state| &state.email),
            phone: phone.or_else(|| into.phone.clone()),
            business_name: text("business_name", |state| &state.business_name),
            notes: text("notes", |state| &state.notes),
            tags: tags::add(&into.tags, &from.tags)?,
            lead_source: if self.prefers("lead_source") { from.lead_source } else { into.lead_source },
            is_dnd: from.is_dnd || (into.is_dnd && !self.prefers("is_dnd")),
        })
    }

    /// Returns the violation of a request that prefers a custom field that the company does not have.
    pub fn unknown_custom_field(name: &str) -> Violation {
        let detail = format!("The company has no custom field named `{name}`.");
        let pointer = format!("/prefer/{CUSTOM_FIELD}{}", pointer_step(name));
        Violation::new(pointer, ViolationCode::NotFound, detail)
    }

    fn prefers(&self, field: &str) -> bool {
        self.prefer.contains_key(field)
    }
}

fn is_filled(text: &Option<String>) -> bool {
    text.as_ref().is_some_and(|text| !text.is_empty())
}

impl RequestBody for ContactMerge {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        object.treat_null_as_absent("prefer");
        let from = object.required_id("from");
        let sent = object.custom_fields("prefer").unwrap_or_default().0;
        // A misspelled key would merge other values than the caller wants, and nothing would show it.
        object.refuse_unknown_keys();
        let mut prefer = BTreeMap::new();
        object.check(|violations| {
            for (field, value) in sent {
                let is_known = PREFERABLE_FIELDS.contains(&field.as_str())
                    || field.strip_prefix(CUSTOM_FIELD).is_some_and(|name| !name.is_empty());
                let refusal = match value {
                    _ if !is_known => {
                        format!(
                            "prefer takes {} and custom_fields.NAME; `{field}` was sent.",
                            PREFERABLE_FIELDS.join(", ")
                        )
                    }
                    Some(value) if value.as_str() == r#""from""# => {
                        prefer.insert(field, MergeSource::From);
                        continue;
                    }
                    _ => "The value must be \"from\".".to_owned(),
                };
                violations.report(
                    format!("/prefer/{}", pointer_step(&field)),
                    ViolationCode::InvalidValue,
                    refusal,
                );
            }
        });
        Self { from, prefer }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LeadSource;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn jane() -> ContactState {
        ContactState {
            name: text("Jane Doe"),
            first_name: text("Jane"),
            last_name: text("Doe"),
            email: text("jane@example.com"),
            notes: text(""),
            tags: vec!["vip".to_owned(), "new".to_owned()],
            lead_source: LeadSource::Api,
            ..ContactState::default()
        }
    }

    fn other() -> ContactState {
        ContactState {
            name: text("J. Doe"),
            first_name: text("J."),
            last_name: text("Doe"),
            email: text("doe@example.com"),
            phone: text("+14155552671"),
            business_name: text("Example Ltd"),
            notes: text("Call back"),
            tags: vec!["lead".to_owned(), "vip".to_owned()],
            lead_source: LeadSource::Import,
            is_dnd: true,
        }
    }

    fn request() -> ContactMerge {
        ContactMerge::new(ContactId(uuid::Uuid::nil()))
    }

    #[test]
    fn empty_fields_are_filled_and_tags_are_joined() {
        let merged = request().merge(&jane(), &other()).unwrap();
        let expected = ContactState {
            phone: text("+14155552671"),
            business_name: text("Example Ltd"),
            notes: text("Call back"),
            tags: ["vip", "new", "lead"].map(str::to_owned).to_vec(),
            is_dnd: true,
            ..jane()
        };
        assert_eq!(merged, expected);
        // Nothing is lost and nothing changes if the other contact is empty.
        assert_eq!(request().merge(&jane(), &ContactState::default()), Ok(jane()));
    }

    #[test]
    fn preferred_values_are_taken_unless_they_are_empty() {
        let prefer =
            |fields: &[&str]| fields.iter().fold(request(), |request, field| request.preferring(*field));
        let fields = ["name", "email", "business_name", "lead_source", "is_dnd"];
        let merged = prefer(&fields).merge(&other(), &jane()).unwrap();
        let expected = ContactState {
            name: text("Jane Doe"),
            first_name: text("Jane"),
            email: text("jane@example.com"),
            lead_source: LeadSource::Api,
            is_dnd: false,
            tags: ["lead", "vip", "new"].map(str::to_owned).to_vec(),
            ..other()
        };
        assert_eq!(merged, expected);
        assert_eq!(prefer(&["email"]).choose("email", Some(1), Some(2)), Some(2));
        assert_eq!(prefer(&["email"]).choose("email", Some(1), None), Some(1));
        assert_eq!(request().choose("email", Some(1), Some(2)), Some(1));
    }

    #[test]
    fn every_field_can_be_preferred() {
        let state = serde_json::to_value(ContactState::default()).unwrap();
        let taken_otherwise = ["first_name", "last_name", "tags"];
        for field in
            state.as_object().unwrap().keys().filter(|field| !taken_otherwise.contains(&field.as_str()))
        {
            assert!(PREFERABLE_FIELDS.contains(&field.as_str()), "{field}");
        }
    }

    #[test]
    fn too_many_tags_are_refused() {
        let tags = |from: usize| (from..from + 150).map(|tag| tag.to_string()).collect();
        let with = |from| ContactState { tags: tags(from), ..ContactState::default() };
        assert!(request().merge(&with(0), &with(150)).is_err());
        assert!(request().merge(&with(0), &with(50)).is_ok());
    }

    #[test]
    fn a_request_is_read_and_unknown_fields_are_refused() {
        let id = "018bab2f-5d60-7c31-9a55-8dd25736052a";
        let read = |body: &str| ContactMerge::from_json(body.as_bytes());
        let body = format!(r#"{{"from":"{id}","prefer":{{"email":"from","custom_fields.Plan":"from"}}}}"#);
        let read_back = read(&body).unwrap().value;
        let expected =
            ContactMerge::new(id.parse().unwrap()).preferring("email").preferring("custom_fields.Plan");
        assert_eq!(read_back, expected);
        assert_eq!(read_back.preferred_custom_fields(), ["Plan"].into());
        assert_eq!(read(&serde_json::to_string(&expected).unwrap()).unwrap().value, expected);
        for bad in [
            "{}".to_owned(),
            format!(r#"{{"from":"{id}","prefers":{{}}}}"#),
            format!(r#"{{"from":"{id}","prefer":{{"e-mail":"from"}}}}"#),
            format!(r#"{{"from":"{id}","prefer":{{"email":"into"}}}}"#),
            format!(r#"{{"from":"{id}","prefer":{{"email":null}}}}"#),
            format!(r#"{{"from":"{id}","prefer":["email"]}}"#),
        ] {
            assert!(read(&bad).is_err(), "{bad}");
        }
    }
}
