//! The operations that create, list, change and delete webhooks.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::webhooks::{NewWebhook, Webhook, WebhookList, WebhookSecret, WebhookUpdate};
use contact_model::{
    CreatedWebhook, IdCursor, RotatedWebhookSecret, Timestamp, Violation, ViolationCode, Violations,
    WebhookId,
};
use contact_store::company::{
    CreateWebhook, DeleteWebhook, ListWebhooks, RotateWebhookSecret, UpdateWebhook,
};

use crate::audit::{self, Change};
use crate::authentication::Admin;
use crate::description::list_parameters::PageParameters;
use crate::description::problems::{Forbidden, TooManyWebhooks};
use crate::description::responses::Deleted;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{BodyHeaders, NoBody, PageRequest, PlainHeaders, WebhookPath};
use crate::idempotency::ResponseCipher;
use crate::json_response::Json;
use crate::writing::WriteRequest;
use crate::{SharedState, paths};

/// Create a webhook
///
/// Creates a webhook, to whose URL the server sends the changes that follow. The secret, with which receivers verify the
/// events, is only in this response. Needs a key with admin access.
#[utoipa::path(
    post,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOKS,
    params(BodyHeaders),
    request_body(content = NewWebhook, description = "The webhook."),
    responses(
        (status = 201, description = "The created webhook.", body = CreatedWebhook),
        TooManyWebhooks,
    ),
)]
pub(crate) async fn create_webhook(
    Admin { company_id, key_id }: Admin,
    cipher: ResponseCipher,
    State(state): State<SharedState>,
    request: WriteRequest<NewWebhook, BodyHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let (webhook, headers, gateway) = request.into_body()?;
    check_url(&state, &webhook.url)?;
    let secret = WebhookSecret::from_random(rand::random());
    let create =
        CreateWebhook { company_id, webhook, secret: state.webhooks.encrypt(company_id, &secret).await? };
    let created = move |webhook: Webhook| {
        let change = Change::WebhookCreated { id: webhook.id, company_id };
        let attributed = audit::attributed(change, key_id, is_dry_run);
        let body = CreatedWebhook { webhook, secret };
        Ok((StatusCode::CREATED, attributed, headers.clone(), Json(body)).into_response())
    };
    gateway.run(create, Some(cipher), Arc::new(created)).await
}

/// List webhooks
///
/// Lists the webhooks of the company page by page, the oldest first, with their state but without their secrets. Needs a
/// key with admin access.
#[utoipa::path(
    get,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOKS,
    params(PageParameters),
    responses(
        (status = 200, description = "A page of the webhooks.", body = WebhookList),
        Forbidden,
    ),
)]
pub(crate) async fn list_webhooks(
    request: PageRequest<Admin, IdCursor<WebhookId>>,
) -> Result<Json<WebhookList>> {
    let list = |company_id, cursor, size| ListWebhooks { company_id, cursor, size };
    let (results, next) = request.read(list, |last| IdCursor(last.id)).await?;
    Ok(Json(WebhookList { results, next: next.url, next_cursor: next.cursor }))
}

/// Update a webhook
///
/// Changes the keys that are sent and leaves the others as they are. After a new URL or `"active": true`, the next event
/// is sent at once. Needs a key with admin access.
#[utoipa::path(
    patch,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK,
    params(WebhookPath, BodyHeaders),
    request_body(content = WebhookUpdate, description = "The keys to change. All are optional."),
    responses((status = 200, description = "The changed webhook.", body = Webhook)),
)]
pub(crate) async fn update_webhook(
    Admin { company_id, key_id }: Admin,
    WebhookPath(id): WebhookPath,
    State(state): State<SharedState>,
    request: WriteRequest<WebhookUpdate, BodyHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let (update, headers, gateway) = request.into_body()?;
    if let Some(url) = &update.url {
        check_url(&state, url)?;
    }
    let updated = move |webhook: Webhook| {
        let change = Change::WebhookChanged { id, company_id };
        Ok((audit::attributed(change, key_id, is_dry_run), headers.clone(), Json(webhook)).into_response())
    };
    gateway.run(UpdateWebhook { company_id, id, update }, None, Arc::new(updated)).await
}

/// Delete a webhook
///
/// Deletes a webhook. Nothing is sent to it any more. Needs a key with admin access.
#[utoipa::path(
    delete,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK,
    params(WebhookPath, PlainHeaders),
    responses(Deleted),
)]
pub(crate) async fn delete_webhook(
    Admin { company_id, key_id }: Admin,
    WebhookPath(id): WebhookPath,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let deleted = move |headers, ()| {
        let change = Change::WebhookDeleted { id, company_id };
        (StatusCode::NO_CONTENT, audit::attributed(change, key_id, is_dry_run), headers).into_response()
    };
    request.run(None, |NoBody| DeleteWebhook { company_id, id }, deleted).await
}

/// Replace the secret of a webhook
///
/// Creates a new secret, which is only in this response. For 24 hours, events have a signature with each of the two
/// secrets, so that receivers can change to the new one in the meantime. Needs a key with admin access.
#[utoipa::path(
    post,
    tag = tags::WEBHOOKS,
    path = paths::WEBHOOK_ROTATE_SECRET,
    params(WebhookPath, PlainHeaders),
    responses((status = 200, description = "The new secret.", body = RotatedWebhookSecret)),
)]
pub(crate) async fn rotate_webhook_secret(
    Admin { company_id, key_id }: Admin,
    WebhookPath(id): WebhookPath,
    cipher: ResponseCipher,
    State(state): State<SharedState>,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let secret = WebhookSecret::from_random(rand::random());
    let encrypted = state.webhooks.encrypt(company_id, &secret).await?;
    let rotated = move |headers, previous_secret_until: Timestamp| {
        let change = Change::WebhookChanged { id, company_id };
        let body = RotatedWebhookSecret { id, secret, previous_secret_until };
        (audit::attributed(change, key_id, is_dry_run), headers, Json(body)).into_response()
    };
    let rotate = |NoBody| RotateWebhookSecret { company_id, id, secret: encrypted };
    request.run(Some(cipher), rotate, rotated).await
}

/// Refuses a URL to which this server may not send events.
fn check_url(state: &SharedState, url: &str) -> Result<()> {
    let violation =
        |problem| Violation::new("/url", ViolationCode::InvalidValue, format!("The URL {problem}."));
    state.webhooks.check_url(url).map_err(|problem| Violations::from(violation(problem)))?;
    Ok(())
}
