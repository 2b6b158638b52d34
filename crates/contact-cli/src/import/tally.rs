//! What became of rows.

use std::collections::BTreeMap;

use contact_client::model::ItemAnswer;

use super::custom_value::BadValue;
use super::left_out::LeftOut;

/// Failed rows of which standard error says why.
const SHOWN: usize = 5;
/// Names of what was ignored that are counted.
const NAMES: usize = 100;

/// What became of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Rows that made a contact.
    pub(crate) created: u64,
    /// Rows that found a contact, changed or not.
    pub(crate) updated: u64,
    /// Rows that failed.
    pub(crate) failed: u64,
    /// Contacts whose name was replaced.
    pub(crate) replaced_names: u64,
    /// Contacts whose email address was replaced.
    pub(crate) replaced_emails: u64,
    /// Contacts whose phone number was replaced.
    pub(crate) replaced_phones: u64,
    /// Values that were left out of the rows.
    pub(crate) left_out: LeftOut,
    /// Rows in which nothing stands.
    pub(crate) blank: u64,
    /// How far the file is read, in bytes.
    pub(crate) bytes: u64,
    /// The first rows that failed: their lines, and why.
    pub(crate) reasons: Vec<(u64, String)>,
    /// Values that were left out because their custom fields do not take them.
    pub(crate) bad_values: u64,
    /// The first of them: their lines, and why.
    pub(crate) bad_value_reasons: Vec<(u64, String)>,
    /// What the server did not store: in how many rows, and in which line first.
    pub(crate) ignored: BTreeMap<String, (u64, u64)>,
}

impl Tally {
    /// All rows, but for blank ones.
    pub(crate) fn rows(&self) -> u64 {
        self.created + self.updated + self.failed
    }

    /// Counts a row that failed.
    pub(crate) fn fail(&mut self, line: u64, why: &str) {
        self.failed += 1;
        if self.reasons.len() < SHOWN {
            self.reasons.push((line, why.to_owned()));
        }
    }

    /// Counts a value that was left out.
    pub(crate) fn leave_out(&mut self, line: u64, bad: &BadValue) {
        self.bad_values += 1;
        if self.bad_value_reasons.len() < SHOWN {
            self.bad_value_reasons.push((line, format!("{}: {}", bad.field, bad.why)));
        }
    }

    /// Counts what a row replaced of its contact.
    pub(crate) fn replace(&mut self, answer: &ItemAnswer) {
        for key in &answer.replaced {
            match key.as_str() {
                "name" => self.replaced_names += 1,
                "email" => self.replaced_emails += 1,
                "phone" => self.replaced_phones += 1,
                _ => {}
            }
        }
    }

    /// Counts what was not stored of a row.
    pub(crate) fn ignore(&mut self, line: u64, name: &str) {
        self.count_ignored(name, 1, line);
    }

    fn count_ignored(&mut self, name: &str, rows: u64, line: u64) {
        if let Some((count, first)) = self.ignored.get_mut(name) {
            *count += rows;
            *first = line.min(*first);
        } else if self.ignored.len() < NAMES {
            self.ignored.insert(name.to_owned(), (rows, line));
        }
    }

    /// Adds what became of other rows.
    pub(crate) fn add(&mut self, other: &Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.failed += other.failed;
        self.replaced_names += other.replaced_names;
        self.replaced_emails += other.replaced_emails;
        self.replaced_phones += other.replaced_phones;
        self.left_out.add(other.left_out);
        self.blank += other.blank;
        self.bytes = self.bytes.max(other.bytes);
        self.reasons.extend(other.reasons.iter().cloned());
        self.reasons.sort();
        self.reasons.truncate(SHOWN);
        self.bad_values += other.bad_values;
        self.bad_value_reasons.extend(other.bad_value_reasons.iter().cloned());
        self.bad_value_reasons.sort();
        self.bad_value_reasons.truncate(SHOWN);
        for (name, (rows, line)) in &other.ignored {
            self.count_ignored(name, *rows, *line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tallies_add_up_and_show_the_first_reasons() {
        let mut all = Tally::default();
        for line in [9, 8, 7, 6, 5, 4] {
            let mut one = Tally { created: 1, bytes: line, ..Tally::default() };
            one.fail(line, "bad");
            one.ignore(line, "email");
            one.leave_out(line, &BadValue { field: "Plan".to_owned(), why: "bad".to_owned() });
            all.add(&one);
        }
        assert_eq!((all.created, all.failed, all.rows(), all.bytes), (6, 6, 12, 9));
        assert_eq!(all.reasons.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5, 6, 7, 8]);
        assert_eq!(all.ignored["email"], (6, 4));
        assert_eq!((all.bad_values, all.bad_value_reasons.len()), (6, 5));
        assert_eq!(all.bad_value_reasons[0], (4, "Plan: bad".to_owned()));
    }
}
