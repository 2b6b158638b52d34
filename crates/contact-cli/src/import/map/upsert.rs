//! What is sent of a row: an upsert, as an item of a batch.

use std::collections::BTreeMap;

use contact_client::model::custom_field::named;
use contact_client::model::{Country, CustomField, LeadSource, email, phone};
use indexmap::IndexMap;
use serde::Serialize;

use super::custom_value;
use super::field_columns::FieldColumns;
use super::forms::Forms;
use super::identifiers;
use super::left_out::LeftOut;
use super::names;
use super::tags::tags;
use super::target::Target;
use super::values::{any, boolean, joined, lead_source, text, word};
use crate::contact_fields::Field;
use crate::import::row::{Row, Value};
use crate::import::send::contact_keys::ContactKeys;
use crate::output::cell::Fields;

/// The rules for all rows.
#[derive(Debug, Clone)]
pub(crate) struct RowRules {
    /// The country of phone numbers without a country code.
    pub(crate) country: Country,
    /// Whether the country is not the company's, so that the server would read such numbers differently.
    pub(crate) is_other_country: bool,
    /// Tags that every contact gets.
    pub(crate) tags: Vec<String>,
    /// Whether rows without a phone number and an email address are sent.
    pub(crate) allow_unmatched: bool,
    /// How the file writes the numbers and dates of custom fields.
    pub(crate) forms: Forms,
    /// Whether a value that its field does not take is sent, so that the server refuses the row.
    pub(crate) is_strict: bool,
}

/// An upsert. Fields that it does not contain stay the same in an existing contact.
#[derive(Debug, Default, Serialize)]
#[serde(tag = "op", rename = "upsert")]
pub(super) struct Upsert {
    #[serde(flatten)]
    fields: BTreeMap<Field, Value>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    custom_fields: IndexMap<String, Value>,
    /// The lead source of a new contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_create: Option<OnCreate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_fuller_phone: Option<bool>,
    /// The values of the row that are not sent.
    #[serde(skip)]
    pub(super) left_out: LeftOut,
}

#[derive(Debug, Serialize)]
struct OnCreate {
    lead_source: LeadSource,
}

impl Upsert {
    /// Reads a row in which these columns are for these targets.
    ///
    /// # Errors
    /// Returns why the row cannot be sent.
    pub(super) fn read(row: &Row, plan: &[(Target, FieldColumns)], rules: &RowRules) -> Result<Self, String> {
        let (mut upsert, mut all_tags) = (Self::default(), Vec::new());
        for (target, columns) in plan {
            let mut cells = columns.values(row);
            match target {
                Target::Field(Field::Tags) => {
                    for cell in cells {
                        all_tags.extend(tags(cell)?);
                    }
                }
                Target::Field(field) => {
                    let value = read_field(*field, cells, rules, &mut upsert.left_out)?;
                    upsert.fields.extend(value.map(|value| (*field, value)));
                }
                Target::Custom(field) => {
                    let value = cells.find_map(|cell| custom_value::read(cell, field.kind, rules.forms));
                    if let Some(value) = value {
                        upsert.add_custom(row.line, field.name.clone(), value, Some(field), rules);
                    }
                }
                Target::CustomFields(fields) => {
                    for cell in cells {
                        let values = serde_json::from_str::<Fields>(cell.as_str());
                        let values = values.map_err(|_| "custom_fields takes a JSON object")?;
                        // `null` would remove the stored value.
                        for (name, json) in values.into_iter().filter(|(_, json)| json.get() != "null") {
                            let field = named(fields, &name);
                            let value = Value::Json(Box::<str>::from(json).into_string());
                            upsert.add_custom(row.line, name, value, field, rules);
                        }
                    }
                }
            }
        }
        all_tags.extend(rules.tags.iter().cloned());
        if !all_tags.is_empty() {
            let json = serde_json::Value::from(all_tags).to_string();
            upsert.fields.insert(Field::Tags, Value::Json(json));
        }
        let is_blank = |field| {
            let columns = plan.iter().find(|(target, _)| *target == Target::Field(field));
            columns.is_some_and(|(_, columns)| columns.places().any(|column| row.has_cell(column)))
        };
        names::trust_blank_part(&mut upsert.fields, is_blank);
        names::keep_case(&mut upsert.fields);
        upsert.adapt_phone_number(rules);
        let is_found_by = |field| upsert.fields.contains_key(&field);
        if !rules.allow_unmatched && !is_found_by(Field::PhoneNumber) && !is_found_by(Field::Email) {
            return Err(
                "there is neither a phone number nor an email address to find the contact by".to_owned()
            );
        }
        upsert.set_lead_source(rules.is_strict);
        Ok(upsert)
    }

