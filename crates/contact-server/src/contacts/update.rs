//! `PATCH /contacts/{contact_id}/`

use axum::extract::State;
use axum::http::HeaderMap;
use contact_model::{Contact, ContactId, ContactUpdate};
use contact_store::{ContactStore, ContactWrite, WriteOperation};

use super::all_ignored;
use crate::AppState;
use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{Body, BodyPreferences, ContactPath, IncludeQuery, Prefer, Preference, Query};
use crate::problem_responses::{BodyProblems, ContactProblems, KeyProblems, ServerProblems};

/// Update a contact
///
/// Changes the keys that are sent and leaves the others as they are. Decided: an update that would
/// change nothing writes nothing and answers as usual.
#[utoipa::path(
    patch,
    path = "/contacts/{contact_id}/",
    operation_id = "update_contact",
    tag = "Contacts",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, BodyPreferences,
    ),
    request_body(content = ContactUpdate, description = "Fields to update (all optional; only sent keys are applied)"),
    responses(
        (status = 200, description = "Contact updated successfully", body = Contact),
        KeyProblems, ContactProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn update_contact(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    prefer: Prefer,
    State(state): State<AppState>,
    Body(update): Body<ContactUpdate>,
) -> Result<(HeaderMap, Json<Contact>), ApiError> {
    let operation = WriteOperation::Update(id, Box::new(update.value));
    let written = state
        .store
        .write_one(ContactWrite { company_id, operation, include, options: prefer.options() })
        .await?;
    let headers = all_ignored(update.ignored, written.ignored);
    Ok((prefer.name_followed(&[Preference::Handling], headers), Json(written.contact)))
}
