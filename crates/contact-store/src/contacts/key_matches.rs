//! The contacts that have a matching key, as of the writes so far.

use contact_model::{ContactId, Timestamp};

/// The age of a contact. The smallest value is the oldest contact.
pub(super) type Age = (Timestamp, ContactId);

/// The oldest contacts that have a matching key, up to the number to look at.
pub(super) struct KeyMatches {
    /// The contacts, the oldest first.
    oldest: Vec<Age>,
    limit: usize,
    /// True if no other contact has the key.
    is_complete: bool,
}

impl KeyMatches {
    /// Creates the list from the oldest contacts of a key, of which at most `limit` were loaded.
    pub(super) fn new(mut loaded: Vec<Age>, limit: usize) -> Self {
        loaded.sort_unstable();
        Self { is_complete: loaded.len() < limit, oldest: loaded, limit }
    }

    /// Returns the oldest contact.
    pub(super) fn oldest(&self) -> Option<ContactId> {
        self.ids().next()
    }

    /// Returns the contacts, the oldest first.
    pub(super) fn ids(&self) -> impl Iterator<Item = ContactId> {
        self.oldest.iter().map(|(_, id)| *id)
    }

    /// Adds a contact that now has the key.
    pub(super) fn add(&mut self, contact: Age) {
        let place = self.oldest.partition_point(|other| *other < contact);
        self.oldest.insert(place, contact);
        if self.oldest.len() > self.limit {
            self.oldest.truncate(self.limit);
            self.is_complete = false;
        }
    }

    /// Removes a contact that lost the key. Returns false if a contact that is not loaded may take its place. Then
    /// the contacts must be loaded again before they are looked up.
    #[must_use]
    pub(super) fn remove(&mut self, contact: ContactId) -> bool {
        let before = self.oldest.len();
        self.oldest.retain(|(_, id)| *id != contact);
        self.is_complete || self.oldest.len() == before
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn age(second: i64) -> Age {
        (Timestamp::from_micros(second).unwrap(), ContactId(Uuid::from_u128(second.unsigned_abs().into())))
    }

    fn known(key_matches: &KeyMatches) -> Vec<ContactId> {
        key_matches.ids().collect()
    }

    fn ids(seconds: &[i64]) -> Vec<ContactId> {
        seconds.iter().map(|second| age(*second).1).collect()
    }

    #[test]
    fn oldest_matches_are_known_in_order() {
        let mut key_matches = KeyMatches::new(vec![age(5), age(3)], 3);
        key_matches.add(age(4));
        assert_eq!(known(&key_matches), ids(&[3, 4, 5]));
        key_matches.add(age(1));
        assert_eq!((key_matches.oldest(), known(&key_matches)), (Some(age(1).1), ids(&[1, 3, 4])));
        key_matches.add(age(9));
        assert_eq!(known(&key_matches), ids(&[1, 3, 4]));
    }

    #[test]
    fn next_matches_are_known_if_all_are_loaded() {
        let mut key_matches = KeyMatches::new(vec![age(3), age(5)], 3);
        assert!(key_matches.remove(age(3).1) && key_matches.remove(age(3).1));
        assert_eq!(known(&key_matches), ids(&[5]));
        assert!(key_matches.remove(age(5).1));
        assert_eq!(key_matches.oldest(), None);
    }

    #[test]
    fn next_match_is_unknown_if_not_all_are_loaded() {
        let mut key_matches = KeyMatches::new(vec![age(3)], 1);
        assert!(key_matches.remove(age(9).1), "it is not among the oldest");
        assert!(!key_matches.remove(age(3).1));

        let mut key_matches = KeyMatches::new(Vec::new(), 1);
        key_matches.add(age(3));
        key_matches.add(age(4));
        assert!(!key_matches.remove(age(3).1), "the younger contact is not known");
    }
}
