//! Deletes, erases and restores contacts.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use contact_model::Contact;
use contact_store::{WriteOperation, Written};

use crate::SharedState;
use crate::authentication::Writer;
use crate::description::responses::WrittenContact;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{ContactHeaders, ContactPath, DeleteHeaders, IncludeQuery, NoBody, boolean_query};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest};

boolean_query!(
    /// The query parameters of a deletion.
    DeleteQuery {
        /// If true, the contact and everything that belongs to it is removed permanently, even if the contact was
        /// deleted before.
        Extension erase
    }
);

/// Delete a contact
///
/// Only a restore, an erasure and the list with `deleted=true` find a deleted contact. Its phone number and email
/// address can be used again at once. The contact can be restored for 90 days, or for as long as the server is
/// configured to keep it. After that it is erased.
#[utoipa::path(
    delete,
    tag = tags::CONTACTS,
    path = paths::CONTACT,
    params(ContactPath, DeleteQuery, IncludeQuery, DeleteHeaders),
    responses(
        (status = 204, description = "The contact was deleted."),
        (status = 200, description = "The contact as it was before it was deleted, if `Prefer: return` asks for it.", body = Contact),
    ),
)]
pub(crate) async fn delete_contact(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<NoBody, DeleteHeaders, DeleteQuery>,
) -> Result<Response> {
    let DeleteQuery { erase } = request.query;
    let operation = if erase { WriteOperation::Erase(id) } else { WriteOperation::Delete(id) };
    request.write(company_id, |NoBody| operation, deleted).await
}

fn deleted(context: &ResponseContext<DeleteHeaders>, written: Written) -> Result<Response> {
    if context.prefer.returns_contact() {
        return context.contact(written);
    }
    Ok((StatusCode::NO_CONTENT, context.headers(&written)).into_response())
}

/// Restore a contact
///
/// Restores a deleted contact with everything that it had. A contact that is not deleted is unchanged. If another
/// contact has its phone number or email address by now, both contacts have it.
#[utoipa::path(
    post,
    tag = tags::CONTACTS,
    path = paths::CONTACT_RESTORE,
    params(ContactPath, IncludeQuery, ContactHeaders),
    responses(WrittenContact),
)]
pub(crate) async fn restore_contact(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    State(state): State<SharedState>,
    request: WriteRequest<NoBody, ContactHeaders>,
) -> Result<Response> {
    let restore = WriteOperation::Restore(id, state.restorable_since());
    request.write(company_id, |NoBody| restore, ResponseContext::contact).await
}
