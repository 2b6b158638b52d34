//! How rows become items: upserts of their columns, or exact copies of exported contacts.

use super::exact::ExactRows;
use super::left_out::LeftOut;
use super::mapping::Mapping;
use super::upsert::{RowRules, Upsert};
use crate::import::row::Row;

/// How every row becomes an item.
pub(crate) enum Recipe {
    /// It creates a contact, or updates the one that it matches.
    Upsert(Mapping, RowRules),
    /// It is stored as it is.
    Insert(ExactRows),
}

impl Recipe {
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
            Self::Insert(_) => Vec::new(),
        }
    }

    /// Writes the row as an item after others. Returns the values that are not sent, and whether the item creates a contact
    /// every time it is sent.
    ///
    /// # Errors
    /// Returns why the row cannot be sent. The caller removes the part that was written.
    pub(crate) fn write(&self, row: &Row, body: &mut Vec<u8>) -> Result<(LeftOut, bool), String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        match self {
            Self::Upsert(mapping, rules) => {
                let upsert = Upsert::read(row, mapping.plan(), rules)?;
                serde_json::to_writer(body, &upsert).map_err(|error| error.to_string())?;
                let has_key = upsert.has_key(rules.country);
                Ok((upsert.left_out, !has_key))
            }
            // A row with an id is stored at most once.
            Self::Insert(rows) => Ok((LeftOut::default(), !rows.write(row, body)?)),
        }
    }
}
