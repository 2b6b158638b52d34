//! `GET /contacts/{contact_id}/threads/`

use axum::extract::State;
use contact_model::thread_cursor::{ThreadCursor, ThreadList};
use contact_model::{ContactId, limits};
use contact_store::ContactStore;
use contact_store::directory::ListThreads;
use utoipa::IntoParams;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{BaseUrl, ContactPath, FromQuery, Query, bad_parameter, read_page_size};
use crate::problem_responses::{ContactProblems, KeyProblems, PageProblems, ServerProblems};

/// Which page is asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ThreadsQuery {
    /// Threads on the page at most.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 200, default = 50)]
    page_size: u16,
    /// Where the page begins: what `next` of the page before says. Without it, at the newest thread.
    #[param(value_type = String, required = false)]
    cursor: Option<ThreadCursor>,
}

impl Default for ThreadsQuery {
    fn default() -> Self {
        Self { page_size: limits::DEFAULT_PAGE_SIZE, cursor: None }
    }
}

impl FromQuery for ThreadsQuery {
    fn take(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "page_size" => {
                self.page_size = read_page_size(value)?;
            }
            "cursor" => {
                let cursor = value.parse::<ThreadCursor>();
                self.cursor = Some(cursor.map_err(|bad| bad_parameter(name, bad.to_string()))?);
            }
            _ => {}
        }
        Ok(())
    }
}

/// List a contact's threads
///
/// Extension: all agent threads of the contact, the newest first, page by page. A page goes on where
/// the one before it ended, whatever was recorded meanwhile.
#[utoipa::path(
    get,
    path = "/contacts/{contact_id}/threads/",
    operation_id = "list_threads",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        ThreadsQuery,
    ),
    responses(
        (status = 200, description = "A page of the threads", body = ThreadList),
        KeyProblems, ContactProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_threads(
    Reader(company_id): Reader,
    ContactPath(contact_id): ContactPath,
    Query(ThreadsQuery { page_size, cursor }): Query<ThreadsQuery>,
    BaseUrl(base): BaseUrl,
    State(state): State<AppState>,
) -> Result<Json<ThreadList>, ApiError> {
    let list = ListThreads { company_id, contact_id, cursor, size: page_size.into() };
    let page = state.store.run_one(list).await?;
    let next = page
        .next
        .map(|cursor| format!("{base}/contacts/{contact_id}/threads/?page_size={page_size}&cursor={cursor}"));
    Ok(Json(ThreadList { results: page.threads, next }))
}
