//! Decides for how many writes of a set the contacts are loaded into memory at once.

use contact_model::limits;

use super::prepared_write::PreparedWrite;
use super::transaction::{KeyLookups, LoadContacts};
use crate::Result;

/// The maximum number of contacts that are loaded at once, however small they are. It is enough for a batch of writes
/// that each look up one contact by phone and one by email.
const MAX_CONTACTS: usize = 3 * limits::BATCH_ITEMS;

/// The number of contacts to load first in a shared set, when their size is not known yet. It is enough for every
/// shared set, unless a write looks at many contacts.
const FIRST_SHARED: usize = 256;

/// The number of contacts to load first in an exclusive set, which may need many more.
const FIRST_EXCLUSIVE: usize = 64;

/// The size in bytes of the contacts to load at once, estimated from the contacts that were loaded before.
const TARGET_BYTES: usize = 16 * 1024 * 1024;

/// The number of contacts to load at once. It is larger if the contacts so far were smaller.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChunkSize {
    contacts: usize,
}

impl ChunkSize {
    /// Returns the first size for a set. `is_shared` means that several callers may share the set.
    pub(super) fn for_set(is_shared: bool) -> Self {
        Self { contacts: if is_shared { FIRST_SHARED } else { FIRST_EXCLUSIVE } }
    }

    /// Returns for how many of the next writes to load the contacts at once, at least one.
    pub(super) fn next(self, contacts_per_write: &[usize]) -> usize {
        let mut contacts = 0;
        let fitting = contacts_per_write.iter().take_while(|count| {
            contacts += **count;
            contacts <= self.contacts
        });
        fitting.count().max(1)
    }

    /// Adapts the number to the size of the contacts that were loaded.
    pub(super) fn adapt(&mut self, contacts: usize, bytes: usize) {
        let average = bytes / contacts.max(1);
        self.contacts = (TARGET_BYTES / average.max(1)).clamp(1, MAX_CONTACTS);
    }
}

/// Returns how many contacts must be loaded for each write. `keys` are the keys by which the writes look up contacts.
/// Counts contacts in the database only if the writes could need more than may be loaded at once.
pub(super) async fn contacts_per_write<C: LoadContacts>(
    connection: &mut C,
    writes: &[PreparedWrite<'_>],
    mut keys: KeyLookups,
) -> Result<Vec<usize>> {
    let limits_per_write: Vec<usize> = writes.iter().map(|write| write.contacts(|_, limit| limit)).collect();
    if limits_per_write.iter().sum::<usize>() <= MAX_CONTACTS {
        return Ok(limits_per_write);
    }
    keys.retain(|_, limit| *limit > 1);
    let counts = connection.count_contacts(&keys).await?;
    let count =
        |write: &PreparedWrite<'_>| write.contacts(|key, limit| counts.get(key).copied().unwrap_or(limit));
    Ok(writes.iter().map(count).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_of_a_shared_set_are_loaded_at_once() {
        assert_eq!(ChunkSize::for_set(true).next(&[2; 128]), 128);
    }

    #[test]
    fn only_small_contacts_are_loaded_together() {
        let mut chunk_size = ChunkSize::for_set(false);
        assert_eq!(chunk_size.next(&[2; limits::BATCH_ITEMS]), FIRST_EXCLUSIVE / 2);
        chunk_size.adapt(FIRST_EXCLUSIVE, FIRST_EXCLUSIVE * 1_000);
        assert_eq!(chunk_size.next(&[2; limits::BATCH_ITEMS]), limits::BATCH_ITEMS);
        assert_eq!(chunk_size.next(&[21; limits::BATCH_ITEMS]), MAX_CONTACTS / 21);
        assert_eq!(chunk_size.next(&[MAX_CONTACTS, 1, 1]), 1);
        assert_eq!(chunk_size.next(&[MAX_CONTACTS + 1, 1]), 1);
        chunk_size.adapt(100, 100 * 1024 * 1024);
        assert_eq!(chunk_size.next(&[1; limits::BATCH_ITEMS]), 16);
        chunk_size.adapt(1, 2 * TARGET_BYTES);
        assert_eq!(chunk_size.next(&[1; 2]), 1);
        chunk_size.adapt(0, 0);
        assert_eq!(
            chunk_size.next(&[2; limits::BATCH_ITEMS]),
            limits::BATCH_ITEMS,
            "writes that create contacts load none"
        );
    }
}