    /// Adds the value of a custom field if the field takes it. The server refuses the value of an unknown field.
    fn add_custom(
        &mut self,
        line: u64,
        name: String,
        value: Value,
        field: Option<&CustomField>,
        rules: &RowRules,
    ) {
        let unfit =
            field.filter(|_| !rules.is_strict).and_then(|field| custom_value::check(&value, field).err());
        if let Some(why) = unfit {
            self.left_out.bad_values += 1;
            self.left_out.reasons.push((line, format!("{name}: {why}")));
        } else {
            self.custom_fields.insert(name, value);
        }
    }

    /// Reads a number without a country code as the server would if the company were in the country of the rules, and
    /// lets an existing contact keep a more complete number.
    fn adapt_phone_number(&mut self, rules: &RowRules) {
        let Some(Value::Text(sent)) = self.fields.get(&Field::PhoneNumber) else { return };
        match phone::e164(sent, rules.country).filter(|_| rules.is_other_country) {
            Some(number) => {
                self.fields.insert(Field::PhoneNumber, Value::Text(number));
            }
            // Only a contact that is found by its email address can have another spelling of the number.
            None => {
                let keeps = self.fields.contains_key(&Field::Email) && !sent.starts_with('+');
                self.keep_fuller_phone = keeps.then_some(true);
            }
        }
    }

    /// Sets the lead source. `manual`, and `import` for a row without a lead source, are only for new contacts.
    fn set_lead_source(&mut self, is_strict: bool) {
        let sent = self.fields.remove(&Field::LeadSource);
        let mut set_on_create = |lead_source| self.on_create = Some(OnCreate { lead_source });
        match (sent.as_ref().and_then(lead_source), sent) {
            (Some(LeadSource::Manual), _) => set_on_create(LeadSource::Manual),
            (Some(known), _) => {
                self.fields.insert(Field::LeadSource, Value::text(known.as_str()));
            }
            (None, Some(unknown)) if is_strict || unknown.as_text().is_none() => {
                self.fields.insert(Field::LeadSource, unknown);
            }
            (None, unknown) => {
                self.left_out.unknown_lead_sources += u64::from(unknown.is_some());
                set_on_create(LeadSource::Import);
            }
        }
    }

    /// Returns the keys by which the server finds a contact. Without a key, the item creates a contact every time it is
    /// sent.
    pub(super) fn contact_keys(&self, rules: &RowRules) -> ContactKeys {
        let text = |field| self.fields.get(&field).and_then(Value::as_text);
        let number = text(Field::PhoneNumber);
        let phone = number.and_then(|number| phone::key(number, rules.country));
        let email = text(Field::Email).and_then(email::key);
        // The server reads a number without a country code by the company's country.
        let has_unknown_key = rules.is_other_country && number.is_some_and(|number| !number.starts_with('+'));
        ContactKeys::of(phone.into_iter().chain(email), has_unknown_key)
    }
}

/// Reads the cells of the columns for a field. `None` if they are empty.
fn read_field<'r>(
    field: Field,
    mut cells: impl Iterator<Item = &'r Value>,
    rules: &RowRules,
    left_out: &mut LeftOut,
) -> Result<Option<Value>, String> {
    Ok(match field {
        Field::FullName => identifiers::names(cells, left_out).next(),
        Field::FirstName | Field::LastName => joined(identifiers::names(cells, left_out), " "),
        Field::Email => identifiers::email(cells, left_out),
        Field::PhoneNumber => identifiers::phone(cells, rules.country, left_out)?,
        Field::BusinessName | Field::LeadSource => cells.find_map(word),
        Field::Notes | Field::Tags => joined(cells.filter_map(text), "\n"),
        Field::IsDnd => any(cells.filter_map(boolean)),
    })
}

#[cfg(test)]
mod tests;
