//! `POST /contacts/{contact_id}/restore/`

use axum::extract::State;
use axum::response::Response;
use contact_model::{Contact, ContactId};
use contact_store::{ContactStore, ContactWrite, WriteOperation};

use super::written::Told;
use crate::AppState;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactPath, ContactPreferences, IfMatch, IncludeQuery, Prefer, Preference, Query};
use crate::problem_responses::{
    ContactProblems, KeyProblems, ParameterProblems, PreconditionProblems, ServerProblems,
};

/// Restore a contact
///
/// Extension: takes a deleted contact back, with everything that it had. One that is not deleted stays
/// as it is. Where another contact has its phone number or email address by now, both have it.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/restore/",
    operation_id = "restore_contact",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ContactPreferences, IfMatch,
    ),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, ParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn restore_contact(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    prefer: Prefer,
    IfMatch(if_version): IfMatch,
    State(state): State<AppState>,
) -> Result<Response, ApiError> {
    let operation = WriteOperation::Restore(id, state.kept_since());
    let write = ContactWrite { company_id, operation, include, options: prefer.options(), if_version };
    let written = state.store.write_one(write).await?;
    Ok(Told::without_body(prefer).answer(Preference::OF_CONTACT, written))
}
