//! `PUT /contacts/{contact_id}/active-agent/`

use axum::extract::State;
use axum::response::Response;
use contact_model::{ActiveAgentChoice, Contact, ContactId};
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

/// Set a contact's active agent
///
/// Extension: says which agent chats with the contact, or with `null` that none does.
#[utoipa::path(
    put,
    path = "/contacts/{contact_id}/active-agent/",
    operation_id = "set_active_agent",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ContactBodyPreferences, IfMatch,
    ),
    request_body(content = ActiveAgentChoice, description = "The agent, or null for none"),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn set_active_agent(
    Writer(company_id): Writer,
    ContactPath(id): ContactPath,
    Query(IncludeQuery { include }): Query<IncludeQuery>,
    prefer: Prefer,
    IfMatch(if_version): IfMatch,
    State(state): State<AppState>,
    Body(choice): Body<ActiveAgentChoice>,
) -> Result<Response, ApiError> {
    let (choice, told) = Told::of(prefer, choice);
    let operation = WriteOperation::SetActiveAgent(id, choice.agent_id);
    let write = ContactWrite { company_id, operation, include, options: prefer.options(), if_version };
    let written = state.store.write_one(write).await?;
    Ok(told.answer(Preference::OF_CONTACT_BODY, written))
}
