//! `PUT /contacts/{contact_id}/active-agent/`

use axum::response::Response;
use contact_model::{ActiveAgentChoice, Contact, ContactId};
use contact_store::WriteOperation;

use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{ContactBodyHeaders, ContactPath, IncludeQuery};
use crate::problem_responses::{
    BodyProblems, ContactProblems, KeyProblems, PreconditionProblems, ServerProblems,
};
use crate::writing::{Told, WriteRequest};

/// Set a contact's active agent
///
/// Extension: sets the agent who chats with the contact. With `null`, no agent does.
#[utoipa::path(
    put,
    path = "/contacts/{contact_id}/active-agent/",
    operation_id = "set_active_agent",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ContactBodyHeaders,
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
    request: WriteRequest<ActiveAgentChoice, ContactBodyHeaders>,
) -> Result<Response, ApiError> {
    let operation = |choice: ActiveAgentChoice| WriteOperation::SetActiveAgent(id, choice.agent_id);
    request.write(company_id, operation, Told::contact).await
}
