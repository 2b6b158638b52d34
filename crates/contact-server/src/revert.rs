//! The operation that undoes changes.

use std::sync::Arc;

use axum::response::Response;
use contact_model::{RevertChanges, RevertedChanges};
use contact_store::Revert;

use crate::authentication::Writer;
use crate::description::problems::ContactNotFound;
use crate::description::tags;
use crate::error::Result;
use crate::extract::BodyHeaders;
use crate::json_response::updated;
use crate::paths;
use crate::writing::WriteRequest;

/// Undo changes
///
/// Undoes the changes that meet all conditions: one change, those of a request, of an operation such as an import, of a
/// contact, or what an API key did in a period. A field returns to the value before the earliest selected change, if it
/// still has the value after the latest one. A field that changed again later keeps its value and is listed, unless
/// `force` is true. A contact that was created is deleted, if it has not changed since; one that was deleted is
/// restored, and one that was restored is deleted. What was erased cannot be undone.
///
/// A request undoes the changes of at most 250 contacts, from the latest change backwards, and reads a limited part of
/// the log. Send it again with `cursor` set to `next_cursor` until that is null. Undoing adds changes to the log, so it
/// can be undone too. If a request is interrupted, send it again: it does the rest.
#[utoipa::path(
    post,
    tag = tags::HISTORY,
    path = paths::CHANGES_REVERT,
    params(BodyHeaders),
    request_body(content = RevertChanges, description = "The changes to undo."),
    responses(
        (status = 200, description = "What was undone, and what was left alone.", body = RevertedChanges),
        ContactNotFound,
    ),
)]
pub(crate) async fn revert_changes(
    Writer { company_id }: Writer,
    request: WriteRequest<RevertChanges, BodyHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let (selection, headers, gateway) = request.into_body()?;
    let state = Arc::clone(&gateway.state);
    let store = if is_dry_run { &state.dry_run_store } else { &state.store };
    // The body was refused if the cursor cannot be read.
    let cursor = selection.cursor.as_deref().and_then(|cursor| cursor.parse().ok());
    let origin = Arc::clone(&gateway.origin);
    let revert = Revert { company_id, selection: Arc::new(selection), cursor, origin };
    let reverted = move |result: RevertedChanges| Ok(updated(headers.clone(), result));
    gateway.run_in_pieces(company_id, revert.run(store), Arc::new(reverted)).await
}
