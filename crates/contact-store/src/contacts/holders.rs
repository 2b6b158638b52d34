//! The contacts that have a matching key, as of the writes so far.

use contact_model::{ContactId, Timestamp};

/// The age of a contact. The smallest value is the oldest contact.
pub(super) type Age = (Timestamp, ContactId);

/// The oldest contacts that have a matching key, up to the number to look at.
pub(super) struct Holders {
    /// The contacts, the oldest first.
    oldest: Vec<Age>,
    at_most: usize,
    /// True if no other contact has the key.
    are_all: bool,
}

impl Holders {
    /// Creates the list from the oldest contacts of a key, of which at most `at_most` were loaded.
    pub(super) fn new(mut loaded: Vec<Age>, at_most: usize) -> Self {
        loaded.sort_unstable();
        Self { are_all: loaded.len() < at_most, oldest: loaded, at_most }
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
        if self.oldest.len() > self.at_most {
            self.oldest.truncate(self.at_most);
            self.are_all = false;
        }
    }

    /// Removes a contact that lost the key. Returns false if a contact that is not loaded may take its place. Then
    /// the contacts must be loaded again before they are looked up.
    #[must_use]
    pub(super) fn remove(&mut self, contact: ContactId) -> bool {
        let before = self.oldest.len();
        self.oldest.retain(|(_, id)| *id != contact);
        self.are_all || self.oldest.len() == before
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn age(second: i64) -> Age {
        (Timestamp::from_micros(second).unwrap(), ContactId(Uuid::from_u128(second.unsigned_abs().into())))
    }

    fn known(holders: &Holders) -> Vec<ContactId> {
        holders.ids().collect()
    }

    fn ids(seconds: &[i64]) -> Vec<ContactId> {
        seconds.iter().map(|second| age(*second).1).collect()
    }

    #[test]
    fn oldest_holders_are_known_in_order() {
        let mut holders = Holders::new(vec![age(5), age(3)], 3);
        holders.add(age(4));
        assert_eq!(known(&holders), ids(&[3, 4, 5]));
        holders.add(age(1));
        assert_eq!((holders.oldest(), known(&holders)), (Some(age(1).1), ids(&[1, 3, 4])));
        holders.add(age(9));
        assert_eq!(known(&holders), ids(&[1, 3, 4]));
    }

    #[test]
    fn next_holders_are_known_if_all_are_loaded() {
        let mut holders = Holders::new(vec![age(3), age(5)], 3);
        assert!(holders.remove(age(3).1) && holders.remove(age(3).1));
        assert_eq!(known(&holders), ids(&[5]));
        assert!(holders.remove(age(5).1));
        assert_eq!(holders.oldest(), None);
    }

    #[test]
    fn next_holder_is_unknown_if_not_all_are_loaded() {
        let mut holders = Holders::new(vec![age(3)], 1);
        assert!(holders.remove(age(9).1), "it is not among the oldest");
        assert!(!holders.remove(age(3).1));

        let mut holders = Holders::new(Vec::new(), 1);
        holders.add(age(3));
        holders.add(age(4));
        assert!(!holders.remove(age(3).1), "the younger holder is not known");
    }
}
