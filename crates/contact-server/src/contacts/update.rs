//! Updates contacts.

use axum::response::Response;
use contact_model::{ActiveAgentChoice, Contact, ContactUpdate};
use contact_store::WriteOperation;

use crate::authentication::Writer;
use crate::description::responses::WrittenContact;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{ContactBodyHeaders, ContactPath, IncludeQuery};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest};

/// Update a contact
///
/// Changes the keys that are sent and leaves the others as they are. An update that would change nothing writes
/// nothing, and the response is the usual one.
#[utoipa::path(
    patch,
    tag = tags::CONTACTS,
    path = paths::CONTACT,
    params(ContactPath, IncludeQuery, ContactBodyHeaders),
    request_body(
        content = ContactUpdate,
        description = "The fields to update. All are optional, and only sent keys are applied.",
    ),
    responses((status = 200, description = "The contact was updated.", body = Contact)),
)]
pub(crate) async fn update_contact(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<ContactUpdate, ContactBodyHeaders>,
) -> Result<Response> {
    let update = |update| WriteOperation::Update(id, Box::new(update));
    request.write(company_id, update, ResponseContext::contact).await
}

/// Set a contact's active agent
///
/// Sets the agent who chats with the contact. `null` removes the agent.
#[utoipa::path(
    put,
    tag = tags::AGENTS,
    path = paths::CONTACT_ACTIVE_AGENT,
    params(ContactPath, IncludeQuery, ContactBodyHeaders),
    request_body(content = ActiveAgentChoice, description = "The agent, or null for none."),
    responses(WrittenContact),
)]
pub(crate) async fn set_active_agent(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<ActiveAgentChoice, ContactBodyHeaders>,
) -> Result<Response> {
    let set = |choice: ActiveAgentChoice| WriteOperation::SetActiveAgent(id, choice.agent_id);
    request.write(company_id, set, ResponseContext::contact).await
}
