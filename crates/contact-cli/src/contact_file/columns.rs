//! The columns of a CSV file of contacts. Each row is a contact.

use std::collections::BTreeSet;

use contact_client::model::{ContactInsert, CustomFieldPatch};
use csv::StringRecord;

use crate::contact_fields::{CONTACT_FIELDS, CUSTOM_FIELD, ExportCell, cell};
use crate::failure::nearest;
use crate::output::csv_line::CsvCell;

/// The columns of a CSV file, in their order.
#[derive(Debug, Default)]
pub(crate) struct Columns(Vec<Column>);

#[derive(Debug)]
struct Column {
    name: String,
    /// How the cells are read and written. `None` for a custom field.
    cell: Option<&'static ExportCell>,
}

/// Returns the columns that every export has, in their order.
fn key_columns() -> impl Iterator<Item = (&'static str, &'static ExportCell)> {
    CONTACT_FIELDS.iter().filter_map(|field| Some((field.key, field.cell.as_ref()?)))
}

impl Columns {
    /// Returns the columns for a company with these custom fields.
    pub(crate) fn with_custom_fields(names: impl IntoIterator<Item = String>) -> Self {
        let keys = key_columns().map(|(key, cell)| Column { name: key.to_owned(), cell: Some(cell) });
        let custom =
            names.into_iter().map(|name| Column { name: format!("{CUSTOM_FIELD}{name}"), cell: None });
        Self(keys.chain(custom).collect())
    }

    /// Reads the headings of a file, which may have any order. Contacts have no values for missing columns.
    ///
    /// # Errors
    /// Returns a message for each heading that is unknown or repeated.
    pub(crate) fn read(header: &StringRecord) -> Result<Self, Vec<String>> {
        let (mut columns, mut bad) = (Vec::<Column>::new(), Vec::new());
        for name in header {
            let cell = key_columns().find(|(key, _)| *key == name).map(|(_, cell)| cell);
            if columns.iter().any(|column| column.name == name) {
                bad.push(format!("column {name}: it is there twice"));
            } else if cell.is_some() || name.starts_with(CUSTOM_FIELD) {
                columns.push(Column { name: name.to_owned(), cell });
            } else {
                bad.push(match nearest(name, key_columns().map(|(key, _)| key)) {
                    Some(near) => format!("column {name}: no export has it; a similar column is {near}"),
                    None => {
                        format!("column {name}: no export has it; a custom field begins with {CUSTOM_FIELD}")
                    }
                });
            }
        }
        if bad.is_empty() { Ok(Self(columns)) } else { Err(bad) }
    }

    /// Returns the headings.
    pub(crate) fn header(&self) -> impl Iterator<Item = CsvCell> {
        self.0.iter().map(|column| CsvCell::text(&column.name))
    }

    /// Returns the names of the custom fields.
    pub(crate) fn custom_fields(&self) -> impl Iterator<Item = &str> {
        let custom = self.0.iter().filter(|column| column.cell.is_none());
        custom.filter_map(|column| column.name.strip_prefix(CUSTOM_FIELD))
    }

    /// Writes a contact.
    ///
    /// # Errors
    /// Returns the name of a custom field that has no column, so that its value would be lost.
    pub(crate) fn row(&self, contact: &ContactInsert) -> Result<Vec<CsvCell>, String> {
        let none = CustomFieldPatch::default();
        let values = &contact.custom_fields.as_ref().unwrap_or(&none).0;
        let columns: BTreeSet<&str> = self.custom_fields().collect();
        if let Some(name) = values.keys().find(|name| !columns.contains(name.as_str())) {
            return Err(name.clone());
        }
        let custom = |name: &str| cell::of_custom_field(values.get(name).and_then(Option::as_ref));
        let cells = self.0.iter().map(|column| match column.cell {
            Some(cell) => (cell.write)(contact),
            None => custom(column.name.strip_prefix(CUSTOM_FIELD).unwrap_or_default()),
        });
        Ok(cells.collect())
    }

    /// Reads a contact.
    ///
    /// # Errors
    /// Returns a message for each cell that cannot be read.
    pub(crate) fn contact(&self, row: &StringRecord) -> Result<ContactInsert, Vec<String>> {
        let mut contact = ContactInsert::default();
        let (mut values, mut bad) = (CustomFieldPatch::default(), Vec::new());
        for (Column { name, cell: format }, text) in self.0.iter().zip(row) {
            let read = match format {
                Some(format) => (format.read)(&mut contact, text),
                None => cell::custom_field(text).map(|value| {
                    let field = name.strip_prefix(CUSTOM_FIELD).unwrap_or_default();
                    values.0.extend(value.map(|value| (field.to_owned(), Some(value))));
                }),
            };
            bad.extend(read.err().map(|why| format!("column {name}: {why}")));
        }
        contact.custom_fields = Some(values);
        if bad.is_empty() { Ok(contact) } else { Err(bad) }
    }
}

#[cfg(test)]
mod tests;
