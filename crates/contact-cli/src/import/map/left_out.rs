//! The values of rows that are not sent.

/// Values that were left out of rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// Texts such as `N/A` instead of a name, a phone number or an email address.
    pub(crate) placeholders: u64,
    /// Phone numbers and email addresses after the first one in a cell.
    pub(crate) further_values: u64,
    /// Texts that are not a lead source.
    pub(crate) unknown_lead_sources: u64,
    /// Values that their custom fields do not take.
    pub(crate) bad_values: Vec<BadValue>,
}

/// A value that its custom field does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadValue {
    /// The line of the row.
    pub(crate) line: u64,
    /// The name of the field.
    pub(crate) field: String,
    /// Why the field does not take it.
    pub(crate) why: String,
}

impl LeftOut {
    /// Adds what was left out of another row.
    pub(crate) fn add(&mut self, other: Self) {
        self.placeholders += other.placeholders;
        self.further_values += other.further_values;
        self.unknown_lead_sources += other.unknown_lead_sources;
        self.bad_values.extend(other.bad_values);
    }
}
