//! What is sent of a row: an upsert, as an item of a batch.
//!
//! It is the wire form of [`contact_client::BatchItem::upsert`], which a test holds it against. A million rows are written
//! with it, so it borrows what it says.

use std::borrow::Cow;
use std::io;

use contact_client::model::custom_field::named;
use contact_client::model::matching::MatchingKeys;
use contact_client::model::{Country, CustomField, LeadSource, email, name, phone};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::custom_value;
use super::field::Field;
use super::field_columns::FieldColumns;
use super::forms::Forms;
use super::identifiers;
use super::left_out::{LeftOut, NotSent};
use super::members::members;
use super::row::{Row, Value};
use super::said::Said;
use super::tag_cell;

/// How every row is read.
#[derive(Debug, Clone)]
pub(crate) struct RowRules {
    /// The country of phone numbers without a country code.
    pub(crate) country: Country,
    /// Whether the country is another one than the company's, so that the server would read the numbers differently.
    pub(crate) is_other_country: bool,
    /// Tags that every contact gets.
    pub(crate) tags: Vec<String>,
    /// Whether a row may be sent that finds no contact.
    pub(crate) allow_unmatched: bool,
    /// How the file writes the numbers and dates of custom fields.
    pub(crate) forms: Forms,
    /// Whether a value that its field does not take is sent, so that the server refuses the row.
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
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    keep_fuller_phone: bool,
    /// What the row has and the item does not.
    #[serde(skip)]
    not_sent: NotSent,
}

