//! `POST /contacts/{contact_id}/threads/`

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::receipt::MEDIA_TYPE;
use contact_model::{AgentThread, ContactId, NewThread, ThreadReceipt};
use contact_store::{WriteOperation, Written};

use crate::answer::{Json, Tagged, TypedJson};
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactPath, IncludeQuery, ThreadHeaders};
use crate::problem_responses::{
    BodyProblems, ContactProblems, KeyProblems, PreconditionProblems, ServerProblems,
};
use crate::writing::{Told, WriteRequest, receipt, shown};

/// Record a thread
///
/// Extension: records what happened between an agent and the contact. This moves the contact's `last_activity`
/// forward, unless a later thread has moved it further.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/threads/",
    operation_id = "record_thread",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ThreadHeaders,
    ),
    request_body(content = NewThread, description = "The thread"),
    responses(
        (status = 201, description = "The thread, recorded", body = AgentThread),
        KeyProblems, ContactProblems, PreconditionProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn record_thread(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<NewThread, ThreadHeaders>,
) -> Result<Response, ApiError> {
    let operation = |thread| WriteOperation::RecordThread(id, Box::new(thread));
    request.write(company_id, operation, recorded).await
}

fn recorded(told: &Told<ThreadHeaders>, mut written: Written) -> Result<Response, ApiError> {
    let headers = told.headers(&written);
    let thread = written.thread.take();
    let thread = thread.ok_or_else(|| ApiError::internal("the store recorded no thread"))?;
    if !told.prefer.receipt() {
        return Ok((StatusCode::CREATED, headers, Json(thread)).into_response());
    }
    let receipt = receipt(told.sent.clone(), &mut written)?;
    let body = TypedJson(MEDIA_TYPE, ThreadReceipt { contact: shown(written.contact)?, thread, receipt });
    Ok((StatusCode::CREATED, headers, Tagged(written.tag, body)).into_response())
}
