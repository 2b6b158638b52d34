//! Counts the outcomes of rows.

use std::collections::BTreeMap;

use contact_client::model::ItemAnswer;
use serde::Serialize;

use crate::import::map::LeftOut;

/// The number of failed rows and of bad values that are shown.
const SHOWN: usize = 5;
/// The number of ignored keys that are counted.
const IGNORED_KEYS: usize = 100;

/// The outcomes of rows.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Tally {
    /// Rows that created a contact.
    pub(crate) created: u64,
    /// Rows that found a contact, changed or not.
    pub(crate) updated: u64,
    /// Rows that failed.
    pub(crate) failed: u64,
    /// Values that were left out because their custom fields do not take them.
    pub(crate) bad_values: u64,
    /// Contacts whose name was replaced.
    pub(crate) replaced_names: u64,
    /// Contacts whose email address was replaced.
    pub(crate) replaced_emails: u64,
    /// Contacts whose phone number was replaced.
    pub(crate) replaced_phones: u64,
    /// Texts such as `N/A` that were left out.
    pub(crate) placeholders: u64,
    /// Phone numbers and email addresses that were left out because their cell has another one first.
    pub(crate) further_values: u64,
    /// Texts that were left out because they are not a lead source.
    pub(crate) unknown_lead_sources: u64,
    /// The lines of the first failed rows, and why they failed.
    #[serde(skip)]
    pub(crate) reasons: Vec<(u64, String)>,
    /// The lines of the first bad values, and why they were left out.
    #[serde(skip)]
    pub(crate) bad_value_reasons: Vec<(u64, String)>,
    /// The keys that the server ignored, each with the number of its rows and the first line.
    #[serde(skip)]
    pub(crate) ignored: BTreeMap<String, (u64, u64)>,
}

impl Tally {
    /// Returns the number of rows, without blank ones.
    pub(crate) fn rows(&self) -> u64 {
        self.created + self.updated + self.failed
    }

    /// Counts a failed row.
    pub(crate) fn fail(&mut self, line: u64, why: &str) {
        self.failed += 1;
        if self.reasons.len() < SHOWN {
            self.reasons.push((line, why.to_owned()));
        }
    }

    /// Counts what the server replaced in the contact of a row, and what it ignored.
    pub(crate) fn add_answer(&mut self, line: u64, answer: &ItemAnswer) {
        for key in &answer.replaced {
            match key.as_str() {
                "name" => self.replaced_names += 1,
                "email" => self.replaced_emails += 1,
                "phone" => self.replaced_phones += 1,
                _ => {}
            }
        }
        for key in &answer.ignored {
            if self.ignored.len() < IGNORED_KEYS || self.ignored.contains_key(key) {
                self.ignored.entry(key.clone()).or_insert((0, line)).0 += 1;
            }
        }
    }

    /// Counts the values that were left out of rows.
    pub(crate) fn leave_out(&mut self, left_out: LeftOut) {
        self.placeholders += left_out.placeholders;
        self.further_values += left_out.further_values;
        self.unknown_lead_sources += left_out.unknown_lead_sources;
        self.bad_values += left_out.bad_values.len() as u64;
        let reasons =
            left_out.bad_values.into_iter().map(|bad| (bad.line, format!("{}: {}", bad.field, bad.why)));
        self.bad_value_reasons.extend(reasons.take(SHOWN - self.bad_value_reasons.len()));
    }
}
