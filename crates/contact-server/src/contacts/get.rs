//! `GET /contacts/{contact_id}/`

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use contact_model::{ContactDetail, Include, phone};
use contact_store::company::FindSurvivor;
use contact_store::{ContactLookup, ReadContact, StoreError};

use crate::SharedState;
use crate::authentication::Reader;
use crate::description::problems::{ContactOrPhoneNotFound, InvalidContactParameter};
use crate::description::responses::NotModified;
use crate::description::tags;
use crate::error::{ApiError, Result};
use crate::extract::{ContactPath, IfNoneMatch, IncludeQuery, Query, boolean_query};
use crate::json_response::{Json, etag_value};
use crate::paths;
use crate::writing::ignored_fields;

boolean_query!(
    /// The query parameters of a get.
    GetQuery {
        /// If true, the response is a 404 if the contact has no phone number. An empty one counts as none.
        Documented pn
    }
);

/// Get a contact
///
/// Returns the contact, the agent who chats with it, and the contact's three latest threads.
#[utoipa::path(
    get,
    tag = tags::CONTACTS,
    path = paths::CONTACT,
    params(ContactPath, GetQuery, IncludeQuery, IfNoneMatch),
    responses(
        (status = 200, description = "The contact.", body = ContactDetail),
        NotModified,
        InvalidContactParameter,
        ContactOrPhoneNotFound,
    ),
)]
pub(crate) async fn get_contact(
    Reader { company_id, .. }: Reader,
    ContactPath(id): ContactPath,
    Query { value: (GetQuery { pn }, include), ignored }: Query<(GetQuery, Include)>,
    known: IfNoneMatch,
    State(state): State<SharedState>,
) -> Result<Response> {
    let found = state.store.get(ContactLookup { company_id, id, include }).await?;
    let Some(ReadContact { detail, etag }) = found else {
        let survivor = state.store.run(FindSurvivor { company_id, contact_id: id }).await?;
        return Err(survivor
            .map_or(StoreError::ContactNotFound, |into| StoreError::ContactMerged { into })
            .into());
    };
    if pn && !phone::is_given(detail.contact.phone.as_deref()) {
        return Err(ApiError::NoPhoneNumber);
    }
    let etag = etag_value(etag)?;
    if known.has(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, ignored_fields(&ignored), [(ETAG, etag)]).into_response());
    }
    Ok((ignored_fields(&ignored), [(ETAG, etag)], Json(detail)).into_response())
}
