//! `DELETE /contacts/{contact_id}/tags/{tag}/`

use axum::extract::State;
use contact_model::{Contact, ContactId};
use contact_store::{ContactStore, ContactWrite, TagChange, WriteOperation};

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactTagPath, IncludeQuery, Query};
use crate::problem_responses::{ContactProblems, KeyProblems, ParameterProblems, ServerProblems};

/// Remove a tag from a contact
///
/// Extension: takes the tag away, wherever it stands among the contact's tags. A contact without it
/// stays as it is, so that the request can be sent again.
#[utoipa::path(
    delete,
    path = "/contacts/{contact_id}/tags/{tag}/",
    operation_id = "remove_tag",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        ("tag" = String, Path, description = "The tag, percent-encoded"),
        IncludeQuery,
    ),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, ParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn remove_tag(
    Writer(company_id): Writer,
    ContactTagPath(id, tag): ContactTagPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    State(state): State<AppState>,
) -> Result<Json<Contact>, ApiError> {
    let operation = WriteOperation::ChangeTags(id, TagChange::Remove(tag));
    let written = state.store.write_one(ContactWrite::new(company_id, operation, include)).await?;
    Ok(Json(written.contact))
}
