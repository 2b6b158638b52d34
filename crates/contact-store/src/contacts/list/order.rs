//! The sort order of a scan.

use contact_model::list::SortKey;

use super::position::{Part, Position, ScanRange};
use super::statement::Statement;
use crate::connection::Value;

/// The columns that a scan sorts by: a value, and the id for contacts with equal values.
#[derive(Clone, Copy)]
pub(super) struct Order {
    pub(super) value: &'static str,
    pub(super) id: &'static str,
    /// True if the value may be NULL.
    is_nullable: bool,
}

impl Order {
    /// Sorts by the time of the last change, from the table of changes.
    pub(super) const CHANGES: Self = Self::of("h.updated_at", "h.contact_id");

    /// Sorts by two columns that are never NULL.
    pub(super) const fn of(value: &'static str, id: &'static str) -> Self {
        Self { value, id, is_nullable: false }
    }

    /// Sorts by columns of the table of contacts.
    pub(super) fn of_contacts(key: SortKey) -> Self {
        let (value, is_nullable) = match key {
            SortKey::CreatedAt => ("c.created_at", false),
            SortKey::UpdatedAt => ("c.updated_at", false),
            SortKey::LastActivity => ("c.last_activity", true),
            SortKey::Name => ("c.name_key", true),
            SortKey::DeletedAt => ("c.deleted_at", false),
        };
        Self { value, id: "c.id", is_nullable }
    }

    /// Writes the bounds of a range, its order and the number of rows.
    pub(super) fn write_range<'v>(self, range: &'v ScanRange, rows: usize, statement: &mut Statement<'v>) {
        self.write_bounds(range, statement);
        self.write_order(range.descending, rows, statement);
    }

    /// Writes the bounds of several ranges, their order and the number of rows. The first range comes first.
    pub(super) fn write_ranges<'v>(
        self,
        ranges: &'v [ScanRange],
        rows: usize,
        statement: &mut Statement<'v>,
    ) {
        statement.push(" AND (FALSE");
        for range in ranges {
            statement.push(" OR (TRUE");
            self.write_bounds(range, statement);
            statement.push(")");
        }
        let first = ranges.first();
        let direction = direction(first.is_some_and(|range| range.part == Part::WithoutValue));
        statement.push(") ORDER BY ").push(self.value).push(" IS NULL").push(direction).push(", ");
        self.write_directions(first.is_some_and(|range| range.descending), rows, statement);
    }

    /// Writes the order and the number of rows.
    pub(super) fn write_order(self, descending: bool, rows: usize, statement: &mut Statement<'_>) {
        statement.push(" ORDER BY ");
        self.write_directions(descending, rows, statement);
    }

    fn write_directions(self, descending: bool, rows: usize, statement: &mut Statement<'_>) {
        let direction = direction(descending);
        statement.push(self.value).push(direction).push(", ").push(self.id).push(direction).push_limit(rows);
    }

    /// Writes the bounds of a range.
    fn write_bounds<'v>(self, range: &'v ScanRange, statement: &mut Statement<'v>) {
        let ScanRange { part, after, until, descending } = range;
        let beyond = if *descending { " < " } else { " > " };
        let within = if *descending { " >= " } else { " <= " };
        let limits = [(beyond, after), (within, until)];
        let limits = limits.into_iter().filter_map(|(sign, position)| Some((sign, position.as_ref()?)));
        match part {
            Part::WithValue => {
                if self.is_nullable {
                    statement.push(" AND ").push(self.value).push(" IS NOT NULL");
                }
                for (sign, position) in limits {
                    let value = position.value().unwrap_or(Value::Text(None));
                    statement.push(" AND (").push(self.value).push(", ").push(self.id).push(")").push(sign);
                    statement.push("(").bind(value).push(", ").bind(Value::uuid(position.id)).push(")");
                }
            }
            Part::WithoutValue => {
                statement.push(" AND ").push(self.value).push(" IS NULL");
                for (sign, Position { id, .. }) in limits {
                    statement.push(" AND ").push(self.id).push(sign).bind(Value::uuid(*id));
                }
            }
        }
    }
}

fn direction(descending: bool) -> &'static str {
    if descending { " DESC" } else { "" }
}
