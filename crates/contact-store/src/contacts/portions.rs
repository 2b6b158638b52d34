//! How many writes of a set have their contacts in memory together.

use contact_model::limits;

use super::facts::KeyedWrite;
use super::transaction::{ContactTransaction, SoughtKeys};
use crate::StoreError;

/// The most contacts that are loaded together. A batch of writes that each look for one contact by phone and for one by
/// email is always loaded at once.
const LOADED: usize = 3 * limits::BATCH_ITEMS;

/// Returns how many contacts each write makes the set load. Contacts are counted only if the writes could need more
/// than may be loaded together.
pub(super) async fn contacts_of_each<C: ContactTransaction>(
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

/// Returns how many of the next writes are loaded together, at least one.
pub(super) fn next_portion(contacts_of_each: &[usize]) -> usize {
    let mut contacts = 0;
    let fitting = contacts_of_each.iter().take_while(|count| {
        contacts += **count;
        contacts <= LOADED
    });
    fitting.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_has_at_least_one_write_and_no_more_contacts_than_may_be_loaded() {
        assert_eq!(next_portion(&[2; limits::BATCH_ITEMS]), limits::BATCH_ITEMS);
        assert_eq!(next_portion(&[21; limits::BATCH_ITEMS]), LOADED / 21);
        assert_eq!(next_portion(&[LOADED, 1, 1]), 1);
        assert_eq!(next_portion(&[LOADED + 1, 1]), 1);
    }
}
