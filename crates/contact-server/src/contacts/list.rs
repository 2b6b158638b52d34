//! `GET /contacts/`

use axum::extract::State;
use contact_model::Parameters;
use contact_model::list::{ContactList, ContactQuery};
use contact_store::{ContactListing, StoreError};

use super::list_parameters::ContactListParameters;
use crate::SharedState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{FromQuery, IncludeQuery, ListQuery};
use crate::problem_responses::{AnyKeyProblems, ContactListProblems, ServerProblems};

impl FromQuery for ContactQuery {
    fn read(parameters: &mut Parameters) -> Self {
        Self::read(parameters)
    }
}

/// List and find contacts
///
/// Extension: lists the company's contacts that match all filters and the search, page by page. The newest come
/// first, unless `sort` asks for another order. With `deleted=true`, lists the deleted contacts instead, the last
/// deleted first.
#[utoipa::path(
    get,
    path = "/contacts/",
    operation_id = "list_contacts",
    tag = "Extensions",
    params(ContactListParameters, IncludeQuery),
    responses(
        (status = 200, description = "A page of contacts", body = ContactList),
        AnyKeyProblems, ContactListProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_contacts(
    ListQuery { caller: Reader { company_id, .. }, query, links }: ListQuery<Reader, ContactQuery>,
    State(state): State<SharedState>,
) -> Result<Json<ContactList>, ApiError> {
    let listing = ContactListing { company_id, query };
    let page = state.store.list_one(listing.clone()).await.map_err(problem)?;
    let query = &listing.query;
    Ok(Json(ContactList {
        next: links.of_contacts(query, page.next)?,
        previous: links.of_contacts(query, page.previous)?,
        results: page.contacts,
        count: page.count.map(|count| count.contacts),
        count_exact: page.count.map(|count| count.is_exact),
    }))
}

/// Converts an error of the store to the error of a list. Invalid values are errors of the list's parameters, and so
/// is a list that takes too long, because the time depends on them.
fn problem(error: StoreError) -> ApiError {
    match error {
        StoreError::Invalid(violations) => ApiError::Parameters(violations),
        StoreError::TimedOut => ApiError::ListTooCostly,
        error => error.into(),
    }
}
