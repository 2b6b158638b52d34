//! Rows of an export, stored exactly as they stand: each key of a contact has its column, its rule for cells, and comes
//! back the same.

use contact_client::BatchItem;
use contact_client::model::CustomField;
use contact_client::model::custom_field::named;
use csv::StringRecord;

use super::format::InputFormat;
use super::members::members;
use super::row::{Row, Value};
use super::rows::{ERROR_COLUMN, LINE_COLUMN};
use crate::contact_file::columns::Columns;
use crate::failure::Failure;

/// Reads rows of an export.
#[derive(Debug)]
pub(crate) enum ExactRows {
    /// Cells below the names of their keys.
    Csv { columns: Columns, places: Vec<usize> },
    /// Objects as the API answers them.
    Json,
}

impl ExactRows {
    /// For a file with these headings, in a company with these custom fields.
    ///
    /// # Errors
    /// No export has such a form, or such columns; or the company lacks a custom field that the file has.
    pub(crate) fn of(
        format: InputFormat,
        headings: &[String],
        custom: &[CustomField],
    ) -> Result<Self, Failure> {
        match format {
            InputFormat::Csv => Self::of_csv(headings, custom),
            InputFormat::Ndjson | InputFormat::Json => Ok(Self::Json),
            InputFormat::Vcard => Err(Failure::usage("a vCard does not have all of a contact")
                .tip("`contacts export` writes all of it as CSV and as NDJSON")),
        }
    }

    fn of_csv(headings: &[String], custom: &[CustomField]) -> Result<Self, Failure> {
        let is_own = |heading: &str| ![LINE_COLUMN, ERROR_COLUMN].contains(&heading);
        let places: Vec<usize> = (0..headings.len()).filter(|&place| is_own(&headings[place])).collect();
        let header: StringRecord = places.iter().map(|&place| headings[place].as_str()).collect();
        let columns = Columns::read(&header).map_err(|bad| {
            let failure = Failure::usage("the file has columns that no export has");
            bad.iter().fold(failure, |failure, bad| failure.because(bad.to_string()))
        })?;
        let is_missing = |name: &&str| named(custom, name).is_none();
        let missing: Vec<&str> = columns.custom_fields().filter(is_missing).collect();
        if missing.is_empty() {
            return Ok(Self::Csv { columns, places });
        }
        let failure = Failure::usage("the company lacks custom fields that the file has");
        Err(failure.because(missing.join(", ")).tip(
            "`contacts custom-field create NAME` makes one, of the type that it has where the file is from",
        ))
    }

    /// Writes the row as an item behind others. False where it has no id, so that it makes a contact whenever it is sent.
    ///
    /// # Errors
    /// Why it cannot be sent.
    pub(crate) fn write(&self, row: &Row, body: &mut Vec<u8>) -> Result<bool, String> {
        match self {
            Self::Csv { columns, places } => {
                let cells: StringRecord = places.iter().map(|&place| cell(row, place)).collect();
                let contact = columns
                    .contact(&cells)
                    .map_err(|bad| bad.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
                let has_id = contact.id.is_some();
                serde_json::to_writer(body, &BatchItem::insert(contact))
                    .map_err(|error| error.to_string())?;
                Ok(has_id)
            }
            Self::Json => {
                let members = members(&row.original).map_err(|error| error.to_string())?;
                let mut has_id = false;
                body.extend_from_slice(br#"{"op":"insert""#);
                for (name, json) in members {
                    if [LINE_COLUMN, ERROR_COLUMN, "op"].contains(&name.as_ref()) {
                        continue;
                    }
                    has_id |= name == "id" && json != "null";
                    body.push(b',');
                    serde_json::to_writer(&mut *body, &name).map_err(|error| error.to_string())?;
                    body.push(b':');
                    body.extend_from_slice(json.as_bytes());
                }
                body.push(b'}');
                Ok(has_id)
            }
        }
    }
}

fn cell(row: &Row, column: usize) -> &str {
    match row.get(column) {
        Some(Value::Text(text) | Value::Json(text)) => text,
        None => "",
    }
}
