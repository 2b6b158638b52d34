//! `GET /contacts/`

use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use contact_model::list::{ContactList, ContactQuery, ContactQueryReader, Cursor};
use contact_model::{LeadSource, Timestamp};
use contact_store::{ContactListing, ContactStore, StoreError};
use utoipa::IntoParams;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{BaseUrl, IncludeQuery, query_pairs};
use crate::problem_responses::{KeyProblems, PageProblems, ServerProblems};

/// What the query of a list may say, for the description; [`ContactQueryReader`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it stands for what the reader takes")]
struct ContactListParameters {
    /// Contacts with this email address, in any case.
    #[param(min_length = 1, max_length = 320)]
    email: Option<String>,
    /// Contacts with this phone number, in any spelling.
    #[param(min_length = 1, max_length = 64)]
    phone: Option<String>,
    /// Contacts with this tag; of several, with all of them.
    #[param(max_items = 20)]
    tag: Option<Vec<String>>,
    /// Contacts that came from there.
    #[param(value_type = Option<String>, schema_with = lead_source)]
    lead_source: Option<LeadSource>,
    /// Contacts that are, or are not, to be left alone.
    is_dnd: Option<bool>,
    /// Contacts with, or without, a phone number.
    has_phone: Option<bool>,
    /// Contacts created then or later; a date is its beginning in UTC.
    #[param(value_type = Option<String>)]
    created_after: Option<Timestamp>,
    /// Contacts created before then.
    #[param(value_type = Option<String>)]
    created_before: Option<Timestamp>,
    /// Contacts that changed then or later.
    #[param(value_type = Option<String>)]
    updated_after: Option<Timestamp>,
    /// Contacts that did not change then or later.
    #[param(value_type = Option<String>)]
    updated_before: Option<Timestamp>,
    /// Contacts with this value of a custom field, as in `custom_fields[Plan]=gold`.
    #[param(style = DeepObject, explode, value_type = Option<Object>)]
    custom_fields: Option<String>,
    /// Contacts of whose name, email, phone and business name a word begins with each of these words;
    /// case and accents do not matter.
    #[param(max_length = 650)]
    search: Option<String>,
    /// `created_at`, `updated_at`, `last_activity` or `name`, with `-` before it for the other way
    /// round. Contacts without the value come last.
    #[param(schema_with = sort)]
    sort: Option<String>,
    /// Contacts on a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    page_size: Option<u16>,
    /// Where the page begins: what `next` and `previous` carry.
    cursor: Option<String>,
    /// True where the answer is to say how many contacts the list has.
    count: Option<bool>,
}

fn lead_source() -> utoipa::openapi::schema::Object {
    words(LeadSource::ALL.map(LeadSource::as_str).to_vec())
}

fn sort() -> utoipa::openapi::schema::Object {
    let keys = ["created_at", "updated_at", "last_activity", "name"];
    let down = ["-created_at", "-updated_at", "-last_activity", "-name"];
    words([keys, down].concat())
}

fn words(words: Vec<&'static str>) -> utoipa::openapi::schema::Object {
    let word = utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String);
    word.enum_values(Some(words)).build()
}

/// A request for a page of the list.
pub(crate) struct ListRequest(ContactQuery);

impl FromRequestParts<AppState> for ListRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &AppState) -> Result<Self, ApiError> {
        let mut reader = ContactQueryReader::default();
        for (name, value) in query_pairs(parts) {
            reader.take(&name, &value);
        }
        reader.finish().map(Self).map_err(ApiError::Parameters)
    }
}

/// List and find contacts
///
/// Extension: the company's contacts page by page, the newest first unless `sort` says otherwise;
/// those that fit all filters and the search.
#[utoipa::path(
    get,
    path = "/contacts/",
    operation_id = "list_contacts",
    tag = "Extensions",
    params(ContactListParameters, IncludeQuery),
    responses(
        (status = 200, description = "A page of contacts", body = ContactList),
        KeyProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_contacts(
    Reader(company_id): Reader,
    ListRequest(query): ListRequest,
    base: BaseUrl,
    State(state): State<AppState>,
) -> Result<Json<ContactList>, ApiError> {
    let listing = ContactListing { company_id, query };
    let page = state.store.list_one(listing.clone()).await.map_err(parameters)?;
    let url = |cursor: Option<Cursor>| cursor.map(|cursor| url_of(&base, &listing.query, &cursor));
    Ok(Json(ContactList {
        next: url(page.next),
        previous: url(page.previous),
        results: page.contacts,
        count: page.count,
    }))
}

/// What is bad of a list is bad of its parameters.
fn parameters(error: StoreError) -> ApiError {
    match error {
        StoreError::Invalid(violations) => ApiError::Parameters(violations),
        error => error.into(),
    }
}

fn url_of(BaseUrl(base): &BaseUrl, query: &ContactQuery, cursor: &Cursor) -> String {
    let mut pairs = query.to_pairs();
    pairs.push(("cursor".to_owned(), cursor.encode(query)));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{base}/contacts/?{query}")
}
