//! `POST /contacts/{contact_id}/tags/`

use axum::extract::State;
use axum::response::Response;
use contact_model::{Contact, ContactId, NewTags};
use contact_store::{ContactStore, ContactWrite, TagChange, WriteOperation};

use crate::AppState;
use crate::authentication::Writer;
use crate::contacts::written::Told;
use crate::error::ApiError;
use crate::extract::{
    Body, ContactBodyPreferences, ContactPath, IfMatch, IncludeQuery, Prefer, Preference, Query,
};
use crate::problem_responses::{
    BodyProblems, ContactProblems, KeyProblems, PreconditionProblems, ServerProblems,
};

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
        IncludeQuery, ContactBodyPreferences, IfMatch,
    ),
    request_body(content = NewTags, description = "The tags"),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn add_tags(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    prefer: Prefer,
    IfMatch(if_version): IfMatch,
    State(state): State<AppState>,
    Body(sent): Body<NewTags>,
) -> Result<Response, ApiError> {
    let (sent, told) = Told::of(prefer, sent);
    let operation = WriteOperation::ChangeTags(id, TagChange::Add(sent.tags));
    let write = ContactWrite { company_id, operation, include, options: prefer.options(), if_version };
    let written = state.store.write_one(write).await?;
    Ok(told.answer(Preference::OF_CONTACT_BODY, written))
}
