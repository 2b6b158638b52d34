//! `GET /contacts/{contact_id}/threads/`

use axum::extract::State;
use contact_model::ContactId;
use contact_model::thread_cursor::{ThreadCursor, ThreadList};
use contact_store::ContactStore;
use contact_store::directory::ListThreads;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{ContactPath, ListQuery, PageParameters, PageQuery};
use crate::problem_responses::{AnyKeyProblems, ContactProblems, PageProblems, ServerProblems};

/// List a contact's threads
///
/// Extension: lists all agent threads of the contact, page by page, the newest first. Each page continues after the
/// end of the page before, even if threads were recorded since.
#[utoipa::path(
    get,
    path = "/contacts/{contact_id}/threads/",
    operation_id = "list_threads",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        PageParameters,
    ),
    responses(
        (status = 200, description = "A page of the threads", body = ThreadList),
        AnyKeyProblems, ContactProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_threads(
    ListQuery { caller: Reader(company_id), query: PageQuery { page_size, cursor }, links }: ListQuery<
        Reader,
        PageQuery<ThreadCursor>,
    >,
    ContactPath(contact_id): ContactPath,
    State(state): State<AppState>,
) -> Result<Json<ThreadList>, ApiError> {
    let list = ListThreads { company_id, contact_id, cursor, size: page_size };
    let page = state.store.run_one(list).await?;
    let cursor = page.next(|last| ThreadCursor { created_at: last.created_at, id: last.id });
    let next = links.next(page_size, cursor)?;
    Ok(Json(ThreadList { results: page.entries, next }))
}
