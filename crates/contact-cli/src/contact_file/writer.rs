//! Writes contacts in the format of a file, one after the other.

use contact_client::model::{Contact, ContactInsert};

use super::columns::Columns;
use super::vcard;
use crate::failure::Failure;
use crate::output::csv_line::csv_line;

/// Writes contacts in one of the formats.
#[derive(Debug)]
pub(crate) enum ContactWriter {
    /// A table, with a byte order mark before it if `has_bom`.
    Csv {
        columns: Columns,
        has_bom: bool,
    },
    Ndjson,
    Vcard,
}

impl ContactWriter {
    /// Returns what comes before the first contact.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn head(&self) -> Result<String, Failure> {
        match self {
            Self::Csv { columns, has_bom } => {
                let bom = if *has_bom { "\u{feff}" } else { "" };
                Ok(format!("{bom}{}", csv_line(columns.header())?))
            }
            Self::Ndjson | Self::Vcard => Ok(String::new()),
        }
    }

    /// Returns the text of a contact, which has everything that `include` can add.
    ///
    /// # Errors
    /// The contact has a custom field that the file has no column for.
    pub(crate) fn contact(&self, contact: Contact) -> Result<String, Failure> {
        match self {
            Self::Csv { columns, .. } => {
                csv_line(columns.row(&ContactInsert::from(contact)).map_err(no_column)?)
            }
            Self::Ndjson => match serde_json::to_string(&contact) {
                Ok(line) => Ok(line + "\n"),
                Err(error) => Err(Failure::local("a contact cannot be written", error)),
            },
            Self::Vcard => Ok(vcard::written(&contact)),
        }
    }
}

fn no_column(name: String) -> Failure {
    Failure::local(
        "the company has custom fields that were created after the export began",
        format!("a contact has `{name}`, for which the file has no column"),
    )
    .tip("export again")
}
