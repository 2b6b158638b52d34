//! Tables for the terminal.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, TableStyle, Width};

use super::cell::Fields;
use super::columns::{self, Columns};
use super::record::Record;

/// The width of a UUID. A wider value of a column that is kept whole, such as a phone number with a long remark, is
/// cut.
const WHOLE_WIDTH: u16 = 36;
/// The width of a longer value that is kept whole if only one record is shown.
const LONGEST_COPIED: u16 = 64;
/// The space between two columns.
const GAP: u16 = 2;

/// Returns true for a column whose values are never cut or wrapped, so that they can be copied: ids and the names of
/// cases, which the next command takes, keys, and phone numbers.
fn is_whole(column: &str) -> bool {
    matches!(column, "id" | "phone" | "case") || column.ends_with("_id")
}

/// Returns the rows below their headings, one line each. A value that does not fit is cut, but no heading is: if the
/// terminal is too narrow for the headings and the values that are kept whole, the table is wider than the terminal.
pub(super) fn of_rows<R: Record>(rows: &[Fields], columns: &Columns, width: u16) -> String {
    let columns = columns
        .chosen()
        .map_or_else(|| R::COLUMNS.to_vec(), |chosen| chosen.iter().map(String::as_str).collect());
    let mut table = bare(width);
    table.set_truncation_indicator("…");
    table.set_header(columns.iter().map(|name| name.to_uppercase()));
    for fields in rows {
        let cells = columns
            .iter()
            .map(|name| columns::value(fields, name).map(|value| R::cell(name, &value)).unwrap_or_default());
        let mut row = Row::from(cells.collect::<Vec<_>>());
        row.max_height(1);
        table.add_row(row);
    }
    space(&mut table);
    let longest = table.column_max_content_widths();
    let mut needed = 0;
    for ((column, name), longest) in table.column_iter_mut().zip(columns).zip(longest) {
        let least = GAP + if is_whole(name) { longest.min(WHOLE_WIDTH) } else { short(name) };
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(least)));
        needed += least;
    }
    table.set_width(width.max(needed));
    trimmed(&table)
}

/// Returns the lines of one record, each with a name and a value. A value that does not fit continues below, unless it
/// is one to be copied, such as an id: then the table is wider than the terminal.
pub(super) fn of_lines(lines: &[(String, String)], width: u16) -> String {
    let is_copied = |name: &str| is_whole(name) || matches!(name, "key" | "etag");
    let copied = lines.iter().filter(|(name, _)| is_copied(name));
    let needed = copied.map(|(_, value)| short(value)).max().map_or(0, |longest| {
        let names = lines.iter().map(|(name, _)| short(name)).max().unwrap_or_default();
        names + GAP + longest + GAP
    });
    let mut table = bare(width.max(needed));
    table.add_rows(lines.iter().map(|(name, value)| [name, value]));
    space(&mut table);
    trimmed(&table)
}

/// Returns the number of characters, or the largest number that is kept whole.
fn short(text: &str) -> u16 {
    u16::try_from(text.chars().count()).unwrap_or(u16::MAX).min(LONGEST_COPIED)
}

fn bare(width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(TableStyle::new()).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table
}

/// Sets the columns apart, without a space before the first.
fn space(table: &mut Table) {
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
}

fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