/// What applies only to a new contact.
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
        let mut lead_source = None;
        let (mut has_no_first_name, mut has_no_last_name) = (false, false);
        for (field, columns) in plan {
            let mut values = columns.values(row);
            match field {
                Field::FullName => {
                    item.full_name = identifiers::names(values, &mut item.not_sent.left_out).next();
                }
                Field::FirstName => {
                    let names = identifiers::names(values, &mut item.not_sent.left_out);
                    item.first_name = Said::joined(names, " ");
                    has_no_first_name = is_blank(row, columns);
                }
                Field::LastName => {
                    let names = identifiers::names(values, &mut item.not_sent.left_out);
                    item.last_name = Said::joined(names, " ");
                    has_no_last_name = is_blank(row, columns);
                }
                Field::Email => item.email = identifiers::email(values, &mut item.not_sent.left_out),
                Field::PhoneNumber => {
                    item.phone_number =
                        identifiers::phone_number_of(values, rules.country, &mut item.not_sent.left_out)?;
                }
                Field::BusinessName => item.business_name = values.find_map(Said::word),
                Field::Notes => item.notes = Said::joined(values.filter_map(Said::text), "\n"),
                Field::Tags => values.try_for_each(|value| tag_cell::add(value, &mut item.tags))?,
                Field::IsDnd => item.is_dnd = Said::any(values.filter_map(Said::boolean)),
                Field::LeadSource => lead_source = values.find_map(Said::word),
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
        item.trust_blank_names(has_no_first_name, has_no_last_name);
        item.keep_cased_names();
        item.read_phone_number(rules);
        if !rules.allow_unmatched && item.phone_number.is_none() && item.email.is_none() {
            return Err(
                "there is neither a phone number nor an email address to find the contact by".to_owned()
            );
        }
        item.tags.extend(rules.tags.iter().map(|tag| Cow::Borrowed(tag.as_str())));
        item.set_lead_source(lead_source, rules.is_strict);
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
            Err(bad) => self.not_sent.bad_values.push(bad),
        }
    }

    /// Returns what the row has and the item does not.
    pub(crate) fn into_not_sent(self) -> NotSent {
        self.not_sent
    }

    /// Trusts a row that has only one part of a name and a blank cell for the other one: the part is not made of the
    /// words of the full name then.
    ///
    /// If the full name is the part that the row has, only that part is sent, so an existing contact keeps its other
    /// part. Otherwise the full name replaces the whole name, as it always does, and the other part is sent as null.
    fn trust_blank_names(&mut self, has_no_first_name: bool, has_no_last_name: bool) {
        let (part, other) = match (&mut self.first_name, &mut self.last_name) {
            (first @ Some(_), last @ None) if has_no_last_name => (first, last),
            (first @ None, last @ Some(_)) if has_no_first_name => (last, first),
            _ => return,
        };
        let Some(full_name) = self.full_name.as_ref().and_then(Said::as_text) else { return };
        let titled = name::title_case(full_name);
        let part_text = part.as_ref().and_then(Said::as_text);
        if part_text.is_some_and(|part| name::title_case(part) == titled) {
            if part_text != Some(full_name) || !is_cased(full_name) {
                *part = Some(Said::Text(Cow::Owned(titled)));
            }
            self.full_name = None;
        } else {
            *other = Some(Said::Json("null"));
        }
    }

    /// Keeps the case of a name that the row has both whole and in parts, such as `Ludwig van Beethoven` in an export:
    /// only the parts are sent then, because the server title-cases a full name and stores parts as they are. A name in
    /// capitals or small letters only is title-cased.
    fn keep_cased_names(&mut self) {
        let [full_name, first_name, last_name] = [&self.full_name, &self.first_name, &self.last_name]
            .map(|said| said.as_ref().and_then(Said::as_text));
        let Some(full_name) = full_name else { return };
        if is_cased(full_name)
            && first_name.is_some()
            && last_name.is_some()
            && name::compose(first_name, last_name).as_deref() == Some(full_name)
        {
            self.full_name = None;
        }
    }

    /// Reads a number without a country code as the server would if the company were in the country of the rules, and
    /// lets an existing contact keep a more complete number.
    fn read_phone_number(&mut self, rules: &RowRules) {
        let Some(Said::Text(sent)) = &self.phone_number else { return };
        if rules.is_other_country
            && let Some(number) = phone::e164(sent, rules.country)
        {
            self.phone_number = Some(Said::Text(Cow::Owned(number)));
        } else {
            // Only a contact that is found by its email address can have another spelling of the number.
            self.keep_fuller_phone = self.email.is_some() && !sent.starts_with('+');
        }
    }

    /// Sets where the contact came from. Only a new contact gets `manual`, or `import` if the row has no lead source.
    fn set_lead_source(&mut self, said: Option<Said<'r>>, is_strict: bool) {
        let known = said.as_ref().and_then(Said::lead_source);
        let on_create = match (known, said) {
            (Some(LeadSource::Manual), _) => LeadSource::Manual,
            (Some(known), _) => {
                self.lead_source = Some(Said::Text(Cow::Borrowed(known.as_str())));
                return;
            }
            (None, Some(unknown)) if is_strict || unknown.as_text().is_none() => {
                self.lead_source = Some(unknown);
                return;
            }
            (None, unknown) => {
                self.not_sent.left_out.unknown_lead_sources += u64::from(unknown.is_some());
                LeadSource::Import
            }
        };
        self.on_create = Some(OnCreate { lead_source: on_create.as_str() });
    }

    /// Returns the keys that the server matches the item by, if the company is in this country.
    pub(crate) fn matching_keys(&self, country: Country) -> MatchingKeys {
        let [phone, email] =
            [&self.phone_number, &self.email].map(|said| said.as_ref().and_then(Said::as_text));
        MatchingKeys {
            phone: phone.and_then(|phone| phone::key(phone, country)),
            email: email.and_then(email::key),
        }
    }

    /// Returns true if the server reads the phone number by a country that is not known here.
    pub(crate) fn has_unknown_key(&self, rules: &RowRules) -> bool {
        let phone = self.phone_number.as_ref().and_then(Said::as_text);
        rules.is_other_country && phone.is_some_and(|phone| !phone.starts_with('+'))
    }

    /// Writes the item behind others.
    ///
    /// # Errors
    /// A value is no JSON, which its reader has seen to.
    pub(crate) fn write(&self, into: &mut Vec<u8>) -> io::Result<()> {
        serde_json::to_writer(into, self).map_err(io::Error::from)
    }
}

