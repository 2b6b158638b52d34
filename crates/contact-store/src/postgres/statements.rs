//! Parts of statements that read or write sets. A set is passed as one array for each of its columns.

use contact_model::Timestamp;

use crate::Result;
use crate::connection::{Value, json_array};
use crate::contacts::columns::{Column, ColumnType};

pub(super) type Statement<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Finds the location (`ctid`) of the row of `$table` with the key `$key`, for a statement that updates or deletes the
/// row. If the statement compared the keys itself, PostgreSQL could scan the whole table instead of looking up the rows:
/// a plan is made once, possibly while the table is nearly empty.
///
/// Use it only for rows that no other transaction changes in the meantime, or with a condition that fails then.
macro_rules! join_row_location {
    ($table:literal, $key:literal) => {
        concat!("CROSS JOIN LATERAL (SELECT ctid FROM ", $table, " WHERE ", $key, " LIMIT 1) AS found")
    };
}
pub(super) use join_row_location;

/// Selects the custom-field values of the contact that a row of another table names. PostgreSQL must not use another
/// index, which would find all values of the company. So the values are read in an order that only the primary key has.
/// The contact is compared with `BETWEEN`, because with `=` PostgreSQL would ignore the first column of this order: all
/// rows would have the same contact.
macro_rules! contact_values {
    ($row:literal) => {
        concat!(
            "(SELECT * FROM custom_field_values
              WHERE company_id = ",
            $row,
            ".company_id AND contact_id BETWEEN ",
            $row,
            ".contact_id AND ",
            $row,
            ".contact_id
              ORDER BY contact_id, field_id OFFSET 0)"
        )
    };
}
pub(super) use contact_values;

/// The columns of a set, in the order of their parameters.
pub(super) struct Arrays {
    /// The number of the first parameter.
    first: usize,
    columns: Vec<(&'static str, ColumnType)>,
}

impl Arrays {
    /// Creates a list of columns whose parameters begin with this number.
    pub(super) fn from_parameter(first: usize) -> Self {
        Self { first, columns: Vec::new() }
    }

    /// Adds columns.
    pub(super) fn with<R: 'static>(mut self, columns: impl IntoIterator<Item = &'static Column<R>>) -> Self {
        self.columns.extend(columns.into_iter().map(|column| (column.name, column.kind)));
        self
    }

    /// Adds the column `location`, the text of a `ctid`.
    pub(super) fn with_location(mut self) -> Self {
        self.columns.push(("location", ColumnType::Text));
        self
    }

    /// Returns the names of the columns, separated by commas.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Returns the parameters, for example `$1::uuid[], $2::text[]`.
    pub(super) fn parameters(&self) -> String {
        let parameter = |(index, (_, kind)): (usize, &(_, ColumnType))| {
            format!("${}::{}[]", index + self.first, kind.postgres())
        };
        self.columns.iter().enumerate().map(parameter).collect::<Vec<_>>().join(", ")
    }
}

/// Binds one array for each column. `of` returns the part of a row that the columns belong to, or `None` if the row
/// has NULL in all of them.
pub(super) fn bind_columns<'q, T, R: 'static>(
    mut statement: Statement<'q>,
    columns: impl IntoIterator<Item = &'static Column<R>>,
    rows: &'q [T],
    of: impl Fn(&'q T) -> Option<&'q R>,
) -> Result<Statement<'q>> {
    for Column { kind, value, .. } in columns {
        let values = rows.iter().map(|row| of(row).map(value));
        // All values of a column have its type.
        macro_rules! array {
            ($variant:ident, $convert:expr) => {
                values
                    .map(|value| match value {
                        Some(Value::$variant(value)) => $convert(value),
                        _ => None,
                    })
                    .collect::<Vec<Option<_>>>()
            };
        }
        statement = match kind {
            ColumnType::Uuid => statement.bind(array!(Uuid, |id| id)),
            ColumnType::Text => statement.bind(array!(Text, |text| text)),
            ColumnType::Boolean => statement.bind(array!(Boolean, |flag| flag)),
            ColumnType::Integer => statement.bind(array!(Integer, Some)),
            ColumnType::Time => {
                statement.bind(array!(Time, |at: Option<Timestamp>| at.map(Timestamp::as_datetime)))
            }
            ColumnType::Json => {
                let texts = array!(Json, Some).into_iter().map(|texts| texts.map(json_array).transpose());
                statement.bind(texts.collect::<Result<Vec<Option<String>>>>()?)
            }
        };
    }
    Ok(statement)
}

/// Returns one column of a set of rows.
pub(super) fn column<'r, R, T>(rows: &'r [R], of: impl Fn(&'r R) -> T) -> Vec<T> {
    rows.iter().map(of).collect()
}
