//! The values of rows that are not sent.

use serde::Serialize;

/// Values that were left out of rows.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct LeftOut {
    /// Values that their custom fields do not take.
    pub(crate) bad_values: u64,
    /// Texts such as `N/A` instead of a name, a phone number or an email address.
    pub(crate) placeholders: u64,
    /// Phone numbers and email addresses after the first one in a cell.
    pub(crate) further_values: u64,
    /// Texts that are not a lead source.
    pub(crate) unknown_lead_sources: u64,
    /// The lines of the bad values, and why they are bad.
    #[serde(skip)]
    pub(crate) reasons: Vec<(u64, String)>,
}

impl LeftOut {
    /// Adds what was left out of other rows.
    pub(crate) fn add(&mut self, other: Self) {
        self.bad_values += other.bad_values;
        self.placeholders += other.placeholders;
        self.further_values += other.further_values;
        self.unknown_lead_sources += other.unknown_lead_sources;
        self.reasons.extend(other.reasons);
    }
}
