//! Tables for the terminal.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, TableStyle, Width};

use super::cell::printable;

/// The width of a UUID. A wider value of a column that is otherwise not cut, such as a phone number with a remark, is
/// cut.
const WHOLE_WIDTH: u16 = 36;
/// The width of a longer value that is not cut if only one record is shown.
const LONGEST_COPIED: u16 = 64;
/// The space between two columns.
const GAP: u16 = 2;

/// Returns true for a column whose values are never cut or wrapped, so that they can be copied: ids and the names of
/// cases, which the next command takes, keys, and phone numbers.
fn is_whole(column: &str) -> bool {
    matches!(column, "id" | "phone" | "case") || column.ends_with("_id")
}

/// Rows that are laid out together: the first of them decide how wide the columns are.
const ROWS: usize = 1_000;
/// Bytes of cells that are laid out together.
const BYTES: usize = 1024 * 1024;

/// A table of records, one line each below the headings. However many there are, no more than a portion is in memory.
#[derive(Debug, Default)]
pub(super) struct RecordTable {
    rows: Vec<Vec<String>>,
    bytes: usize,
    /// The longest cell of each column in the first portion, once that is laid out.
    longest: Option<Vec<u16>>,
}

impl RecordTable {
    /// Adds a row. Returns true if the rows so far are a portion.
    pub(super) fn add(&mut self, row: Vec<String>) -> bool {
        self.bytes += row.iter().map(String::len).sum::<usize>();
        self.rows.push(row);
        self.rows.len() == ROWS || self.bytes >= BYTES
    }

    /// Lays out the rows so far, and forgets them. Returns their lines, and before those of the first portion the headings.
    ///
    /// A value that does not fit is cut, but no heading is: if the terminal is too narrow for the headings and the values
    /// that are not cut, the table is wider than the terminal.
    pub(super) fn portion(&mut self, columns: &[String], width: u16) -> (Option<String>, Vec<String>) {
        let mut table = bare(width);
        table.set_truncation_indicator("…");
        table.set_header(columns.iter().map(|name| printable(&name.to_uppercase())));
        // A further portion has a row like the longest of the first, so that its columns are as wide.
        let model = self
            .longest
            .iter()
            .map(|longest| longest.iter().map(|&length| "x".repeat(length.into())).collect());
        for cells in model.chain(std::mem::take(&mut self.rows)) {
            let mut row = Row::from(cells);
            row.max_height(1);
            table.add_row(row);
        }
        self.bytes = 0;
        space(&mut table);
        let longest = table.column_max_content_widths();
        let mut needed = 0;
        for ((place, column), name) in table.column_iter_mut().enumerate().zip(columns) {
            let least = GAP + if is_whole(name) { longest[place].min(WHOLE_WIDTH) } else { short(name) };
            let least_width = Width::Fixed(least);
            column.set_constraint(match &self.longest {
                None => ColumnConstraint::LowerBoundary(least_width),
                Some(first) => ColumnConstraint::Boundaries {
                    lower: least_width,
                    upper: Width::Fixed(least.max(first[place].saturating_add(GAP))),
                },
            });
            needed += least;
        }
        table.set_width(width.max(needed));
        let mut lines = table.lines().map(|line| line.trim_end().to_owned());
        let heading = lines.next();
        if self.longest.is_some() {
            return (None, lines.skip(1).collect());
        }
        self.longest = Some(longest);
        (heading, lines.collect())
    }
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
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Returns the number of characters, or the largest number that is not cut.
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
