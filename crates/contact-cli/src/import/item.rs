//! What is sent of a row: an upsert, as an item of a batch.
//!
//! It is the wire form of [`contact_client::BatchItem::upsert`], which a test holds it against. A million rows are written
//! with it, so it borrows what it says.

use std::borrow::Cow;
use std::io;

use contact_client::model::custom_field::named;
use contact_client::model::{Country, CustomField, phone};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::custom_value::{self, BadValue};
use super::field::Field;
use super::field_columns::FieldColumns;
use super::forms::Forms;
use super::members::members;
use super::row::{Row, Value};
use super::said::Said;
use super::tag_cell;

/// What is made of every row alike.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowRules {
    /// Whose phone numbers those without a country code are.
    pub(crate) country: Option<Country>,
    /// Tags that every contact gets.
    pub(crate) tags: Vec<String>,
    /// Whether a row may be sent that finds no contact.
    pub(crate) allow_unmatched: bool,
    /// How the file writes the numbers and dates of custom fields.
    pub(crate) forms: Forms,
    /// A value that a custom field does not take is sent, so that the server refuses the row.
    pub(crate) is_strict: bool,
}

/// An upsert. What is not said is not sent, and leaves an existing contact as it is.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Item<'r> {
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_name: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Cow<'r, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_dnd: Option<Said<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_source: Option<Said<'r>>,
    #[serde(skip_serializing_if = "CustomFields::is_empty")]
    custom_fields: CustomFields<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on_create: Option<OnCreate>,
    /// Values of custom fields that are not sent, because their fields do not take them.
    #[serde(skip)]
    bad_values: Vec<BadValue>,
}

/// What a new contact gets beside.
#[derive(Debug, Serialize)]
struct OnCreate {
    lead_source: &'static str,
}

/// Custom fields by their names.
#[derive(Debug, Default)]
struct CustomFields<'r>(Vec<(Cow<'r, str>, Said<'r>)>);

impl CustomFields<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for CustomFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'r> Item<'r> {
    /// What is sent of a row where these columns are for these fields.
    ///
    /// # Errors
    /// Why it cannot be sent.
    pub(crate) fn of(
        row: &'r Row,
        plan: &'r [(Field, FieldColumns)],
        rules: &'r RowRules,
    ) -> Result<Self, String> {
        let mut item = Self { op: "upsert", ..Self::default() };
        for (field, columns) in plan {
            let mut values = columns.values(row);
            match field {
                Field::FullName => item.full_name = values.find_map(Said::word),
                Field::FirstName => item.first_name = Said::joined(values.filter_map(Said::word), " "),
                Field::LastName => item.last_name = Said::joined(values.filter_map(Said::word), " "),
                Field::Email => item.email = values.find_map(Said::first_word),
                Field::PhoneNumber => item.phone_number = values.find_map(Said::first_word),
                Field::BusinessName => item.business_name = values.find_map(Said::word),
                Field::Notes => item.notes = Said::joined(values.filter_map(Said::text), "\n"),
                Field::Tags => values.try_for_each(|value| tag_cell::add(value, &mut item.tags))?,
                Field::IsDnd => item.is_dnd = Said::any(values.filter_map(Said::boolean)),
                Field::LeadSource => item.lead_source = values.find_map(Said::lead_source),
                Field::Custom(field) => {
                    if let Some(value) =
                        values.find_map(|value| custom_value::read(value, field.kind, rules.forms))
                    {
                        item.add_custom(Cow::Borrowed(field.name.as_str()), value, Some(field), rules);
                    }
                }
                Field::CustomFields(fields) => {
                    for value in values {
                        let (Value::Text(json) | Value::Json(json)) = value;
                        let members = members(json).map_err(|_| "custom_fields takes a JSON object")?;
                        // `null` would empty the field.
                        let said = members.into_iter().filter(|(_, json)| *json != "null");
                        for (name, json) in said {
                            let field = named(fields, &name);
                            item.add_custom(name, Said::Json(json), field, rules);
                        }
                    }
                }
            }
        }
        item.read_phone_number(rules.country);
        if !rules.allow_unmatched && item.phone_number.is_none() && item.email.is_none() {
            return Err(
                "there is neither a phone number nor an email address to find the contact by".to_owned()
            );
        }
        item.tags.extend(rules.tags.iter().map(|tag| Cow::Borrowed(tag.as_str())));
        if item.lead_source.is_none() {
            item.on_create = Some(OnCreate { lead_source: "import" });
        }
        Ok(item)
    }

