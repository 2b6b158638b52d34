//! Notifies waiting readers of new changes.
//!
//! One query for all of them runs several times a second, so that changes are noticed whichever server makes them, and
//! writes do nothing for it. A waiting reader has no database connection.

use std::collections::HashMap;
use std::time::Duration;

use contact_model::CompanyId;
use contact_store::Store;
use contact_store::company::LatestChanges;
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

/// How long the server waits before it looks for new changes again.
const INTERVAL: Duration = Duration::from_millis(100);
/// How long it waits if the database cannot be read.
const INTERVAL_AFTER_FAILURE: Duration = Duration::from_secs(1);

/// The companies whose changes somebody waits for.
pub(crate) struct ChangeWatch {
    store: Store,
    /// The number of the latest known change of each company. `None` once the server stops.
    latest: Mutex<Option<HashMap<CompanyId, watch::Sender<i64>>>>,
    subscribed: Notify,
}

/// Waits for changes of a company.
pub(crate) struct Subscription(watch::Receiver<i64>);

impl ChangeWatch {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, latest: Mutex::new(Some(HashMap::new())), subscribed: Notify::new() }
    }

    /// Returns a subscription to the changes of a company. It ends when the server stops.
    pub(crate) fn subscribe(&self, company: CompanyId) -> Subscription {
        let mut latest = self.latest.lock();
        let receiver = match &mut *latest {
            Some(companies) => companies.entry(company).or_insert_with(|| watch::Sender::new(0)).subscribe(),
            None => watch::Sender::new(0).subscribe(),
        };
        self.subscribed.notify_one();
        Subscription(receiver)
    }

    /// Ends all subscriptions, because the server stops.
    pub(crate) fn close(&self) {
        self.latest.lock().take();
        self.subscribed.notify_one();
    }

    /// Looks for new changes while somebody waits for them. Returns when the watch is closed.
    pub(crate) async fn run(&self) {
        loop {
            let companies = match &mut *self.latest.lock() {
                Some(latest) => {
                    latest.retain(|_, sender| sender.receiver_count() > 0);
                    latest.keys().copied().collect::<Vec<_>>()
                }
                None => return,
            };
            if companies.is_empty() {
                self.subscribed.notified().await;
                continue;
            }
            let interval = match self.store.run(LatestChanges { companies }).await {
                Ok(latest) => {
                    self.notify(latest);
                    INTERVAL
                }
                Err(error) => {
                    tracing::warn!(%error, "new changes could not be looked up");
                    INTERVAL_AFTER_FAILURE
                }
            };
            tokio::time::sleep(interval).await;
        }
    }

    fn notify(&self, numbers: Vec<(CompanyId, i64)>) {
        let latest = self.latest.lock();
        let Some(companies) = &*latest else { return };
        for (company, number) in numbers {
            if let Some(sender) = companies.get(&company) {
                sender.send_if_modified(|latest| std::mem::replace(latest, number) != number);
            }
        }
    }
}

impl Subscription {
    /// Waits until the company has a change with a greater number. Returns false if the server stops.
    pub(crate) async fn wait_for_change_after(&mut self, sequence: i64) -> bool {
        self.0.wait_for(|latest| *latest > sequence).await.is_ok()
    }
}
