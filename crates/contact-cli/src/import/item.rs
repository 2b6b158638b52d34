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
    /// A value is not JSON. The reader of the row has checked that.
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
mod tests;
