//! Writes a contact in the format of a file.

use contact_client::model::{Contact, ContactInsert};

use super::columns::Columns;
use super::format::FileFormat;
use super::vcard;
use crate::failure::Failure;
use crate::output::csv_line::csv_line;

/// Returns the text of a contact that has everything that `include` can add. The columns are those of CSV.
///
/// # Errors
/// The contact has a custom field that the file has no column for.
pub(crate) fn written(format: FileFormat, columns: &Columns, contact: Contact) -> Result<String, Failure> {
    match format {
        FileFormat::Csv => csv_line(columns.row(&ContactInsert::from(contact)).map_err(no_column)?),
        FileFormat::Ndjson => match serde_json::to_string(&contact) {
            Ok(line) => Ok(line + "\n"),
            Err(error) => Err(Failure::local("a contact cannot be written", error)),
        },
        FileFormat::Vcard => Ok(vcard::written(&contact)),
    }
}

fn no_column(name: String) -> Failure {
    Failure::local(
        "the company has custom fields that were created after the export began",
        format!("a contact has `{name}`, for which the file has no column"),
    )
    .tip("export again")
}
