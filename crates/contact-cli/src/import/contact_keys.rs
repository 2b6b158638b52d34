//! The contacts that the rows of a batch may be for, by the keys that the server matches contacts by.
//!
//! Two batches that may be for the same contact are sent one after the other, so that rows for one contact apply in the
//! order of the file.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use contact_client::model::matching::MatchingKeys;

/// The matching keys of the rows of a batch.
#[derive(Debug, Default)]
pub(crate) struct ContactKeys {
    /// The hashes of the keys. Two keys with one hash make a batch wait that need not.
    hashes: HashSet<u64>,
    /// The key of a phone number is not known here, so it may be any.
    has_unknown_key: bool,
    /// A row has no key: sent twice, it creates two contacts.
    creates_anew: bool,
}

impl ContactKeys {
    /// Removes all keys.
    pub(crate) fn clear(&mut self) {
        self.hashes.clear();
        self.has_unknown_key = false;
        self.creates_anew = false;
    }

    /// Adds a row that creates a contact every time it is sent. No batch may overtake it: the rows that are done must be a
    /// prefix of the file, because the rows behind it cannot be sent again.
    pub(crate) fn add_new(&mut self) {
        self.creates_anew = true;
    }

    /// Returns true if a row creates a contact every time it is sent.
    pub(crate) fn creates_anew(&self) -> bool {
        self.creates_anew
    }

    /// Adds the keys of a row.
    pub(crate) fn add(&mut self, keys: &MatchingKeys) {
        self.creates_anew |= *keys == MatchingKeys::default();
        self.hashes.extend(keys.phone.iter().map(|key| hash(&("phone", key))));
        self.hashes.extend(keys.email.iter().map(|key| hash(&("email", key))));
    }

    /// Adds a phone number whose key is not known.
    pub(crate) fn add_unknown(&mut self) {
        self.has_unknown_key = true;
    }

    /// Returns true if a row of the one batch may be for the same contact as a row of the other.
    pub(crate) fn may_meet(&self, other: &Self) -> bool {
        let may_be_any = |keys: &Self| keys.has_unknown_key || keys.creates_anew;
        may_be_any(self) || may_be_any(other) || !self.hashes.is_disjoint(&other.hashes)
    }
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(rows: &[(&str, &str)]) -> ContactKeys {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let mut keys = ContactKeys::default();
        for (phone, email) in rows {
            keys.add(&MatchingKeys { phone: some(phone), email: some(email) });
        }
        keys
    }

    #[test]
    fn batches_meet_if_they_share_a_phone_or_an_email() {
        let batch = keys(&[("+14155552671", "a@x.org"), ("", "b@x.org")]);
        assert!(batch.may_meet(&keys(&[("+14155552671", "")])));
        assert!(batch.may_meet(&keys(&[("+14155550000", ""), ("", "b@x.org")])));
        assert!(!batch.may_meet(&keys(&[("+14155550000", "c@x.org")])));
        assert!(!keys(&[("12345", "")]).may_meet(&keys(&[("", "12345")])), "a phone is not an email");
    }

    #[test]
    fn a_row_without_a_key_and_one_with_an_unknown_key_meet_every_batch() {
        let other = keys(&[("+14155552671", "")]);
        assert!(keys(&[("", "")]).may_meet(&other) && other.may_meet(&keys(&[("", "")])));
        let mut unknown = keys(&[("", "a@x.org")]);
        unknown.add_unknown();
        assert!(unknown.may_meet(&other) && other.may_meet(&unknown));
        unknown.clear();
        assert!(!unknown.may_meet(&other));
    }
}
