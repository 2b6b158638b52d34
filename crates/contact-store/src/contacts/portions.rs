//! Decides for how many writes of a set the contacts are loaded into memory at once.

use contact_model::limits;

use super::facts::KeyedWrite;
use super::transaction::{LoadContacts, SoughtKeys};
use crate::StoreError;

/// The most contacts that are loaded at once, however small they are. It is large enough for a batch of writes that
/// each look up one contact by phone and one by email.
const LOADED: usize = 3 * limits::BATCH_ITEMS;

/// Contacts to load first, when their size is not known yet. This covers every set that writes of several callers
/// share, unless a write looks at many contacts.
const FIRST: usize = 256;

/// Contacts to load first for a set of one caller, which may need many more.
const FIRST_OF_UNDIVIDED: usize = 64;

/// Bytes of contacts to load at once, estimated from the contacts that were loaded before.
const BYTES: usize = 16 * 1024 * 1024;

/// The number of contacts to load at once. It is larger if the contacts so far were smaller.
#[derive(Debug, Clone, Copy)]
pub(super) struct Portions {
    contacts: usize,
}

impl Portions {
    /// Creates the portions of a set. `is_shared` means that several callers may share the set.
    pub(super) fn of_set(is_shared: bool) -> Self {
        Self { contacts: if is_shared { FIRST } else { FIRST_OF_UNDIVIDED } }
    }

    /// Returns for how many of the next writes to load the contacts at once, at least one.
    pub(super) fn next(self, contacts_of_each: &[usize]) -> usize {
        let mut contacts = 0;
        let fitting = contacts_of_each.iter().take_while(|count| {
            contacts += **count;
            contacts <= self.contacts
        });
        fitting.count().max(1)
    }

    /// Adapts the number to the size of the contacts that were loaded.
    pub(super) fn learn(&mut self, contacts: usize, bytes: usize) {
        let average = bytes / contacts.max(1);
        self.contacts = (BYTES / average.max(1)).clamp(1, LOADED);
    }
}

/// Returns how many contacts must be loaded for each write. Counts contacts in the database only if the writes
/// could need more than may be loaded at once.
pub(super) async fn contacts_of_each<C: LoadContacts>(
    connection: &mut C,
    writes: &[KeyedWrite<'_>],
) -> Result<Vec<usize>, StoreError> {
    let at_most: Vec<usize> = writes.iter().map(|write| write.contacts(|_, at_most| at_most)).collect();
    if at_most.iter().sum::<usize>() <= LOADED {
        return Ok(at_most);
    }
    let sought = writes.iter().flat_map(KeyedWrite::sought);
    let with_many: SoughtKeys =
        sought.filter(|(_, at_most)| *at_most > 1).map(|(key, at_most)| (key.clone(), at_most)).collect();
    let counts = connection.count_contacts(&with_many).await?;
    let count =
        |write: &KeyedWrite<'_>| write.contacts(|key, at_most| counts.get(key).copied().unwrap_or(at_most));
    Ok(writes.iter().map(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_of_a_shared_set_are_loaded_at_once() {
        assert_eq!(Portions::of_set(true).next(&[2; 128]), 128);
    }

    #[test]
    fn only_small_contacts_are_loaded_together() {
        let mut portions = Portions::of_set(false);
        assert_eq!(portions.next(&[2; limits::BATCH_ITEMS]), FIRST_OF_UNDIVIDED / 2);
        portions.learn(FIRST_OF_UNDIVIDED, FIRST_OF_UNDIVIDED * 1_000);
        assert_eq!(portions.next(&[2; limits::BATCH_ITEMS]), limits::BATCH_ITEMS);
        assert_eq!(portions.next(&[21; limits::BATCH_ITEMS]), LOADED / 21);
        assert_eq!(portions.next(&[LOADED, 1, 1]), 1);
        assert_eq!(portions.next(&[LOADED + 1, 1]), 1);
        portions.learn(100, 100 * 1024 * 1024);
        assert_eq!(portions.next(&[1; limits::BATCH_ITEMS]), 16);
        portions.learn(1, 2 * BYTES);
        assert_eq!(portions.next(&[1; 2]), 1);
        portions.learn(0, 0);
        assert_eq!(
            portions.next(&[2; limits::BATCH_ITEMS]),
            limits::BATCH_ITEMS,
            "writes that create contacts load none"
        );
    }
}
