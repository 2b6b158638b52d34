//! The columns of a file that are for one field, in the order in which a row's cells are used.

use super::headings::letters;
use crate::import::row::{Row, Value};

/// The columns for one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldColumns(Vec<Column>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    place: usize,
    /// The column with the label of the value, such as `Mobile` or `Work Fax`.
    label: Option<usize>,
}

/// The words of labels of values, from those that are used first. Fax and pager numbers are never used.
const LABELS: [&str; 4] = [
    "mobil cell handy portable movil movel celular telemovel iphone",
    // Every other label, and none.
    "",
    "home privat domicile personnel casa particular residencial",
    "work business arbeit geschaft bureau travail professionnel trabajo oficina trabalho comercial",
];
const OTHER: usize = 1;
const NEVER: &str = "fax telecop pager localizador bipeur telex";
/// Ranks of labels: the marked one, then those of [`LABELS`].
const RANKS: usize = 1 + LABELS.len();

impl FieldColumns {
    /// Adds a column after the others.
    pub(super) fn add(&mut self, place: usize, label: Option<usize>) {
        self.0.push(Column { place, label });
    }

    /// The places of the columns.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|column| column.place)
    }

    /// Returns true if a label decides which of the columns is used.
    pub(super) fn has_labels(&self) -> bool {
        self.0.iter().any(|column| column.label.is_some())
    }

    /// Returns the values of a row, in the order in which they are used.
    pub(super) fn values<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = &'r Value> {
        let has_labels = self.has_labels();
        let ranks = if has_labels { 0..RANKS } else { 0..1 };
        ranks.flat_map(move |rank| {
            let is_next = move |column: &&Column| !has_labels || rank_of(row, **column) == Some(rank);
            self.0.iter().filter(is_next).filter_map(|column| row.get(column.place))
        })
    }
}

fn rank_of(row: &Row, column: Column) -> Option<usize> {
    let Some(label) = column.label.and_then(|label| row.get(label)?.as_text()) else {
        return Some(1 + OTHER);
    };
    let letters = letters(label);
    let has = |words: &str| words.split_whitespace().any(|word| letters.contains(word));
    if has(NEVER) {
        None
    } else if label.trim_start().starts_with('*') && !letters.is_empty() {
        // Google marks the value that the owner prefers.
        Some(0)
    } else {
        Some(1 + LABELS.iter().position(|words| has(words)).unwrap_or(OTHER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of a row of pairs of a label and a value, in the order in which they are used.
    fn used(pairs: &[(&str, &str)]) -> Vec<String> {
        let mut row = Row::default();
        let mut columns = FieldColumns::default();
        for (pair, (label, value)) in pairs.iter().enumerate() {
            row.set(2 * pair, Value::text(*label));
            row.set(2 * pair + 1, Value::text(*value));
            columns.add(2 * pair + 1, Some(2 * pair));
        }
        columns.values(&row).map(|value| value.as_str().to_owned()).collect()
    }

    #[test]
    fn the_label_decides_which_value_is_used_first() {
        for (pairs, values) in [
            (&[("Work Fax", "1"), ("Mobile", "2")][..], &["2"][..]),
            (&[("Home", "1"), ("Work", "2"), ("Main", "3"), ("Mobile", "4")], &["4", "3", "1", "2"]),
            (&[("Work", "1"), ("* Home", "2"), ("Mobile", "3")], &["2", "3", "1"]),
            (&[("* ", "1"), ("Mobile", "2")], &["2", "1"]),
            (&[("", "1"), ("Other", "2")], &["1", "2"]),
            (&[("* Fax (privat)", "1"), ("Télécopie", "2"), ("Pager", "3")], &[]),
            (&[("Arbeit", "1"), ("Handy", "2")], &["2", "1"]),
            (&[("Teléfono móvil", "1"), ("Casa", "2")], &["1", "2"]),
        ] {
            assert_eq!(used(pairs), values, "{pairs:?}");
        }
    }
}
