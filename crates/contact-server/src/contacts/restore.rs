//! `POST /contacts/{contact_id}/restore/`

use axum::extract::State;
use axum::response::Response;
use contact_model::{Contact, ContactId};
use contact_store::WriteOperation;

use crate::AppState;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactHeaders, ContactPath, IncludeQuery};
use crate::problem_responses::{
    ContactProblems, KeyProblems, ParameterProblems, PreconditionProblems, ServerProblems,
};
use crate::writing::{Told, WriteRequest};

/// Restore a contact
///
/// Extension: restores a deleted contact with everything that it had. A contact that is not deleted stays as it is.
/// If another contact has its phone number or email address by now, both contacts have it.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/restore/",
    operation_id = "restore_contact",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ContactHeaders,
    ),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, ParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn restore_contact(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    State(state): State<AppState>,
    request: WriteRequest<(), ContactHeaders>,
) -> Result<Response, ApiError> {
    let operation = |()| WriteOperation::Restore(id, state.kept_since());
    request.write(company_id, operation, Told::contact).await
}
