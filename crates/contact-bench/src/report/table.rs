//! The tables for the terminal.

use std::collections::BTreeMap;

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, LineStyle, Table, TableStyle};

use super::rows::{Bound, Report, Row};
use crate::figure::{Database, Facet, Figure, Figures, Site};
use crate::lines::CONNECTIONS;
use crate::run::COMPARED;
use crate::statistics::Spread;

const HEADER: [&str; 9] =
    ["line", "database", "figure", "spread", "p50/p99 ms", "limit", "ratio", "to reach", ""];

/// Lines above and below, none between the rows.
const STYLE: TableStyle = UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());

/// Returns a table with a row for each line.
pub(crate) fn table(report: &Report) -> String {
    let mut table = new_table(&HEADER);
    for row in &report.rows {
        table.add_row(cells(row));
    }
    let method = &report.method;
    format!(
        "{}\n\n{} contacts; median of {} measurements of {} s each, and their lowest and highest.\n{}\n",
        table.trim_fmt(),
        number(method.contacts as f64),
        method.repeats,
        method.seconds,
        report.machine
    )
}

/// Returns a table that compares this revision with another one.
pub(crate) fn comparison(revision: &str, measured: &BTreeMap<Database, Figures>) -> String {
    let mut table = new_table(&["line", "database", "here", revision, "here / there", "spread"]);
    for (database, figures) in measured {
        for (name, request) in COMPARED {
            let key = |site| (Figure::Load(site, request, CONNECTIONS), Facet::Rate);
            let (here, there) = (key(Site::Full), key(Site::Against));
            let rate = |key| figures.spread(key).map(|rate| number(rate.median)).unwrap_or_default();
            let ratio = figures.ratio(here, there);
            table.add_row([
                name.to_owned(),
                database.to_string(),
                rate(here),
                rate(there),
                ratio.map(|ratio| format!("{:.2}", ratio.median)).unwrap_or_default(),
                ratio.map(|Spread { min, max, .. }| format!("{min:.2}–{max:.2}")).unwrap_or_default(),
            ]);
        }
    }
    table.trim_fmt()
}

/// Returns a table without rows. The first two columns, and a column without a heading, contain text.
fn new_table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_header(header);
    for (index, _) in header.iter().enumerate().skip(2).filter(|(_, heading)| !heading.is_empty()) {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn cells(row: &Row) -> [String; 9] {
    let times = row.p50.zip(row.p99);
    let bound = |bound| match bound {
        Bound::AtLeast(bound) => format!("≥ {bound:.2}"),
        Bound::AtMost(bound) => format!("≤ {bound:.2}"),
    };
    [
        row.name.to_owned(),
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

/// Formats a number with one decimal below 100, and with groups of thousands above: `12.3`, `123`, `12,345`.
fn number(value: f64) -> String {
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
