//! Tables for the terminal.

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table, TableStyle, Width};

use super::cell::Fields;
use super::record::Record;

/// Never cut: an id or a case's name is what the next command takes, a phone number is of no use without its end.
const WHOLE: [&str; 3] = ["id", "phone", "case"];
/// As wide as an id. What is wider, such as a phone number that someone typed a story into, is cut after all.
const WHOLE_WIDTH: u16 = 36;
/// The space between two columns.
const GAP: u16 = 2;

/// Rows below their headings, one line each; what does not fit is cut.
pub(super) fn of_rows<R: Record>(rows: &[Fields], width: u16) -> String {
    let columns = R::COLUMNS;
    let mut table = bare(width);
    table.set_truncation_indicator("…");
    table.set_header(columns.iter().map(|name| name.to_uppercase()));
    for fields in rows {
        let cells = columns
            .iter()
            .map(|name| fields.get(*name).map(|value| R::cell(name, value)).unwrap_or_default());
        let mut row = Row::from(cells.collect::<Vec<_>>());
        row.max_height(1);
        table.add_row(row);
    }
    space(&mut table);
    let widths = table.column_max_content_widths();
    for ((column, name), width) in table.column_iter_mut().zip(columns).zip(widths) {
        if WHOLE.contains(name) {
            let width = Width::Fixed(width.min(WHOLE_WIDTH) + GAP);
            column.set_constraint(ColumnConstraint::LowerBoundary(width));
        }
    }
    trimmed(&table)
}

/// One record: a name and its value on each line; what does not fit goes on below.
pub(super) fn of_lines(lines: &[(String, String)], width: u16) -> String {
    let mut table = bare(width);
    table.add_rows(lines.iter().map(|(name, value)| [name, value]));
    space(&mut table);
    trimmed(&table)
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
