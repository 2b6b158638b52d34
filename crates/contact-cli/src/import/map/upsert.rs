//! What is sent of a row: an upsert, as an item of a batch.

use std::io::{self, Write as _};

use contact_client::model::custom_field::named;
use contact_client::model::{Country, CustomField, LeadSource, email, phone};
use serde::Serialize;

use super::custom_value;
use super::field_columns::FieldColumns;
use super::forms::Forms;
use super::identifiers;
use super::left_out::LeftOut;
use super::names::{self, Fields};
use super::tags::tags;
use super::target::Target;
use super::values::{any, boolean, joined, lead_source, text, word};
use crate::contact_fields::{CUSTOM_FIELDS, Field};
use crate::import::read::members;
use crate::import::row::{Row, Value};

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
#[derive(Debug, Default)]
pub(super) struct Upsert {
    fields: Fields,
    custom_fields: Vec<(String, Value)>,
    /// The lead source of a new contact.
    new_lead_source: Option<LeadSource>,
    keep_fuller_phone: bool,
    /// The values of the row that are not sent.
    pub(super) left_out: LeftOut,
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
                        let members =
                            members(cell.as_str()).map_err(|_| "custom_fields takes a JSON object")?;
                        // `null` would remove the stored value.
                        for (name, json) in members.into_iter().filter(|(_, json)| json.get() != "null") {
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
        let checked = field.filter(|_| !rules.is_strict).map(|field| custom_value::check(&value, field));
        match (checked, field) {
            (Some(Err(why)), Some(field)) => {
                self.left_out.bad_values += 1;
                self.left_out.reasons.push((line, format!("{}: {why}", field.name)));
            }
            _ => self.custom_fields.push((name, value)),
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
                self.keep_fuller_phone = self.fields.contains_key(&Field::Email) && !sent.starts_with('+')
            }
        }
    }

    /// Sets the lead source. `manual`, and `import` for a row without a lead source, are only for new contacts.
    fn set_lead_source(&mut self, is_strict: bool) {
        let sent = self.fields.remove(&Field::LeadSource);
        match (sent.as_ref().and_then(lead_source), sent) {
            (Some(LeadSource::Manual), _) => self.new_lead_source = Some(LeadSource::Manual),
            (Some(known), _) => {
                self.fields.insert(Field::LeadSource, Value::text(known.as_str()));
            }
            (None, Some(unknown)) if is_strict || unknown.as_text().is_none() => {
                self.fields.insert(Field::LeadSource, unknown);
            }
            (None, unknown) => {
                self.left_out.unknown_lead_sources += u64::from(unknown.is_some());
                self.new_lead_source = Some(LeadSource::Import);
            }
        }
    }

    /// Returns true if the server can find a contact by the item, if the company is in this country. Otherwise the item
    /// creates a contact every time it is sent.
    pub(super) fn has_key(&self, country: Country) -> bool {
        let text = |field| self.fields.get(&field).and_then(Value::as_text);
        text(Field::PhoneNumber).and_then(|number| phone::key(number, country)).is_some()
            || text(Field::Email).and_then(email::key).is_some()
    }

    /// Writes the item as JSON.
    ///
    /// # Errors
    /// A value is not JSON, which the reader of the row has checked.
    pub(super) fn write(&self, body: &mut Vec<u8>) -> io::Result<()> {
        body.write_all(br#"{"op":"upsert""#)?;
        for (field, value) in &self.fields {
            write_member(body, field.key(), value)?;
        }
        if !self.custom_fields.is_empty() {
            write!(body, r#","{CUSTOM_FIELDS}":{{"#)?;
            let begin = body.len();
            for (name, value) in &self.custom_fields {
                write_member(body, name, value)?;
            }
            // The first member has no comma.
            body.remove(begin);
            body.push(b'}');
        }
        if let Some(source) = self.new_lead_source {
            write!(body, r#","on_create":{{"lead_source":"{source}"}}"#)?;
        }
        if self.keep_fuller_phone {
            write!(body, r#","keep_fuller_phone":true"#)?;
        }
        body.write_all(b"}")
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

/// Writes a comma and a member of an object.
pub(super) fn write_member(body: &mut Vec<u8>, key: &str, value: &impl Serialize) -> io::Result<()> {
    body.push(b',');
    serde_json::to_writer(&mut *body, key)?;
    body.push(b':');
    Ok(serde_json::to_writer(body, value)?)
}

#[cfg(test)]
mod tests;
