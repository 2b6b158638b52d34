//! `POST /contacts/{contact_id}/tags/`

use axum::response::Response;
use contact_model::{Contact, ContactId, NewTags};
use contact_store::{TagChange, WriteOperation};

use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactBodyHeaders, ContactPath, IncludeQuery};
use crate::problem_responses::{
    BodyProblems, ContactProblems, KeyProblems, PreconditionProblems, ServerProblems,
};
use crate::writing::{Told, WriteRequest};

/// Add tags to a contact
///
/// Extension: adds the tags that the contact does not have yet after its other tags, in the order in which they are
/// sent.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/tags/",
    operation_id = "add_tags",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ContactBodyHeaders,
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
    request: WriteRequest<NewTags, ContactBodyHeaders>,
) -> Result<Response, ApiError> {
    let operation = |sent: NewTags| WriteOperation::ChangeTags(id, TagChange::Add(sent.tags));
    request.write(company_id, operation, Told::contact).await
}
