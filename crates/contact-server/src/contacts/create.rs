//! `POST /contacts/`

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contact_model::ContactCreate;
use contact_store::{Action, WriteOperation, Written};

use crate::authentication::Writer;
use crate::description::problems::ContactsCollide;
use crate::description::responses::CreatedOrUpdated;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{CreateHeaders, IncludeQuery};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest};

/// Create or update a contact
///
/// Updates the contact with the same phone number, or else the one with the same email address. If there is none,
/// creates one.
///
/// Phone numbers are compared in E.164 and email addresses in lower case. A text that cannot be one of these, such as
/// `N/A`, matches no contact. If several contacts match, the oldest is used. If the phone number and the email address
/// belong to two contacts, the one with the phone number is updated and the email address is not stored, unless
/// `Prefer: match` asks for something else. Concurrent requests for the same new phone number or email address create
/// one contact.
#[utoipa::path(
    post,
    tag = tags::CONTACTS,
    path = paths::CONTACTS,
    params(CreateHeaders, IncludeQuery),
    request_body(content = ContactCreate, description = "The contact. All keys are optional."),
    responses(
        CreatedOrUpdated,
        ContactsCollide,
    ),
)]
pub(crate) async fn create_contact(
    Writer { company_id }: Writer,
    request: WriteRequest<ContactCreate, CreateHeaders>,
) -> Result<Response> {
    let policy = request.prefer.match_policy();
    let upsert = |contact: ContactCreate| WriteOperation::Upsert(Box::new(contact.into()), policy);
    request.write(company_id, upsert, created_or_updated).await
}

fn created_or_updated(context: &ResponseContext<CreateHeaders>, written: Written) -> Result<Response> {
    let status = match written.action {
        Action::Created => StatusCode::CREATED,
        _ => StatusCode::OK,
    };
    let mut headers = context.headers(&written);
    if let Ok(location) = HeaderValue::from_str(&context.location(&written)) {
        headers.insert(LOCATION, location);
    }
    if !context.prefer.returns_contact() {
        return Ok((status, headers).into_response());
    }
    Ok((status, headers, context.body(written)?).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the size of the future that the handler returns.
    fn future_size<A, B, F>(_: fn(A, B) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn future_is_small_because_every_request_copies_it() {
        let bytes = future_size(create_contact);
        assert!(bytes <= 4_096, "{bytes} bytes");
    }
}
