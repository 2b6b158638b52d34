//! `POST /contacts/{contact_id}/tags/`

use axum::extract::State;
use axum::http::HeaderMap;
use contact_model::{Contact, ContactId, NewTags};
use contact_store::{ContactStore, ContactWrite, TagChange, WriteOperation};

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::contacts::ignored_fields;
use crate::error::ApiError;
use crate::extract::{Body, BodyPreferences, ContactPath, IncludeQuery, Prefer, Preference, Query};
use crate::problem_responses::{BodyProblems, ContactProblems, KeyProblems, ServerProblems};

/// Add tags to a contact
///
/// Extension: adds those that the contact lacks behind the others, in the order sent.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/tags/",
    operation_id = "add_tags",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, BodyPreferences,
    ),
    request_body(content = NewTags, description = "The tags"),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn add_tags(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    prefer: Prefer,
    State(state): State<AppState>,
    Body(sent): Body<NewTags>,
) -> Result<(HeaderMap, Json<Contact>), ApiError> {
    let operation = WriteOperation::ChangeTags(id, TagChange::Add(sent.value.tags));
    let written = state.store.write_one(ContactWrite::new(company_id, operation, include)).await?;
    Ok((prefer.name_followed(&[Preference::Handling], ignored_fields(&sent.ignored)), Json(written.contact)))
}
