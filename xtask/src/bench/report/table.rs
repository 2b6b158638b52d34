//! The table for the terminal.

use std::fmt::Write as _;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

use super::rows::{Report, Row, ToReach};

const HEADER: [&str; 9] =
    ["line", "database", "figure", "spread", "p50/p99 ms", "limit", "ratio", "to reach", ""];

/// The columns of text; the others hold numbers.
const TEXT: [usize; 3] = [0, 1, 8];

/// Lines above and below, none between the rows.
pub(in crate::bench) const STYLE: TableStyle = UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());

pub(super) fn render(report: &Report) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(HEADER);
    for index in (0..HEADER.len()).filter(|index| !TEXT.contains(index)) {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in &report.rows {
        table.add_row(cells(row));
    }
    let mut text = table.trim_fmt();
    let method = &report.method;
    // Writing into a string cannot fail.
    let _ = write!(
        text,
        "\n\n{} contacts; median of {} measurements of {} s each, and their lowest and highest.\n{}\n",
        number(method.contacts as f64),
        method.repeats,
        method.seconds,
        report.machine
    );
    text
}

fn cells(row: &Row) -> [String; 9] {
    let times = row.p50.zip(row.p99);
    let bound = |bound| match bound {
        ToReach::AtLeast(bound) => format!("≥ {bound:.2}"),
        ToReach::AtMost(bound) => format!("≤ {bound:.2}"),
    };
    [
        row.name.clone(),
        row.database.to_string(),
        number(row.figure.median),
        format!("{}–{}", number(row.figure.min), number(row.figure.max)),
        times.map(|(p50, p99)| format!("{p50:.1}/{p99:.1}")).unwrap_or_default(),
        row.limit.map(number).unwrap_or_default(),
        row.ratio.map(|ratio| format!("{:.2}", ratio.median)).unwrap_or_default(),
        row.to_reach.map(bound).unwrap_or_default(),
        row.reached.map(|reached| if reached { "ok" } else { "short" }.to_owned()).unwrap_or_default(),
    ]
}

/// A number with as many digits as mean something: `12.3`, `123`, `12,345`.
pub(super) fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn large_numbers_are_grouped() {
        let written = [0.0, 12.34, 123.4, 1234.5, 1_234_567.0].map(number);
        assert_eq!(written, ["0.0", "12.3", "123", "1,234", "1,234,567"]);
    }
}
