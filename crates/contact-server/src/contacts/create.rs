//! `POST /contacts/`

use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contact_model::{Contact, ContactCreate};
use contact_store::{Action, WriteOperation, Written};

use crate::authentication::Writer;
use crate::description::problems::CollisionProblems;
use crate::error::Result;
use crate::extract::{CreateHeaders, IncludeQuery};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest};

/// Create or update a contact
///
/// Updates the company's contact with the same phone number, else the one with the same email
/// address, else creates one. Decided: phone numbers are compared in E.164 if they are possible
/// numbers without an extension, email addresses in lower case, both without invisible characters; a
/// text that cannot be a phone number or an email address, such as `N/A`, matches nothing; the oldest
/// of several matches is used; if phone and email match two contacts, the one with the phone is
/// updated and the email address is not stored, unless `Prefer: match` requests something else
/// (extension). Concurrent requests for the same new phone or email create one contact.
#[utoipa::path(
    post,
    path = paths::CONTACTS,
    params(CreateHeaders, IncludeQuery),
    request_body(content = ContactCreate, description = "The contact (all keys optional)"),
    responses(
        (status = 201,
            description = "Decided: a contact was created. No body, unless `Prefer: return` requests one (extension)",
            content((Contact = "application/json", extensions(("x-extension" = json!(true))))),
            headers(("Location" = String, description = "Decided: the contact's path"))),
        (status = 200,
            description = "Decided: an existing contact was updated. No body, unless `Prefer: return` requests one (extension)",
            content((Contact = "application/json", extensions(("x-extension" = json!(true))))),
            headers(("Location" = String, description = "Decided: the contact's path"))),
        CollisionProblems,
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
