//! `GET /contacts/`

use axum::extract::State;
use contact_model::Parameters;
use contact_model::list::{ContactList, ContactQuery, Cursor};
use contact_store::{ContactListing, ContactStore, StoreError};

use super::list_parameters::ContactListParameters;
use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{BaseUrl, FromQuery, IncludeQuery, Query};
use crate::problem_responses::{AnyKeyProblems, ContactListProblems, ServerProblems};

impl FromQuery for ContactQuery {
    fn read(parameters: &mut Parameters) -> Self {
        Self::read(parameters)
    }
}

/// List and find contacts
///
/// Extension: the company's contacts page by page, the newest first unless `sort` says otherwise;
/// those that fit all filters and the search. With `deleted=true`, the deleted ones instead, the last deleted first.
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
    Reader(company_id): Reader,
    Query { value: query, .. }: Query<ContactQuery>,
    base: BaseUrl,
    State(state): State<AppState>,
) -> Result<Json<ContactList>, ApiError> {
    let listing = ContactListing { company_id, query };
    let page = state.store.list_one(listing.clone()).await.map_err(problem)?;
    let url = |cursor: Option<Cursor>| cursor.map(|cursor| url_of(&base, &listing.query, &cursor));
    Ok(Json(ContactList {
        next: url(page.next),
        previous: url(page.previous),
        results: page.contacts,
        count: page.count,
    }))
}

/// Returns the error of a list: invalid values are in its parameters, and how long it takes depends on them.
fn problem(error: StoreError) -> ApiError {
    match error {
        StoreError::Invalid(violations) => ApiError::Parameters(violations),
        StoreError::TimedOut => ApiError::ListTooCostly,
        error => error.into(),
    }
}

fn url_of(BaseUrl(base): &BaseUrl, query: &ContactQuery, cursor: &Cursor) -> String {
    let mut pairs = query.to_pairs();
    pairs.push(("cursor".to_owned(), cursor.encode(query)));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{base}/contacts/?{query}")
}
