//! What becomes of a row: an upsert of what its columns say, or the contact exactly as an export wrote it.

use std::io;

use super::contact_keys::ContactKeys;
use super::exact::ExactRows;
use super::item::{Item, RowRules};
use super::left_out::NotSent;
use super::mapping::Mapping;
use super::row::Row;

/// What becomes of every row.
pub(crate) enum Recipe {
    /// It creates a contact, or updates the one that it matches.
    Upsert(Mapping, RowRules),
    /// It is stored as it is.
    Insert(ExactRows),
}

impl Recipe {
    /// Takes in headings that showed up since.
    pub(crate) fn learn(&mut self, headings: &[String]) {
        if let Self::Upsert(mapping, _) = self {
            mapping.learn(headings);
        }
    }

    /// The columns from this one on that nothing becomes of.
    pub(crate) fn left_out_from<'h>(&self, headings: &'h [String], column: usize) -> Vec<&'h str> {
        match self {
            Self::Upsert(mapping, _) => mapping.left_out_from(headings, column),
            Self::Insert(_) => Vec::new(),
        }
    }

    /// Writes the row as an item after others, and adds its matching keys. Returns what is not sent of it.
    ///
    /// # Errors
    /// Returns why the row cannot be sent. The caller removes what was written of it.
    pub(crate) fn write(
        &self,
        row: &Row,
        body: &mut Vec<u8>,
        keys: &mut ContactKeys,
    ) -> Result<NotSent, String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let unwritable = |error: io::Error| error.to_string();
        match self {
            Self::Upsert(mapping, rules) => {
                let item = Item::of(row, mapping.plan(), rules)?;
                item.write(body).map_err(unwritable)?;
                keys.add(&item.matching_keys(rules.country));
                if item.has_unknown_key(rules) {
                    keys.add_unknown();
                }
                Ok(item.into_not_sent())
            }
            // With its id it is stored once at most, so no batch waits for another.
            Self::Insert(rows) => {
                if !rows.write(row, body)? {
                    keys.add_new();
                }
                Ok(NotSent::default())
            }
        }
    }
}
