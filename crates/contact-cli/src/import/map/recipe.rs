//! How rows become items: upserts of their columns, or exact copies of exported contacts.

use contact_client::BatchItem;
use contact_client::model::CustomField;
use contact_client::model::custom_field::named;
use csv::StringRecord;
use serde_json::value::to_raw_value;

use super::left_out::LeftOut;
use super::mapping::Mapping;
use super::upsert::{RowRules, Upsert};
use crate::contact_file::columns::Columns;
use crate::failure::Failure;
use crate::import::read::format::InputFormat;
use crate::import::read::is_import_column;
use crate::import::row::{Row, Value};
use crate::import::send::contact_keys::ContactKeys;
use crate::output::cell::Fields;

/// How every row becomes an item.
pub(crate) enum Recipe {
    /// The item creates a contact, or updates the one that it matches.
    Upsert(Mapping, RowRules),
    /// The cells of an export are stored as they are. The `places` are those of its columns in the file.
    InsertCells { columns: Columns, places: Vec<usize> },
    /// The object of an export is stored as it is.
    InsertObject,
}

impl Recipe {
    /// Prepares to store the rows of an export with these headings in a company with these custom fields.
    ///
    /// # Errors
    /// An export has another format or other columns, or the company lacks a custom field of the file.
    pub(crate) fn exact(
        format: InputFormat,
        headings: &[String],
        custom: &[CustomField],
    ) -> Result<Self, Failure> {
        match format {
            InputFormat::Csv => {}
            InputFormat::Ndjson | InputFormat::Json => return Ok(Self::InsertObject),
            InputFormat::Vcard => {
                return Err(Failure::usage("a vCard does not contain everything of a contact")
                    .tip("`contacts export` writes everything as CSV and as NDJSON"));
            }
        }
        let exported = headings.iter().enumerate().filter(|(_, heading)| !is_import_column(heading));
        let (places, header): (Vec<usize>, Vec<&String>) = exported.unzip();
        let columns = Columns::read(&StringRecord::from(header)).map_err(|bad| {
            let failure = Failure::usage("the file has columns that no export has");
            bad.into_iter().fold(failure, Failure::because)
        })?;
        let is_missing = |name: &&str| named(custom, name).is_none();
        let missing: Vec<&str> = columns.custom_fields().filter(is_missing).collect();
        if missing.is_empty() {
            return Ok(Self::InsertCells { columns, places });
        }
        let failure = Failure::usage("the company lacks custom fields of the file");
        Err(failure.because(missing.join(", ")).tip(
            "`contacts custom-field create NAME` creates one; use the type that it has in the company of the export",
        ))
    }

    /// Maps the columns that were added since.
    pub(crate) fn extend(&mut self, headings: &[String]) {
        if let Self::Upsert(mapping, _) = self {
            mapping.extend(headings);
        }
    }

    /// Returns the headings from this column on that are left out.
    pub(crate) fn left_out_from<'h>(&self, headings: &'h [String], column: usize) -> Vec<&'h str> {
        match self {
            Self::Upsert(mapping, _) => mapping.left_out_from(headings, column),
            Self::InsertCells { .. } | Self::InsertObject => Vec::new(),
        }
    }

    /// Writes the row as an item after others. Returns the values that are not sent, and the contacts that the item may be
    /// for.
    ///
    /// # Errors
    /// Returns why the row cannot be sent. The caller removes the part that was written.
    pub(crate) fn write(&self, row: &Row, body: &mut Vec<u8>) -> Result<(LeftOut, ContactKeys), String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let json_error = |error: serde_json::Error| error.to_string();
        let id = match self {
            Self::Upsert(mapping, rules) => {
                let upsert = Upsert::read(row, mapping.plan(), rules)?;
                serde_json::to_writer(body, &upsert).map_err(json_error)?;
                let keys = upsert.contact_keys(rules);
                return Ok((upsert.left_out, keys));
            }
            Self::InsertCells { columns, places } => {
                let cells = places.iter().map(|&place| row.get(place).map_or("", Value::as_str));
                let contact = columns.contact(&cells.collect()).map_err(|bad| bad.join("; "))?;
                let id = contact.id.map(|id| id.to_string());
                serde_json::to_writer(body, &BatchItem::insert(contact)).map_err(json_error)?;
                id
            }
            Self::InsertObject => {
                let mut fields: Fields = serde_json::from_str(&row.original).map_err(json_error)?;
                fields.retain(|name, _| !is_import_column(name));
                fields.insert("op".to_owned(), to_raw_value("insert").map_err(json_error)?);
                serde_json::to_writer(body, &fields).map_err(json_error)?;
                let id = fields.get("id").map(|id| id.get().to_lowercase());
                id.filter(|id| id != "null")
            }
        };
        // A contact with an id is stored at most once.
        Ok((LeftOut::default(), ContactKeys::of(id, false)))
    }
}