    /// Adds the value of a custom field if the field takes it. A field that is not known here is the server's to name.
    fn add_custom(
        &mut self,
        name: Cow<'r, str>,
        value: Said<'r>,
        field: Option<&CustomField>,
        rules: &RowRules,
    ) {
        let checked =
            field.filter(|_| !rules.is_strict).map_or(Ok(()), |field| custom_value::check(&value, field));
        match checked {
            Ok(()) => self.custom_fields.0.push((name, value)),
            Err(bad) => self.bad_values.push(bad),
        }
    }

    /// Returns the values of custom fields that are not sent, because their fields do not take them.
    pub(crate) fn into_bad_values(self) -> Vec<BadValue> {
        self.bad_values
    }

    /// Reads a number without a country code as one of this country, as the server would where the company is
    /// there.
    fn read_phone_number(&mut self, country: Option<Country>) {
        if let (Some(Said::Text(sent)), Some(country)) = (&self.phone_number, country) {
            self.phone_number = phone::for_create(sent, country).map(|number| Said::Text(Cow::Owned(number)));
        }
    }

    /// The phone number and the email address, which lead to the contact.
    pub(crate) fn leads(&self) -> (Option<&str>, Option<&str>) {
        let [phone, email] =
            [&self.phone_number, &self.email].map(|said| said.as_ref().and_then(Said::as_text));
        (phone, email)
    }

    /// Writes the item behind others.
    ///
    /// # Errors
    /// A value is no JSON, which its reader has seen to.
    pub(crate) fn write(&self, into: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(into, self).map_err(io::Error::from)
    }
}

#[cfg(test)]
mod tests {
    use contact_client::model::Batch;
    use contact_client::{BatchItem, ContactCreate};
    use proptest::prelude::*;

    use super::*;
    use crate::import::mapping::Mapping;

    fn custom() -> Vec<CustomField> {
        let id = "018bab2f-5d60-7c31-9a55-8dd25736052a";
        let plan = serde_json::json!({
            "id": id, "name": "Plan", "type": "any", "options": [], "created_at": "2023-11-07T05:31:56Z"
        });
        vec![serde_json::from_value(plan).unwrap()]
    }

    fn mapping(headings: &[&str]) -> Mapping {
        let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        Mapping::new(&headings, &[], custom()).unwrap()
    }

    fn row(cells: &[&str]) -> Row {
        let mut row = Row::default();
        row.begin(2);
        for (column, cell) in cells.iter().enumerate() {
            row.set(column, Value::Text(cell));
        }
        row
    }

    fn written(headings: &[&str], cells: &[&str], rules: &RowRules) -> Result<String, String> {
        let mut bytes = Vec::new();
        Item::of(&row(cells), mapping(headings).plan(), rules)?.write(&mut bytes).unwrap();
        Ok(String::from_utf8(bytes).unwrap())
    }

    fn sent(headings: &[&str], cells: &[&str]) -> String {
        written(headings, cells, &RowRules::default()).unwrap()
    }

    /// The item as the server reads it.
    fn read(item: &str) -> BatchItem {
        let body = format!("{{\"items\":[{item}]}}");
        let batch = Batch::from_json(body.as_bytes()).unwrap();
        let mut items = batch.value.into_good_items().unwrap();
        let item = items.remove(0);
        assert!(item.ignored.is_empty(), "{:?}", item.ignored);
        item.value
    }

