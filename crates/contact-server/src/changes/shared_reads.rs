//! Reads of the log that several readers share. All readers of a company that wait for changes continue after the same
//! change, so they need the same page at the same moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contact_model::CompanyId;
use contact_model::changes::ChangeCursor;
use contact_store::company::{ChangesPage, FeedStart, ReadChanges};
use contact_store::{Store, StoreError};
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};

type Page = Result<Arc<ChangesPage>, StoreError>;
type Key = (CompanyId, ChangeCursor, u16);

/// The reads that are running. A page is not kept after its read has ended.
pub(crate) struct SharedReads {
    store: Store,
    running: Mutex<HashMap<Key, WeakShared<BoxFuture<'static, Page>>>>,
}

impl SharedReads {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, running: Mutex::default() }
    }

    /// Reads changes, together with other readers that continue after the same change. The page may be that of a read that
    /// began earlier, so it may lack a change that was committed since then.
    pub(super) async fn read(&self, read: ReadChanges) -> Page {
        let ReadChanges { company_id, from: FeedStart::After(cursor), limit } = read else {
            return self.store.run(read).await.map(Arc::new);
        };
        // Declared before the future, so that it is dropped after it.
        let entry = Entry { reads: self, key: (company_id, cursor, limit) };
        entry.join(read).await
    }

    fn with_running<T>(
        &self,
        change: impl FnOnce(&mut HashMap<Key, WeakShared<BoxFuture<'static, Page>>>) -> T,
    ) -> T {
        change(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A reader's part in a running read. Dropping it forgets the read if it has ended, or if no other reader waits for it.
struct Entry<'r> {
    reads: &'r SharedReads,
    key: Key,
}

impl Entry<'_> {
    /// Returns the running read, or begins one.
    fn join(&self, read: ReadChanges) -> Shared<BoxFuture<'static, Page>> {
        self.reads.with_running(|running| {
            if let Some(shared) = running.get(&self.key).and_then(WeakShared::upgrade) {
                return shared;
            }
            let store = self.reads.store.clone();
            let shared = async move { store.run(read).await.map(Arc::new) }.boxed().shared();
            running.extend(shared.downgrade().map(|weak| (self.key, weak)));
            shared
        })
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.reads.with_running(|running| {
            let shared = running.get(&self.key).and_then(WeakShared::upgrade);
            if shared.is_none_or(|shared| shared.peek().is_some()) {
                running.remove(&self.key);
            }
        });
    }
}
