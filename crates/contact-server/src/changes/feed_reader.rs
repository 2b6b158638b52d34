//! Reads the feed part by part.

use std::collections::BTreeSet;

use contact_model::changes::{ChangeCursor, ChangeEntry, ChangeQuery, FeedPosition};
use contact_model::{CompanyId, Include};
use contact_store::company::{FeedStart, ReadChanges};
use contact_store::{ContactLookup, StoreError};
use futures::future::try_join_all;

use crate::SharedState;

/// The number of changes that are read at most for one part, if the filter excludes them.
const MAX_EXCLUDED: usize = 2_000;

/// A reader of the feed of a company.
pub(super) struct FeedReader {
    pub(super) state: SharedState,
    pub(super) company_id: CompanyId,
    query: ChangeQuery,
    from: FeedStart,
}

/// A part of the feed.
pub(super) struct FeedPart {
    /// The changes that the filter includes.
    pub(super) entries: Vec<ChangeEntry>,
    /// The cursor after the last change that was read.
    pub(super) cursor: ChangeCursor,
    /// True if there were further changes.
    pub(super) more: bool,
}

impl FeedReader {
    pub(super) fn new(state: SharedState, company_id: CompanyId, query: ChangeQuery) -> Self {
        let from = match query.after {
            None => FeedStart::Earliest,
            Some(FeedPosition::Latest) => FeedStart::Latest,
            Some(FeedPosition::After(cursor)) => FeedStart::After(cursor),
        };
        Self { state, company_id, query, from }
    }

    /// Continues after the latest change, because the changes before are no longer available.
    pub(super) fn skip_to_latest(&mut self) {
        self.from = FeedStart::Latest;
    }

    /// Reads the next part. It is empty only if there are no further changes, or if the filter excludes many.
    pub(super) async fn next(&mut self) -> Result<FeedPart, StoreError> {
        let mut excluded = 0;
        loop {
            let read = ReadChanges { company_id: self.company_id, from: self.from, limit: self.query.limit };
            let page = self.state.change_reads.read(read).await?;
            self.from = FeedStart::After(page.cursor);
            excluded += page.entries.len();
            let included = page.entries.iter().filter(|entry| self.query.filter.includes(entry));
            let mut entries: Vec<ChangeEntry> = included.cloned().collect();
            if entries.is_empty() && page.has_more && excluded < MAX_EXCLUDED {
                continue;
            }
            if self.query.include_contact {
                self.add_contacts(&mut entries).await?;
            }
            return Ok(FeedPart { entries, cursor: page.cursor, more: page.has_more });
        }
    }

    /// Adds the contacts to their changes. A deleted contact is left out.
    async fn add_contacts(&self, entries: &mut [ChangeEntry]) -> Result<(), StoreError> {
        let ids: BTreeSet<_> = entries.iter().filter_map(|entry| entry.contact_id).collect();
        let lookup = |id| ContactLookup { company_id: self.company_id, id, include: Include::ALL };
        let found = try_join_all(ids.iter().map(|id| self.state.store.get(lookup(*id)))).await?;
        for contact in found.into_iter().flatten().map(|found| found.detail.contact) {
            for entry in entries.iter_mut().filter(|entry| entry.contact_id == Some(contact.id)) {
                entry.contact = Some(Box::new(contact.clone()));
            }
        }
        Ok(())
    }
}