    #[test]
    fn a_row_is_an_upsert_that_says_what_stands_in_it() {
        let headings = [
            "Given Name",
            "Additional Name",
            "Family Name",
            "Email",
            "Phone 1",
            "Phone 2",
            "Notes",
            "Comments",
            "Labels",
            "Plan",
        ];
        let cells = [
            "Jane",
            "Marie",
            " Doe ",
            "",
            "",
            "(415) 555-2671 ::: 5",
            "one",
            "two",
            "* myContacts ::: vip",
            "{\"a\":1}",
        ];
        insta::assert_snapshot!(sent(&headings, &cells), @r#"{"op":"upsert","first_name":"Jane Marie","last_name":"Doe","phone_number":"(415) 555-2671","notes":"one\ntwo","tags":["vip"],"custom_fields":{"Plan":{"a":1}},"on_create":{"lead_source":"import"}}"#);
    }

    #[test]
    fn what_the_file_says_of_the_lead_source_is_for_every_contact() {
        assert!(sent(&["email", "lead_source"], &["a", "Webhook"]).contains(r#","lead_source":"webhook"}"#));
        assert!(
            sent(&["email", "lead_source"], &["a", ""]).contains(r#""on_create":{"lead_source":"import"}"#)
        );
    }

    #[test]
    fn rules_are_for_every_row() {
        let rules = RowRules {
            country: "DE".parse().ok(),
            tags: vec!["a,b".to_owned()],
            allow_unmatched: true,
            ..RowRules::default()
        };
        let item = written(&["phone", "tags"], &["030 901820", "vip"], &rules).unwrap();
        assert!(
            item.contains(r#""phone_number":"+4930901820""#) && item.contains(r#"["vip","a,b"]"#),
            "{item}"
        );
        assert!(written(&["name"], &["Jane"], &rules).is_ok());
        let refused = written(&["name"], &["Jane"], &RowRules::default()).unwrap_err();
        assert!(refused.contains("neither a phone number nor an email address"), "{refused}");
    }

    #[test]
    fn custom_fields_may_be_an_object() {
        let item =
            sent(&["email", "custom_fields"], &["a", r#"{"Plan": "gold", "Seats": 1.10, "Old": null}"#]);
        assert!(item.contains(r#""custom_fields":{"Plan":"gold","Seats":1.10}"#), "{item}");
        let refused = written(&["email", "custom_fields"], &["a", "gold"], &RowRules::default());
        assert_eq!(refused.unwrap_err(), "custom_fields takes a JSON object");
    }

    proptest! {
        #[test]
        fn the_server_reads_what_stands_in_the_file(
            name in any::<String>(), email in "[ -~é]{1,9}", phone in "[0-9 +]{0,9}", notes in any::<String>(),
        ) {
            let plain = |text: &str| !text.contains('\0') && !text.starts_with('"');
            prop_assume!(plain(&name) && plain(&email) && plain(&notes) && !email.trim().is_empty());
            let item = sent(&["full_name", "email", "phone_number", "notes"], &[&name, &email, &phone, &notes]);
            let said = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
            let mut create = ContactCreate::new().email(email.trim());
            for (key, text) in [("full_name", name.trim()), ("phone_number", phone.trim()), ("notes", notes.as_str())] {
                create = match (key, said(text)) {
                    (_, None) => create,
                    ("full_name", Some(text)) => create.full_name(text),
                    ("phone_number", Some(text)) => create.phone_number(text),
                    (_, Some(text)) => create.notes(text),
                };
            }
            let on_create = ContactCreate::new().lead_source(contact_client::model::LeadSource::Import);
            let upsert = contact_client::model::ContactUpsert { create, on_create: Some(on_create), keep_fuller_phone: false };
            prop_assert_eq!(read(&item), BatchItem::upsert(upsert));
        }
    }
}