/// Returns true if a name has capital and small letters, so that its case can be trusted.
fn is_cased(name: &str) -> bool {
    name.contains(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// Returns true if the row has cells of these columns, and none of them is a name.
fn is_blank(row: &Row, columns: &FieldColumns) -> bool {
    columns.places().any(|column| row.has_cell(column))
        && identifiers::names(columns.values(row), &mut LeftOut::default()).next().is_none()
}

#[cfg(test)]
mod tests {
    use contact_client::model::Batch;
    use contact_client::{BatchItem, ContactCreate};
    use proptest::prelude::*;

    use super::*;
    use crate::import::cell_values::is_no_name;
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

    fn rules() -> RowRules {
        RowRules {
            country: Country::US,
            is_other_country: false,
            is_strict: false,
            tags: Vec::new(),
            allow_unmatched: false,
            forms: Forms::default(),
        }
    }

    fn written(headings: &[&str], cells: &[&str], rules: &RowRules) -> Result<String, String> {
        let mut bytes = Vec::new();
        Item::of(&row(cells), mapping(headings).plan(), rules)?.write(&mut bytes).unwrap();
        Ok(String::from_utf8(bytes).unwrap())
    }

    fn sent(headings: &[&str], cells: &[&str]) -> String {
        written(headings, cells, &rules()).unwrap()
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
    fn a_known_lead_source_is_sent_and_manual_only_for_a_new_contact() {
        let source = |word: &str| sent(&["email", "lead_source"], &["a@b", word]);
        assert!(source("Webhook").ends_with(r#","lead_source":"webhook"}"#));
        assert!(source("Manual").ends_with(r#""email":"a@b","on_create":{"lead_source":"manual"}}"#));
        for word in ["", "Trade Show"] {
            assert!(
                source(word).ends_with(r#""email":"a@b","on_create":{"lead_source":"import"}}"#),
                "{word}"
            );
        }
        let strict = RowRules { is_strict: true, ..rules() };
        let refused = written(&["email", "lead_source"], &["a@b", "Trade Show"], &strict).unwrap();
        assert!(refused.ends_with(r#""lead_source":"Trade Show"}"#), "{refused}");
    }

    #[test]
    fn rules_are_for_every_row() {
        let rules = RowRules {
            country: "DE".parse().unwrap(),
            is_other_country: true,
            tags: vec!["a,b".to_owned()],
            allow_unmatched: true,
            ..rules()
        };
        let item = written(&["phone", "tags"], &["030 901820", "vip"], &rules).unwrap();
        assert!(
            item.contains(r#""phone_number":"+4930901820""#) && item.contains(r#"["vip","a,b"]"#),
            "{item}"
        );
        assert!(written(&["name"], &["Jane"], &rules).is_ok());
        let refused = written(&["name"], &["Jane"], &self::rules()).unwrap_err();
        assert!(refused.contains("neither a phone number nor an email address"), "{refused}");
    }

    #[test]
    fn a_blank_part_of_a_name_is_trusted() {
        let name = |cells: &[&str]| {
            let headings = ["email", "name", "first_name", "last_name"];
            let item = sent(&headings[..=cells.len()], &[&["a@b"], cells].concat());
            let end = item.find(r#","on_create"#).unwrap();
            item[r#"{"op":"upsert","#.len()..end].replace(r#","email":"a@b""#, "")
        };
        for (cells, expected) in [
            (&["Anna Maria", "Anna Maria", ""][..], r#""first_name":"Anna Maria""#),
            (&["anna  maria", "Anna Maria", " "], r#""first_name":"Anna Maria""#),
            (&["Doe", "", "Doe"], r#""last_name":"Doe""#),
            (&["Dr. Anna", "Anna", ""], r#""full_name":"Dr. Anna","first_name":"Anna","last_name":null"#),
            (&["", "Anna Maria", ""], r#""first_name":"Anna Maria""#),
            (&["Anna Doe", "Anna", "Doe"], r#""first_name":"Anna","last_name":"Doe""#),
            (&["anna doe", "anna", "doe"], r#""full_name":"anna doe","first_name":"anna","last_name":"doe""#),
            (&["Anna de Souza", "Anna de Souza", ""], r#""first_name":"Anna de Souza""#),
            (&["ANNA MARIA", "ANNA MARIA", ""], r#""first_name":"Anna Maria""#),
            (&["Anna Doe", "", ""], r#""full_name":"Anna Doe""#),
            (&["Anna Maria", "Anna Maria"], r#""full_name":"Anna Maria","first_name":"Anna Maria""#),
        ] {
            assert_eq!(name(cells), expected, "{cells:?}");
        }
    }

    #[test]
    fn a_placeholder_is_no_name() {
        let headings = ["email", "name", "first_name", "last_name"];
        for (cells, expected) in [
            (["N/A", "", ""], ""),
            (["", "Anna", "-"], r#""first_name":"Anna","#),
            (["#N/A", "Anna", "Doe"], r#""first_name":"Anna","last_name":"Doe","#),
        ] {
            let [name, first, last] = cells;
            let item = sent(&headings, &["a@b", name, first, last]);
            let begin = format!(r#"{{"op":"upsert",{expected}"email""#);
            assert!(item.starts_with(&begin), "{item}");
        }
    }

    #[test]
    fn values_that_are_left_out_are_counted() {
        let left_out = |email: &str, phone: &str, source: &str| {
            let headings = ["email", "phone", "lead_source"];
            Item::of(&row(&[email, phone, source]), mapping(&headings).plan(), &rules())
                .map(|item| item.not_sent.left_out)
        };
        let counted = LeftOut { placeholders: 1, further_values: 1, unknown_lead_sources: 1 };
        assert_eq!(left_out("a@b; c@d", "N/A", "Fair"), Ok(counted));
        assert_eq!(left_out("a@b", "415 555 0100", "api"), Ok(LeftOut::default()));
        let refused = left_out("a@b", "4.479E+11", "").unwrap_err();
        assert!(refused.contains("4.479E+11 is in scientific notation"), "{refused}");
        assert!(left_out("none", "-", "").unwrap_err().contains("neither"), "nothing is left to find it by");
    }

    #[test]
    fn custom_fields_may_be_an_object() {
        let item =
            sent(&["email", "custom_fields"], &["a@b", r#"{"Plan": "gold", "Seats": 1.10, "Old": null}"#]);
        assert!(item.contains(r#""custom_fields":{"Plan":"gold","Seats":1.10}"#), "{item}");
        let refused = written(&["email", "custom_fields"], &["a@b", "gold"], &rules());
        assert_eq!(refused.unwrap_err(), "custom_fields takes a JSON object");
    }

    proptest! {
        #[test]
        fn the_server_reads_what_stands_in_the_file(
            name in any::<String>(), email in " ?[a-zé.]{1,3}@[a-z.]{1,3} ?",
            phone in "( ?[+]?1 415 555 01[0-9]{2} ?)?", notes in any::<String>(),
        ) {
            let plain = |text: &str| !text.contains('\0') && !text.starts_with('"');
            prop_assume!(plain(&name) && plain(&notes));
            let item = sent(&["full_name", "email", "phone_number", "notes"], &[&name, &email, &phone, &notes]);
            let said = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
            prop_assume!(!is_no_name(&name));
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
            let keep_fuller_phone = !phone.is_empty() && !phone.trim().starts_with('+');
            let upsert = contact_client::model::ContactUpsert { create, on_create: Some(on_create), keep_fuller_phone };
            prop_assert_eq!(read(&item), BatchItem::upsert(upsert));
        }
    }
}
