//! Sends the changes of a company to one webhook, in their order.

use std::time::{Duration, Instant};

use contact_model::changes::ChangeEntry;
use contact_model::webhooks::{NextStep, WebhookEvent, WebhookOutcome, WebhookSecret, event_id};
use contact_store::StoreError;
use contact_store::company::{ChangesPage, FeedStart, ReadChanges, WebhookProgress, WebhookTarget};

use crate::AppState;
use crate::webhook_sender::OutgoingEvent;

/// The longest time for which a webhook is served before it is released and its place in the log is stored. Changes that
/// were sent since the place was stored are sent again if the server is killed. The time is shorter if a quarter of the
/// lease is shorter. If the lease expired, another server would send the same changes, and this server could not store its
/// place.
const LONGEST_TURN: Duration = Duration::from_secs(5);
/// The number of changes that are read at once.
const PAGE: u16 = 50;

/// Sends changes to a webhook for some time. Returns how far it came.
pub(super) async fn deliver(
    state: &AppState,
    target: WebhookTarget,
    stop: impl Future<Output = ()>,
) -> WebhookProgress {
    let mut delivery = Delivery {
        state,
        progress: WebhookProgress {
            company_id: target.company_id,
            id: target.id,
            claimed_sequence: target.sequence,
            sequence: target.sequence,
            state: target.state,
            disabled_reason: None,
            attempts: Vec::new(),
            set_aside: Vec::new(),
        },
        target,
    };
    // A request that is under way is abandoned. The event is sent again.
    let outcome = tokio::select! {
        outcome = delivery.run() => outcome,
        () = stop => Ok(()),
    };
    if let Err(error) = outcome {
        tracing::warn!(%error, webhook_id = %delivery.target.id, "the changes for a webhook could not be read");
        let pause = state.webhooks.options.back_off.first;
        delivery.progress.state.next_attempt_at = state.clock.now().later_by(pause);
    }
    delivery.progress
}

struct Delivery<'a> {
    state: &'a AppState,
    target: WebhookTarget,
    progress: WebhookProgress,
}

impl Delivery<'_> {
    async fn run(&mut self) -> Result<(), StoreError> {
        let secrets = self.state.webhooks.secrets_of(&self.target, self.state.clock.now()).await?;
        let start = Instant::now();
        let turn = LONGEST_TURN.min(self.state.webhooks.options.lease_time / 4);
        while start.elapsed() < turn {
            let page = self.next_page().await?;
            for entry in page.entries {
                let sequence = entry.sequence;
                if self.target.filter.selects(&entry)
                    && (start.elapsed() >= turn || !self.send(entry, &secrets).await)
                {
                    return Ok(());
                }
                self.progress.sequence = sequence;
            }
            // Without entries, the place before the earliest change that is kept.
            self.progress.sequence = page.cursor.sequence;
            if !page.has_more {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn next_page(&self) -> Result<ChangesPage, StoreError> {
        let company_id = self.target.company_id;
        let read = |from| self.state.store.run(ReadChanges { company_id, from, limit: PAGE });
        match read(FeedStart::AfterNumber(self.progress.sequence)).await {
            // The next changes were too old and have been removed.
            Err(StoreError::ChangesRemoved) => read(FeedStart::Earliest).await,
            page => page,
        }
    }

    /// Sends a change. Returns true if the next change may be sent.
    async fn send(&mut self, entry: ChangeEntry, secrets: &[WebhookSecret]) -> bool {
        let sequence = entry.sequence;
        let body = WebhookEvent::new(entry, self.state.base_url()).to_json();
        let (id, at) = (event_id(self.target.id, sequence), self.state.clock.now());
        let event = OutgoingEvent { url: &self.target.url, secrets, id: &id, at, body };
        let sent = self.state.webhooks.send(event).await;

        let before = self.progress.state;
        let back_off = &self.state.webhooks.options.back_off;
        let (step, after) = before.after(sent.result, self.state.clock.now(), back_off, rand::random());
        self.progress.state = after;
        let outcome = match step {
            NextStep::Continue => WebhookOutcome::Delivered,
            NextStep::Retry => WebhookOutcome::Failed,
            NextStep::SetAside => WebhookOutcome::SetAside,
            NextStep::DisableGone | NextStep::DisableFailing => WebhookOutcome::Disabled,
        };
        // Storing every success would cost a row for each event.
        if step != NextStep::Continue || before.failing_since.is_some() {
            self.progress.attempts.push(sent.attempt(Some(sequence), outcome));
        }
        match step {
            NextStep::Continue | NextStep::Retry => {}
            NextStep::SetAside => self.progress.set_aside.push(sequence),
            NextStep::DisableGone => {
                self.progress.disabled_reason = Some("The receiver responded with 410 Gone.".to_owned());
            }
            NextStep::DisableFailing => {
                let hours = back_off.give_up_after.as_secs() / (60 * 60);
                let error = sent.error.unwrap_or_default();
                let reason =
                    format!("No event was accepted for {hours} hours; in the last attempt, {error}.");
                self.progress.disabled_reason = Some(reason);
            }
        }
        matches!(step, NextStep::Continue | NextStep::SetAside)
    }
}
