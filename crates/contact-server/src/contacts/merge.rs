//! `POST /contacts/{contact_id}/merge/`

use axum::response::Response;
use contact_model::ContactMerge;
use contact_store::WriteOperation;

use crate::authentication::Writer;
use crate::description::responses::WrittenContact;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{ContactBodyHeaders, ContactPath, IncludeQuery};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest};

/// Merge a contact into another one
///
/// Merges the contact `from` into the contact of the path, which gets its tags and threads, and its values for fields
/// that are empty or named in `prefer`. Creates that find `from` by its phone number or email address update the other
/// contact from then on, and other requests for `from` return a 410 that names it. Undo the request to separate the
/// contacts again.
#[utoipa::path(
    post,
    tag = tags::CONTACTS,
    path = paths::CONTACT_MERGE,
    params(ContactPath, IncludeQuery, ContactBodyHeaders),
    request_body(content = ContactMerge, description = "The contact to merge into the other one."),
    responses(WrittenContact),
)]
pub(crate) async fn merge_contacts(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<ContactMerge, ContactBodyHeaders>,
) -> Result<Response> {
    let merge = |merge| WriteOperation::Merge(id, Box::new(merge));
    request.write(company_id, merge, ResponseContext::contact).await
}
