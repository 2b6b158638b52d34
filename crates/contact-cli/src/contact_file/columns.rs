//! The columns of a CSV file with contacts: a contact to a row, and back.

use std::collections::BTreeSet;
use std::fmt;

use contact_client::model::{ContactInsert, CustomFieldPatch};
use csv::StringRecord;

use crate::contact_fields::cell::Cell;
use crate::contact_fields::{CONTACT_FIELDS, CUSTOM_FIELD, ExportCell};
use crate::failure::nearest;
use crate::output::csv_line::CsvCell;

/// The columns of a CSV file, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns(Vec<Column>);

/// A column: a key that every contact has, or the name of a custom field.
#[derive(Debug, Clone)]
enum Column {
    Key(&'static str, &'static ExportCell),
    CustomField(String),
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Column {}

/// Returns the columns that every export has, in their order.
fn keys() -> impl Iterator<Item = (&'static str, &'static ExportCell)> {
    CONTACT_FIELDS.iter().filter_map(|field| Some((field.key, field.cell.as_ref()?)))
}

/// What a file cannot be read for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadColumn {
    /// The column's name, as the file has it.
    pub(crate) column: String,
    /// What is wrong with it, or with the cell in it.
    pub(crate) why: String,
}

impl fmt::Display for BadColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.why)
    }
}

/// A custom field of a contact for which there is no column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoColumn(pub(crate) String);

impl Columns {
    /// The columns for the contacts of a company with custom fields of these names.
    pub(crate) fn with_custom_fields(names: impl IntoIterator<Item = String>) -> Self {
        let keys = keys().map(|(key, cell)| Column::Key(key, cell));
        Self(keys.chain(names.into_iter().map(Column::CustomField)).collect())
    }

    /// The columns that a file's first row names, in any order. What is not among them is not said of a contact.
    ///
    /// # Errors
    /// Every name that is none of a column, or stands there twice.
    pub(crate) fn read(header: &StringRecord) -> Result<Self, Vec<BadColumn>> {
        let mut columns = Vec::new();
        let mut bad = Vec::new();
        for name in header {
            match Column::read(name) {
                Ok(column) if columns.contains(&column) => {
                    bad.push(BadColumn { column: name.to_owned(), why: "it is there twice".to_owned() });
                }
                Ok(column) => columns.push(column),
                Err(why) => bad.push(BadColumn { column: name.to_owned(), why }),
            }
        }
        if bad.is_empty() { Ok(Self(columns)) } else { Err(bad) }
    }

    /// The names of the columns.
    pub(crate) fn header(&self) -> impl Iterator<Item = CsvCell> {
        self.0.iter().map(|column| CsvCell::text(&column.name()))
    }

    /// The names of the custom fields among them.
    pub(crate) fn custom_fields(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|column| match column {
            Column::Key(..) => None,
            Column::CustomField(name) => Some(name.as_str()),
        })
    }

    /// A contact as a row.
    ///
    /// # Errors
    /// The contact has a custom field without a column, which would be lost.
    pub(crate) fn row(&self, contact: &ContactInsert) -> Result<Vec<CsvCell>, NoColumn> {
        let none = CustomFieldPatch::default();
        let values = &contact.custom_fields.as_ref().unwrap_or(&none).0;
        let mut lost: BTreeSet<&String> = values.keys().collect();
        let cell = |column: &Column| match column {
            Column::Key(_, cell) => (cell.write)(contact),
            Column::CustomField(name) => {
                lost.remove(name);
                values.get(name).map(Cell::to_cell).unwrap_or_default()
            }
        };
        let row = self.0.iter().map(cell).collect();
        lost.pop_first().map_or(Ok(row), |name| Err(NoColumn(name.clone())))
    }

    /// The contact that a row is. Of a row that is cut off, what it lacks is not said.
    ///
    /// # Errors
    /// Every cell that cannot be read.
    pub(crate) fn contact(&self, row: &StringRecord) -> Result<ContactInsert, Vec<BadColumn>> {
        let mut contact = ContactInsert::default();
        let mut values = CustomFieldPatch::default();
        let mut bad = Vec::new();
        for (column, cell) in self.0.iter().zip(row) {
            let read = match column {
                Column::Key(_, format) => (format.read)(&mut contact, cell),
                Column::CustomField(name) => Cell::from_cell(cell).map(|value: Option<_>| {
                    values.0.extend(value.map(|value| (name.clone(), Some(value))));
                }),
            };
            bad.extend(read.err().map(|why| BadColumn { column: column.name(), why }));
        }
        contact.custom_fields = Some(values);
        if bad.is_empty() { Ok(contact) } else { Err(bad) }
    }
}

impl Column {
    fn read(name: &str) -> Result<Self, String> {
        if let Some((key, cell)) = keys().find(|(key, _)| *key == name) {
            return Ok(Self::Key(key, cell));
        }
        if let Some(field) = name.strip_prefix(CUSTOM_FIELD) {
            return Ok(Self::CustomField(field.to_owned()));
        }
        Err(match nearest(name, keys().map(|(key, _)| key)) {
            Some(near) => format!("there is none of this name; a similar one is {near}"),
            None => format!("there is none of this name; a custom field's begins with {CUSTOM_FIELD}"),
        })
    }

    fn name(&self) -> String {
        match self {
            Self::Key(key, _) => (*key).to_owned(),
            Self::CustomField(name) => format!("{CUSTOM_FIELD}{name}"),
        }
    }
}

#[cfg(test)]
mod tests;
