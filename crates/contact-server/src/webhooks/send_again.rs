//! The operations that show how events were sent, and that send events on request.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contact_model::changes::{Change, ChangeAction, ChangeEntry, ChangeHash};
use contact_model::webhooks::{
    AttemptResult, WebhookAttempt, WebhookAttemptList, WebhookEvent, WebhookOutcome, WebhookReplay,
    WebhookReplayed, WebhookResend, event_id,
};
use contact_model::{ContactId, JsonText, Timestamp};
use contact_store::StoreError;
use contact_store::company::{
    FeedStart, GetWebhookTarget, ListWebhookAttempts, ReadChanges, RecordResend, ReplayWebhook, WebhookTarget,
};
use uuid::Uuid;

use crate::authentication::Admin;
use crate::description::problems::{Forbidden, WebhookOrChangeNotFound};
use crate::description::tags;
use crate::error::Result;
use crate::extract::{BodyHeaders, NoBody, PlainHeaders, Query, WebhookPath};
use crate::json_response::{Json, updated};
use crate::webhook_sender::{OutgoingEvent, Sent};
use crate::writing::WriteRequest;
use crate::{AppState, SharedState, paths};

/// List the attempts of a webhook
///
/// Lists the last attempts to send events that failed, or that succeeded after a failure, and the changes that were set
/// aside because the receiver refused them. Needs a key with admin access.
#[utoipa::path(
    get,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK_ATTEMPTS,
    params(WebhookPath),
    responses(
        (status = 200, description = "The attempts.", body = WebhookAttemptList),
        Forbidden,
    ),
)]
pub(crate) async fn list_webhook_attempts(
    Admin { company_id, .. }: Admin,
    WebhookPath(id): WebhookPath,
    _: Query<()>,
    State(state): State<SharedState>,
) -> Result<Json<WebhookAttemptList>> {
    Ok(Json(state.store.run(ListWebhookAttempts { company_id, id }).await?))
}

/// Send changes to a webhook again
///
/// Sends all changes from a number on, in their order, or leaves out the changes before it. Each event has the same
/// `webhook-id` as before. `Prefer: tx=rollback` only returns the number of changes. Needs a key with admin access.
#[utoipa::path(
    post,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK_REPLAY,
    params(WebhookPath, BodyHeaders),
    request_body(content = WebhookReplay, description = "Where to begin."),
    responses((status = 200, description = "The changes that are sent.", body = WebhookReplayed)),
)]
pub(crate) async fn replay_webhook(
    Admin { company_id, .. }: Admin,
    WebhookPath(id): WebhookPath,
    request: WriteRequest<WebhookReplay, BodyHeaders>,
) -> Result<Response> {
    request.run(None, |WebhookReplay { from }| ReplayWebhook { company_id, id, from }, updated).await
}

/// Send one change to a webhook again
///
/// Sends one change at once and returns how the receiver responded. If the receiver accepts it, it is not set aside any
/// more. The order of the other events does not change. Needs a key with admin access.
#[utoipa::path(
    post,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK_RESEND,
    params(WebhookPath, BodyHeaders),
    request_body(content = WebhookResend, description = "The change."),
    responses(
        (status = 200, description = "The attempt.", body = WebhookAttempt),
        WebhookOrChangeNotFound,
    ),
)]
pub(crate) async fn resend_webhook_change(
    Admin { company_id, .. }: Admin,
    WebhookPath(id): WebhookPath,
    State(state): State<SharedState>,
    request: WriteRequest<WebhookResend, BodyHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let (WebhookResend { sequence }, headers, gateway) = request.into_body()?;
    let work = async move {
        let target = state.store.run(GetWebhookTarget { company_id, id }).await?;
        let from = FeedStart::AfterNumber(sequence - 1);
        let entry = match state.store.run(ReadChanges { company_id, from, limit: 1 }).await {
            Ok(page) => page.entries.into_iter().next(),
            Err(StoreError::ChangesRemoved) => None,
            Err(error) => return Err(error),
        };
        let entry = entry.ok_or(StoreError::ChangeNotFound)?;
        if is_dry_run {
            return Ok(not_sent(Some(sequence), state.clock.now()));
        }
        let event = WebhookEvent::new(entry, state.base_url());
        let sent = send(&state, &target, &event_id(id, sequence), &event).await?;
        let attempt = sent.attempt(Some(sequence), outcome(&sent));
        let is_accepted = sent.result == AttemptResult::Accepted;
        let record = RecordResend { company_id, id, sequence, attempt: attempt.clone(), is_accepted };
        state.store.run(record).await?;
        Ok(attempt)
    };
    let respond = move |attempt| Ok((headers.clone(), Json(attempt)).into_response());
    gateway.run_in_pieces(company_id, work, Arc::new(respond)).await
}

/// Send a test event to a webhook
///
/// Sends an event of the type `webhook.test` at once, even if the webhook is not active, and returns how the receiver
/// responded. Needs a key with admin access.
#[utoipa::path(
    post,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK_TEST,
    params(WebhookPath, PlainHeaders),
    responses((status = 200, description = "The attempt.", body = WebhookAttempt)),
)]
pub(crate) async fn test_webhook(
    Admin { company_id, .. }: Admin,
    WebhookPath(id): WebhookPath,
    State(state): State<SharedState>,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let (NoBody, headers, gateway) = request.into_body()?;
    let work = async move {
        let target = state.store.run(GetWebhookTarget { company_id, id }).await?;
        let now = state.clock.now();
        if is_dry_run {
            return Ok(not_sent(None, now));
        }
        let event_id = format!("msg_test_{:032x}", rand::random::<u128>());
        let sent = send(&state, &target, &event_id, &WebhookEvent::test(sample(now))).await?;
        Ok(sent.attempt(None, outcome(&sent)))
    };
    let respond = move |attempt| Ok((headers.clone(), Json(attempt)).into_response());
    gateway.run_in_pieces(company_id, work, Arc::new(respond)).await
}

async fn send(
    state: &AppState,
    target: &WebhookTarget,
    id: &str,
    event: &WebhookEvent,
) -> Result<Sent, StoreError> {
    let at = state.clock.now();
    let secrets = state.webhooks.secrets_of(target, at).await?;
    let event = OutgoingEvent { url: &target.url, secrets: &secrets, id, at, body: event.to_json() };
    Ok(state.webhooks.send(event).await)
}

fn outcome(sent: &Sent) -> WebhookOutcome {
    match sent.result {
        AttemptResult::Accepted => WebhookOutcome::Delivered,
        AttemptResult::Refused | AttemptResult::Gone | AttemptResult::Failed { .. } => WebhookOutcome::Failed,
    }
}

/// Returns the attempt of a dry run.
fn not_sent(sequence: Option<i64>, at: Timestamp) -> WebhookAttempt {
    let error = Some("nothing was sent, because the request is a dry run".to_owned());
    WebhookAttempt { at, sequence, outcome: WebhookOutcome::Failed, status: None, error, duration_ms: 0 }
}

/// Returns the change in a test event.
fn sample(at: Timestamp) -> ChangeEntry {
    let change = Change {
        before: JsonText::from_stored("null".to_owned()),
        after: JsonText::from_stored("\"This is a test.\"".to_owned()),
    };
    ChangeEntry {
        sequence: 0,
        contact_id: Some(ContactId(Uuid::nil())),
        action: ChangeAction::Updated,
        at,
        key: None,
        request_id: None,
        operation_id: None,
        changed: [("notes".to_owned(), change)].into(),
        hash: ChangeHash::START,
        contact: None,
    }
}
