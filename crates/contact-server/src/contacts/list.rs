//! `GET /contacts/`

use contact_model::Parameters;
use contact_model::list::{ContactList, ContactQuery, Cursor};
use contact_store::{ContactListing, StoreError};

use crate::authentication::Reader;
use crate::description::list_parameters::ContactListParameters;
use crate::description::problems::InvalidContactList;
use crate::description::tags;
use crate::error::{ApiError, Result};
use crate::extract::{FromQuery, IncludeQuery, ListRequest};
use crate::json_response::Json;
use crate::paths;

impl FromQuery for ContactQuery {
    fn read(parameters: &mut Parameters) -> Self {
        Self::read(parameters)
    }
}

/// List contacts
///
/// Lists the company's contacts that match all filters and the search, page by page. The newest come first, unless
/// `sort` asks for another order. With `deleted=true`, lists the deleted contacts instead, the last deleted first.
#[utoipa::path(
    get,
    tag = tags::CONTACTS,
    path = paths::CONTACTS,
    params(ContactListParameters, IncludeQuery),
    responses(
        (status = 200, description = "A page of contacts.", body = ContactList),
        InvalidContactList,
    ),
)]
pub(crate) async fn list_contacts(request: ListRequest<Reader, ContactQuery>) -> Result<Json<ContactList>> {
    let ListRequest { company_id, query, state, links, .. } = request;
    let listing = ContactListing { company_id, query: query.clone() };
    let page = state.store.list(listing).await.map_err(list_error)?;
    let link =
        |cursor: Option<Cursor>| links.link(query.to_pairs(), cursor.map(|cursor| cursor.encode(&query)));
    let next = link(page.next)?;
    let previous = link(page.previous)?;
    Ok(Json(ContactList {
        next: next.url,
        next_cursor: next.cursor,
        previous: previous.url,
        results: page.contacts,
        count: page.count.map(|count| count.contacts),
        count_exact: page.count.map(|count| count.is_exact),
    }))
}

/// Converts an error of the store to the error of a list. Invalid values are errors of the list's parameters, and so
/// is a list that takes too long, because the time depends on them.
fn list_error(error: StoreError) -> ApiError {
    match error {
        StoreError::Invalid(violations) => ApiError::Parameters(violations),
        StoreError::TimedOut => ApiError::ListTooCostly,
        error => error.into(),
    }
}
