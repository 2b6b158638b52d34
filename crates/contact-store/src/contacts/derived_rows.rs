//! The rows beside a contact's own that it is found by: its tags and its words. They follow from the
//! contact alone, so what is to be written of them is the difference between two of its states.

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

/// What is to be written of the rows that contacts are found by.
#[derive(Debug, Default)]
pub(crate) struct DerivedRows {
    pub(crate) tags_put: Vec<TagRow>,
    pub(crate) tags_removed: Vec<TagRow>,
    /// How many contacts more or fewer have a tag. In order, which is the order in which the rows are
    /// locked.
    pub(crate) tag_counts: BTreeMap<(CompanyId, String), i64>,
    pub(crate) words_put: Vec<WordRow>,
    pub(crate) words_removed: Vec<WordRow>,
}

impl DerivedRows {
    /// True where nothing is to be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.tags_put.is_empty()
            && self.tags_removed.is_empty()
            && self.words_put.is_empty()
            && self.words_removed.is_empty()
    }

    /// Adds what follows from a contact's change. `None` is a contact that does not exist; a deleted
    /// one is found by nothing.
    pub(crate) fn add(&mut self, before: Option<&ContactRecord>, after: Option<&ContactRecord>) {
        let [before, after] = [before, after].map(|record| record.filter(|record| !record.is_deleted()));
        if let (Some(before), Some(after)) = (before, after)
            && before.state.tags == after.state.tags
            && before.is_searched_like(after)
        {
            return;
        }
        self.add_tags(before, after);
        self.add_words(before, after);
    }

    fn add_tags(&mut self, before: Option<&ContactRecord>, after: Option<&ContactRecord>) {
        let tags = |record: Option<&ContactRecord>| -> BTreeSet<String> {
            record.map(|record| record.state.tags.iter().cloned().collect()).unwrap_or_default()
        };
        let Some(of) = after.or(before) else { return };
        let row = |tag: String| TagRow {
            company_id: of.company_id,
            tag,
            created_at: of.created_at,
            contact_id: of.id,
        };
        let (had, has) = (tags(before), tags(after));
        for tag in has.difference(&had) {
            *self.tag_counts.entry((of.company_id, tag.clone())).or_default() += 1;
            self.tags_put.push(row(tag.clone()));
        }
        for tag in had.difference(&has) {
            *self.tag_counts.entry((of.company_id, tag.clone())).or_default() -= 1;
            self.tags_removed.push(row(tag.clone()));
        }
    }

    pub(crate) fn add_words(&mut self, before: Option<&ContactRecord>, after: Option<&ContactRecord>) {
        let Some(of) = after.or(before) else { return };
        let row = |word: String| WordRow { company_id: of.company_id, word, contact_id: of.id };
        let words = |record: Option<&ContactRecord>| record.map(ContactRecord::words).unwrap_or_default();
        let (had, has) = (words(before), words(after));
        self.words_put.extend(has.difference(&had).cloned().map(row));
        self.words_removed.extend(had.difference(&has).cloned().map(row));
    }
}

impl ContactRecord {
    /// What the contact is searched by.
    pub(crate) fn words(&self) -> BTreeSet<String> {
        let state = &self.state;
        search::words(
            state.name.as_deref(),
            state.email.as_deref(),
            state.business_name.as_deref(),
            state.phone.as_deref(),
        )
    }

    /// What the contact is sorted by name by.
    pub(crate) fn name_key(&self) -> Option<String> {
        self.state.name.as_deref().and_then(search::name_key)
    }

    /// True where both have the same words.
    pub(crate) fn is_searched_like(&self, other: &Self) -> bool {
        let (one, other) = (&self.state, &other.state);
        one.name == other.name
            && one.email == other.email
            && one.business_name == other.business_name
            && one.phone == other.phone
    }
}
