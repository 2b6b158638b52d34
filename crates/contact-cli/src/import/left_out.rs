//! Counts the values that an import leaves out of the rows that it sends.

use super::custom_value::BadValue;

/// What a row has and its item does not.
#[derive(Debug, Default)]
pub(crate) struct NotSent {
    pub(crate) left_out: LeftOut,
    /// Values of custom fields that their fields do not take.
    pub(crate) bad_values: Vec<BadValue>,
}

/// How many values were left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Texts such as `N/A` in the place of a name, a phone number or an email address.
    pub(crate) placeholders: u64,
    /// Phone numbers and email addresses behind the first one in a cell.
    pub(crate) further_values: u64,
    /// Words that are no lead source.
    pub(crate) unknown_lead_sources: u64,
}

impl LeftOut {
    /// Adds what was left out of other rows.
    pub(crate) fn add(&mut self, other: Self) {
        self.placeholders += other.placeholders;
        self.further_values += other.further_values;
        self.unknown_lead_sources += other.unknown_lead_sources;
    }
}
