//! `GET /tags/`

use axum::extract::State;
use contact_model::tag_list::{TagCursor, TagList};
use contact_store::ContactStore;
use contact_store::directory::ListTags;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{BaseUrl, PageParameters, PageQuery, Query};
use crate::problem_responses::{AnyKeyProblems, PageProblems, ServerProblems};

/// List the tags
///
/// Extension: the tags that the company's contacts have, by the codes of their characters, each with
/// how many contacts have it.
#[utoipa::path(
    get,
    path = "/tags/",
    operation_id = "list_tags",
    tag = "Extensions",
    params(PageParameters),
    responses(
        (status = 200, description = "A page of the tags", body = TagList),
        AnyKeyProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_tags(
    Reader(company_id): Reader,
    Query(PageQuery { page_size, cursor }): Query<PageQuery<TagCursor>>,
    BaseUrl(base): BaseUrl,
    State(state): State<AppState>,
) -> Result<Json<TagList>, ApiError> {
    let after = cursor.map(|TagCursor(tag)| tag);
    let list = ListTags { company_id, after, rows: u32::from(page_size) + 1 };
    let mut results = state.store.run_one(list).await?;
    let more = results.len() > usize::from(page_size);
    results.truncate(page_size.into());
    let last = results.last().filter(|_| more).map(|last| TagCursor(last.tag.clone()));
    let next = last.map(|cursor| format!("{base}/tags/?page_size={page_size}&cursor={cursor}"));
    Ok(Json(TagList { results, next }))
}
