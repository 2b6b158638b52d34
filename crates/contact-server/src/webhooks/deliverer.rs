//! The task that sends the changes of all companies to their webhooks.
//!
//! It looks for webhooks that have changes to send, claims them for this server, and serves each in a task of its own.
//! The places in the log that the tasks reached are stored together, so a change costs no write of its own.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use contact_model::{CompanyId, WebhookId};
use contact_store::StoreError;
use contact_store::company::{ClaimWebhooks, ListDueWebhooks, StoreWebhookProgress, WebhookProgress};
use tokio::sync::watch;
use tokio::task::{self, JoinSet};
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::delivery::deliver;
use crate::SharedState;
use crate::webhook_sender::CONCURRENT;

/// The number of a company's webhooks among them, so that slow receivers of one company do not delay those of others.
const CONCURRENT_PER_COMPANY: usize = 8;
/// The number of webhooks that are listed at once. Each company has few, so the list contains those of many companies.
const LISTED: u32 = 1_000;
/// How long the task waits for others to finish when one has finished, in order to store their places together.
const GATHERING: Duration = Duration::from_millis(20);

/// Sends changes to webhooks until `stop` is true or its sender is dropped. Then abandons the requests that are under way,
/// stores what was sent and returns.
pub async fn deliver_changes(state: SharedState, mut stop: watch::Receiver<bool>) {
    let mut poll = tokio::time::interval(state.webhooks.options.poll_interval);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut deliverer = Deliverer {
        state,
        stop: stop.clone(),
        lease: Uuid::from_u128(rand::random()),
        tasks: JoinSet::new(),
        served: HashMap::new(),
        finished: BTreeMap::new(),
        is_failing: false,
    };
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            _ = poll.tick() => {}
            Some(finished) = deliverer.tasks.join_next_with_id() => {
                deliverer.add(finished);
                tokio::time::sleep(GATHERING).await;
                while let Some(finished) = deliverer.tasks.try_join_next_with_id() {
                    deliverer.add(finished);
                }
            }
        }
        let outcome = deliverer.continue_work().await;
        deliverer.log(&outcome);
    }
    while let Some(finished) = deliverer.tasks.join_next_with_id().await {
        deliverer.add(finished);
    }
    let outcome = deliverer.store().await;
    deliverer.log(&outcome);
}

/// Waits until the server stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender was dropped.
    drop(stop.wait_for(|stop| *stop).await);
}

struct Deliverer {
    state: SharedState,
    stop: watch::Receiver<bool>,
    /// Identifies the server.
    lease: Uuid,
    tasks: JoinSet<WebhookProgress>,
    /// The webhooks that the tasks serve.
    served: HashMap<task::Id, (CompanyId, WebhookId)>,
    /// The webhooks that were served and whose places are not stored yet.
    finished: BTreeMap<(CompanyId, WebhookId), WebhookProgress>,
    /// True if the database failed the last time, so that only the first failure is logged.
    is_failing: bool,
}

impl Deliverer {
    /// Adds the result of a task.
    fn add(&mut self, finished: Result<(task::Id, WebhookProgress), task::JoinError>) {
        match finished {
            Ok((id, progress)) => {
                self.served.remove(&id);
                self.finished.insert((progress.company_id, progress.id), progress);
            }
            // The task panicked. Its webhook is claimed again when the lease is over.
            Err(error) => drop(self.served.remove(&error.id())),
        }
    }

    async fn continue_work(&mut self) -> Result<(), StoreError> {
        self.store().await?;
        self.claim().await
    }

    /// Stores the places of the webhooks that were served. If this fails, they are kept for the next time.
    async fn store(&mut self) -> Result<(), StoreError> {
        if self.finished.is_empty() {
            return Ok(());
        }
        let progress = self.finished.values().cloned().collect();
        self.state.store.run(StoreWebhookProgress { lease: self.lease, progress }).await?;
        for progress in std::mem::take(&mut self.finished).into_values() {
            if progress.disabled_reason.is_some() {
                tracing::warn!(
                    webhook_id = %progress.id,
                    company_id = %progress.company_id,
                    "a webhook was disabled, because its receiver accepts no events"
                );
            }
        }
        Ok(())
    }

    /// Claims webhooks that have changes to send, and starts a task for each.
    async fn claim(&mut self) -> Result<(), StoreError> {
        let mut free = CONCURRENT.saturating_sub(self.served.len());
        if free == 0 {
            return Ok(());
        }
        let mut used: HashMap<CompanyId, usize> = HashMap::new();
        for (company, _) in self.served.values() {
            *used.entry(*company).or_default() += 1;
        }
        let mut webhooks = self.state.store.run(ListDueWebhooks { rows: LISTED }).await?;
        webhooks.retain(|webhook| {
            let used = used.entry(webhook.0).or_default();
            // A task may need longer than the lease if the database is slow.
            let is_served = self.served.values().any(|served| served == webhook);
            let is_claimed = free > 0 && *used < CONCURRENT_PER_COMPANY && !is_served;
            if is_claimed {
                *used += 1;
                free -= 1;
            }
            is_claimed
        });
        if webhooks.is_empty() {
            return Ok(());
        }
        webhooks.sort_unstable();
        let lease_time = self.state.webhooks.options.lease_time;
        let claimed = self.state.store.run(ClaimWebhooks { webhooks, lease: self.lease, lease_time }).await?;
        for target in claimed {
            let key = (target.company_id, target.id);
            let (state, mut stop) = (Arc::clone(&self.state), self.stop.clone());
            let task = self.tasks.spawn(async move { deliver(&state, target, stopped(&mut stop)).await });
            self.served.insert(task.id(), key);
        }
        Ok(())
    }

    fn log(&mut self, outcome: &Result<(), StoreError>) {
        match outcome {
            Ok(()) => self.is_failing = false,
            Err(error) if !self.is_failing => {
                self.is_failing = true;
                tracing::warn!(%error, "changes are not sent to webhooks until the database is available");
            }
            Err(_) => {}
        }
    }
}
