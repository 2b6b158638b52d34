//! Derived rows and columns, by which contacts are found. Tags and words have rows of their own, and two columns
//! belong to the contact's row. All of them are computed from the contact, so after a change only the difference
//! between its old and its new state is computed and written.

use std::collections::{BTreeMap, BTreeSet};

use contact_model::{CompanyId, ContactId, Timestamp, search};

use super::record::ContactRecord;

/// A tag of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TagRow {
    pub(crate) company_id: CompanyId,
    pub(crate) tag: String,
    pub(crate) created_at: Timestamp,
    pub(crate) contact_id: ContactId,
}

/// A word that a contact is searched by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordRow {
    pub(crate) company_id: CompanyId,
    pub(crate) word: String,
    pub(crate) contact_id: ContactId,
}

/// The columns of a contact's row that are computed to find the contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DerivedColumns {
    /// The sort key of the name.
    pub(crate) name_key: Option<String>,
    /// The words of the contact.
    pub(crate) search_text: String,
}

impl DerivedColumns {
    /// Computes the columns of a contact.
    pub(crate) fn of(record: &ContactRecord) -> Self {
        Self::from_words(record, &record.words())
    }

    /// Computes the columns of a contact whose words are already known.
    pub(crate) fn from_words(record: &ContactRecord, words: &BTreeSet<String>) -> Self {
        Self { name_key: record.name_key(), search_text: search::search_text(words) }
    }

    /// Returns the words.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        search::words_of_search_text(&self.search_text)
    }
}

/// The changes of derived rows. The words of new contacts are not included; they are in [`DerivedColumns`].
#[derive(Debug, Default)]
pub(crate) struct DerivedRows {
    pub(crate) tags_added: Vec<TagRow>,
    pub(crate) tags_removed: Vec<TagRow>,
    /// The change of the number of contacts that have each tag. The order of the map is the order in which the rows
    /// are locked.
    pub(crate) tag_counts: BTreeMap<(CompanyId, String), i64>,
    pub(crate) words_added: Vec<WordRow>,
    pub(crate) words_removed: Vec<WordRow>,
}

impl DerivedRows {
    /// Returns true if there are no changes to store. Tag counts change only together with tags.
    pub(crate) fn is_empty(&self) -> bool {
        self.tags_added.is_empty()
            && self.tags_removed.is_empty()
            && self.words_added.is_empty()
            && self.words_removed.is_empty()
    }

    /// Adds the rows of a new contact.
    pub(crate) fn add_new(&mut self, record: &ContactRecord) {
        self.add_tags(None, unless_deleted(record));
    }

    /// Adds the changes that follow from the change of a contact. Returns the derived columns if they changed.
    pub(crate) fn add_change(
        &mut self,
        before: &ContactRecord,
        after: &ContactRecord,
    ) -> Option<DerivedColumns> {
        let deletion_changed = before.is_deleted() != after.is_deleted();
        if deletion_changed || before.state.tags != after.state.tags {
            self.add_tags(unless_deleted(before), unless_deleted(after));
        }
        let search_changed = before.state.searched_texts() != after.state.searched_texts();
        if !deletion_changed && !search_changed {
            return None;
        }
        let (words, none) = (after.words(), BTreeSet::new());
        self.add_words(after, &searched_words(before), if after.is_deleted() { &none } else { &words });
        search_changed.then(|| DerivedColumns::from_words(after, &words))
    }

    /// Adds the changes that follow from the permanent removal of a contact.
    pub(crate) fn add_erased(&mut self, record: &ContactRecord) {
        self.add_tags(unless_deleted(record), None);
        self.add_words(record, &searched_words(record), &BTreeSet::new());
    }

    fn add_tags(&mut self, before: Option<&ContactRecord>, after: Option<&ContactRecord>) {
        let tags = |record: Option<&ContactRecord>| -> BTreeSet<String> {
            record.map(|record| record.state.tags.iter().cloned().collect()).unwrap_or_default()
        };
        let Some(record) = after.or(before) else { return };
        let &ContactRecord { company_id, created_at, id: contact_id, .. } = record;
        let (before, after) = (tags(before), tags(after));
        let added = (after.difference(&before), &mut self.tags_added, 1);
        let removed = (before.difference(&after), &mut self.tags_removed, -1);
        for (tags, rows, change) in [added, removed] {
            for tag in tags {
                *self.tag_counts.entry((company_id, tag.clone())).or_default() += change;
                rows.push(TagRow { company_id, tag: tag.clone(), created_at, contact_id });
            }
        }
    }

    /// Adds the difference between the old and the new words of a contact.
    pub(crate) fn add_words(
        &mut self,
        record: &ContactRecord,
        before: &BTreeSet<String>,
        after: &BTreeSet<String>,
    ) {
        let &ContactRecord { company_id, id: contact_id, .. } = record;
        let row = |word: &String| WordRow { company_id, word: word.clone(), contact_id };
        self.words_added.extend(after.difference(before).map(row));
        self.words_removed.extend(before.difference(after).map(row));
    }
}

/// Returns the words by which searches find a contact.
fn searched_words(record: &ContactRecord) -> BTreeSet<String> {
    unless_deleted(record).map(ContactRecord::words).unwrap_or_default()
}

/// Returns the contact unless it is deleted. Nothing finds a deleted contact.
fn unless_deleted(record: &ContactRecord) -> Option<&ContactRecord> {
    Some(record).filter(|record| !record.is_deleted())
}

impl ContactRecord {
    /// Returns the words of the contact.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        let [name, email, business_name, phone] = self.state.searched_texts();
        search::words(name, email, business_name, phone)
    }

    /// Returns the sort key of the contact's name.
    pub(crate) fn name_key(&self) -> Option<String> {
        self.state.name.as_deref().and_then(search::name_key)
    }
}

#[cfg(test)]
mod tests;
