//! The operations on a contact's threads.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::receipt::MEDIA_TYPE;
use contact_model::{AgentThread, NewThread, ThreadCursor, ThreadList, ThreadReceipt};
use contact_store::company::ListThreads;
use contact_store::{WriteOperation, Written};

use crate::authentication::{Reader, Writer};
use crate::description::list_parameters::PageParameters;
use crate::description::tags;
use crate::error::{ApiError, Result};
use crate::extract::{ContactPath, IncludeQuery, PageRequest, ThreadHeaders};
use crate::json_response::{Json, TypedJson, WithETag};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest, contact_of, receipt_of};

/// List a contact's threads
///
/// Lists the threads of the contact, page by page, the newest first. Each page continues after the end of the previous
/// one, even if threads have been recorded since.
#[utoipa::path(
    get,
    tag = tags::THREADS,
    path = paths::CONTACT_THREADS,
    params(ContactPath, PageParameters),
    responses((status = 200, description = "A page of the threads.", body = ThreadList)),
)]
pub(crate) async fn list_threads(
    request: PageRequest<Reader, ThreadCursor>,
    ContactPath(contact_id): ContactPath,
) -> Result<Json<ThreadList>> {
    let list = |company_id, cursor, size| ListThreads { company_id, contact_id, cursor, size };
    let cursor_after = |last: &AgentThread| ThreadCursor { created_at: last.created_at, id: last.id };
    let (results, next) = request.read(list, cursor_after).await?;
    Ok(Json(ThreadList { results, next: next.url, next_cursor: next.cursor }))
}

/// Record a thread
///
/// Records what happened between an agent and the contact. The contact's `last_activity` becomes the time of the thread,
/// unless `last_activity` is already later.
#[utoipa::path(
    post,
    tag = tags::THREADS,
    path = paths::CONTACT_THREADS,
    params(ContactPath, IncludeQuery, ThreadHeaders),
    request_body(content = NewThread, description = "The thread."),
    responses((status = 201, description = "The recorded thread.", body = AgentThread)),
)]
pub(crate) async fn record_thread(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<NewThread, ThreadHeaders>,
) -> Result<Response> {
    let record = |thread| WriteOperation::RecordThread(id, Box::new(thread));
    request.write(company_id, record, recorded).await
}

fn recorded(context: &ResponseContext<ThreadHeaders>, mut written: Written) -> Result<Response> {
    let headers = context.headers(&written);
    let thread = written.thread.take();
    let thread = thread.ok_or_else(|| ApiError::internal("the store recorded no thread"))?;
    if !context.prefer.returns_receipt() {
        return Ok((StatusCode::CREATED, headers, Json(thread)).into_response());
    }
    let receipt = receipt_of(context.sent.clone(), &mut written)?;
    let body =
        TypedJson(MEDIA_TYPE, ThreadReceipt { contact: contact_of(written.contact)?, thread, receipt });
    Ok((StatusCode::CREATED, headers, WithETag(written.etag, body)).into_response())
}
