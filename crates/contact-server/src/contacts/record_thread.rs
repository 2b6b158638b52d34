//! `POST /contacts/{contact_id}/threads/`

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::{AgentThread, ContactId, NewThread};
use contact_store::{WriteOperation, Written};

use super::write_request::WriteRequest;
use super::written::Told;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactPath, ThreadHeaders};
use crate::problem_responses::{
    BodyProblems, ContactProblems, KeyProblems, PreconditionProblems, ServerProblems,
};

/// Record a thread
///
/// Extension: records what happened between an agent and the contact. It moves the contact's
/// `last_activity`, unless a later thread has moved it further.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/threads/",
    operation_id = "record_thread",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        ThreadHeaders,
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

fn recorded(told: Told<ThreadHeaders>, written: Written) -> Result<Response, ApiError> {
    let headers = told.headers(&written);
    let thread = written.thread.ok_or_else(|| ApiError::internal("the store recorded no thread"))?;
    Ok((StatusCode::CREATED, headers, Json(thread)).into_response())
}
