//! `DELETE /contacts/{contact_id}/tags/{tag}/`

use axum::response::Response;
use contact_model::{Contact, ContactId};
use contact_store::{TagChange, WriteOperation};

use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactHeaders, ContactTagPath, IncludeQuery};
use crate::problem_responses::{
    ContactProblems, KeyProblems, ParameterProblems, PreconditionProblems, ServerProblems,
};
use crate::writing::{Told, WriteRequest};

/// Remove a tag from a contact
///
/// Extension: removes the tag from the contact's tags. A contact without the tag stays as it is, so the request can
/// be sent again.
#[utoipa::path(
    delete,
    path = "/contacts/{contact_id}/tags/{tag}/",
    operation_id = "remove_tag",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        ("tag" = String, Path, description = "The tag, percent-encoded"),
        IncludeQuery, ContactHeaders,
    ),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, ParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn remove_tag(
    Writer(company_id): Writer,
    ContactTagPath(id, tag): ContactTagPath,
    request: WriteRequest<(), ContactHeaders>,
) -> Result<Response, ApiError> {
    let operation = |()| WriteOperation::ChangeTags(id, TagChange::Remove(tag));
    request.write(company_id, operation, Told::contact).await
}
