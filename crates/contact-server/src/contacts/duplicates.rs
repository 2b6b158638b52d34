//! `GET /contacts/duplicates/`

use contact_model::Parameters;
use contact_model::list::{DuplicateList, DuplicateQuery};
use contact_store::{DuplicatesPage, FindDuplicates};

use crate::authentication::Reader;
use crate::description::list_parameters::DuplicateParameters;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{FromQuery, ListRequest};
use crate::json_response::Json;
use crate::paths;

impl FromQuery for DuplicateQuery {
    fn read(parameters: &mut Parameters) -> Self {
        Self::read(parameters)
    }
}

/// List duplicates
///
/// Lists groups of contacts that have the same phone number, the same email address, or the same name and business name. A
/// contact may be in several groups. A request looks at a limited number of contacts, so a page may be empty although there
/// are more groups: continue until `next` is null.
#[utoipa::path(
    get,
    tag = tags::CONTACTS,
    path = paths::CONTACT_DUPLICATES,
    params(DuplicateParameters),
    responses((status = 200, description = "A page of groups.", body = DuplicateList)),
)]
pub(crate) async fn list_duplicates(
    request: ListRequest<Reader, DuplicateQuery>,
) -> Result<Json<DuplicateList>> {
    let ListRequest { company_id, query, state, links, .. } = request;
    let find = FindDuplicates { company_id, query: query.clone() };
    let DuplicatesPage { groups, next } = state.store.run(find).await?;
    let next = links.link(query.to_pairs(), next)?;
    Ok(Json(DuplicateList { results: groups, next: next.url, next_cursor: next.cursor }))
}
