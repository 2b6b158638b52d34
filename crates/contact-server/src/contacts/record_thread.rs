//! `POST /contacts/{contact_id}/threads/`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contact_model::{AgentThread, ContactId, Include, NewThread};
use contact_store::{ContactStore, ContactWrite, WriteOperation};

use super::ignored_fields;
use crate::AppState;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{Body, BodyPreferences, ContactPath, IfMatch, Prefer, Preference};
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
        BodyPreferences, IfMatch,
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
    prefer: Prefer,
    IfMatch(if_version): IfMatch,
    State(state): State<AppState>,
    Body(thread): Body<NewThread>,
) -> Result<(StatusCode, HeaderMap, Json<AgentThread>), ApiError> {
    let operation = WriteOperation::RecordThread(id, Box::new(thread.value));
    let include = Include::default();
    let write = ContactWrite { if_version, ..ContactWrite::new(company_id, operation, include) };
    let written = state.store.write_one(write).await?;
    let recorded = written.thread.ok_or_else(|| ApiError::internal("the store recorded no thread"))?;
    Ok((
        StatusCode::CREATED,
        prefer.name_followed(Preference::OF_BODY, ignored_fields(&thread.ignored)),
        Json(recorded),
    ))
}
