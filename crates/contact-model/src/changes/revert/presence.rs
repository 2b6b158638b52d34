//! Whether a contact exists.

use crate::ContactId;

/// Whether a contact exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It does not exist yet.
    Absent,
    /// It exists and is not deleted.
    Present,
    /// It is deleted.
    Deleted,
    /// It was merged into another contact.
    Merged(ContactId),
}
