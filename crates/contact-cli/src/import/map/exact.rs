//! Rows of an export, which are stored exactly as they are.

use contact_client::BatchItem;
use contact_client::model::CustomField;
use contact_client::model::custom_field::named;
use csv::StringRecord;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::contact_file::columns::Columns;
use crate::failure::Failure;
use crate::import::read::format::InputFormat;
use crate::import::read::{is_import_column, members};
use crate::import::row::{Row, Value};

/// Reads rows of an export.
#[derive(Debug)]
pub(crate) enum ExactRows {
    /// Cells with the names of their keys as headings, and the places of these columns.
    Csv { columns: Columns, places: Vec<usize> },
    /// Objects as the API returns them.
    Json,
}

#[derive(Serialize)]
struct JsonInsert {
    op: &'static str,
    #[serde(flatten)]
    members: IndexMap<String, Box<RawValue>>,
}

impl ExactRows {
    /// Prepares to read a file with these headings into a company with these custom fields.
    ///
    /// # Errors
    /// An export has another format or other columns, or the company lacks a custom field of the file.
    pub(crate) fn new(
        format: InputFormat,
        headings: &[String],
        custom: &[CustomField],
    ) -> Result<Self, Failure> {
        match format {
            InputFormat::Csv => Self::of_csv(headings, custom),
            InputFormat::Ndjson | InputFormat::Json => Ok(Self::Json),
            InputFormat::Vcard => Err(Failure::usage("a vCard does not contain everything of a contact")
                .tip("`contacts export` writes everything as CSV and as NDJSON")),
        }
    }

    fn of_csv(headings: &[String], custom: &[CustomField]) -> Result<Self, Failure> {
        let exported = headings.iter().enumerate().filter(|(_, heading)| !is_import_column(heading));
        let (places, header): (Vec<usize>, Vec<&String>) = exported.unzip();
        let columns = Columns::read(&StringRecord::from(header)).map_err(|bad| {
            let failure = Failure::usage("the file has columns that no export has");
            bad.into_iter().fold(failure, Failure::because)
        })?;
        let is_missing = |name: &&str| named(custom, name).is_none();
        let missing: Vec<&str> = columns.custom_fields().filter(is_missing).collect();
        if missing.is_empty() {
            return Ok(Self::Csv { columns, places });
        }
        let failure = Failure::usage("the company lacks custom fields of the file");
        Err(failure.because(missing.join(", ")).tip(
            "`contacts custom-field create NAME` creates one; use the type that it has in the company of the export",
        ))
    }

    /// Writes the row as an item. Returns false if it has no id, so that it creates a contact every time it is sent.
    ///
    /// # Errors
    /// Returns why the row cannot be sent.
    pub(super) fn write(&self, row: &Row, body: &mut Vec<u8>) -> Result<bool, String> {
        match self {
            Self::Csv { columns, places } => {
                let cells = places.iter().map(|&place| row.get(place).map_or("", Value::as_str));
                let contact = columns.contact(&cells.collect()).map_err(|bad| bad.join("; "))?;
                let has_id = contact.id.is_some();
                serde_json::to_writer(body, &BatchItem::insert(contact))
                    .map_err(|error| error.to_string())?;
                Ok(has_id)
            }
            Self::Json => {
                let mut members = members(&row.original).map_err(|error| error.to_string())?;
                members.retain(|name, _| name != "op" && !is_import_column(name));
                let has_id = members.get("id").is_some_and(|id| id.get() != "null");
                let insert = JsonInsert { op: "insert", members };
                serde_json::to_writer(body, &insert).map_err(|error| error.to_string())?;
                Ok(has_id)
            }
        }
    }
}
