//! `PATCH /contacts/{contact_id}/`

use axum::extract::State;
use axum::response::Response;
use contact_model::{Contact, ContactId, ContactUpdate};
use contact_store::{ContactStore, ContactWrite, WriteOperation};

use super::written::Told;
use crate::AppState;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{
    Body, ContactBodyPreferences, ContactPath, IfMatch, IncludeQuery, Prefer, Preference, Query,
};
use crate::problem_responses::{
    BodyProblems, ContactProblems, KeyProblems, PreconditionProblems, ServerProblems,
};

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
        IncludeQuery, ContactBodyPreferences, IfMatch,
    ),
    request_body(content = ContactUpdate, description = "Fields to update (all optional; only sent keys are applied)"),
    responses(
        (status = 200, description = "Contact updated successfully", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn update_contact(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    prefer: Prefer,
    IfMatch(if_version): IfMatch,
    State(state): State<AppState>,
    Body(update): Body<ContactUpdate>,
) -> Result<Response, ApiError> {
    let (update, told) = Told::of(prefer, update);
    let operation = WriteOperation::Update(id, Box::new(update));
    let write = ContactWrite { company_id, operation, include, options: prefer.options(), if_version };
    let written = state.store.write_one(write).await?;
    Ok(told.answer(Preference::OF_CONTACT_BODY, written))
}
