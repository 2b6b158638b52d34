//! The contacts that rows may be for.
//!
//! Two batches that may be for the same contact are sent one after the other, so that rows for one contact apply in the
//! order of the file.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The contacts that rows may be for, by the keys by which the server finds contacts.
#[derive(Debug, Default)]
pub(crate) struct ContactKeys {
    /// The hashes of the keys.
    hashes: HashSet<u64>,
    /// Whether a key of a row is not known, so that the row may be for any contact.
    has_unknown_key: bool,
    /// Whether a row creates a contact every time it is sent. No other batch is sent at the same time: if the import
    /// stops, the rows that are done must be a prefix of the file.
    pub(crate) always_creates: bool,
}

impl ContactKeys {
    /// Returns the keys of a row. Without a key, it creates a contact every time it is sent.
    pub(crate) fn of(keys: impl IntoIterator<Item = String>, has_unknown_key: bool) -> Self {
        let hash = |key: String| {
            let mut hasher = DefaultHasher::new();
            key.hash(&mut hasher);
            hasher.finish()
        };
        let hashes: HashSet<u64> = keys.into_iter().map(hash).collect();
        Self { always_creates: hashes.is_empty(), hashes, has_unknown_key }
    }

    /// Adds the keys of further rows.
    pub(crate) fn extend(&mut self, more: Self) {
        let Self { hashes, has_unknown_key, always_creates } = more;
        self.hashes.extend(hashes);
        self.has_unknown_key |= has_unknown_key;
        self.always_creates |= always_creates;
    }

    /// Returns true if a row of these and a row of the others may be for the same contact.
    pub(crate) fn may_meet(&self, others: &Self) -> bool {
        let may_be_any = |keys: &Self| keys.has_unknown_key || keys.always_creates;
        may_be_any(self) || may_be_any(others) || !self.hashes.is_disjoint(&others.hashes)
    }
}
