//! The history of a contact.

use contact_model::changes::{ChangeEntry, ContactHistory, HistoryCursor};
use contact_store::ReadHistory;

use crate::authentication::Reader;
use crate::description::list_parameters::PageParameters;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{ContactPath, PageRequest};
use crate::json_response::Json;
use crate::paths;

/// List a contact's changes
///
/// Lists the changes of the contact, page by page, the latest first: when each was made, by which API key and request,
/// and the values before and after it. A deleted contact keeps its history.
#[utoipa::path(
    get,
    tag = tags::HISTORY,
    path = paths::CONTACT_HISTORY,
    params(ContactPath, PageParameters),
    responses((status = 200, description = "A page of the changes.", body = ContactHistory)),
)]
pub(crate) async fn list_history(
    request: PageRequest<Reader, HistoryCursor>,
    ContactPath(contact_id): ContactPath,
) -> Result<Json<ContactHistory>> {
    let list = |company_id, cursor, size| ReadHistory { company_id, contact_id, cursor, size };
    let cursor_after = |last: &ChangeEntry| HistoryCursor { sequence: last.sequence };
    let (results, next) = request.read(list, cursor_after).await?;
    Ok(Json(ContactHistory { results, next: next.url, next_cursor: next.cursor }))
}
