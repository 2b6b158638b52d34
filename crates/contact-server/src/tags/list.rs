//! `GET /tags/`

use axum::extract::State;
use contact_model::tag_list::{TagCursor, TagList};
use contact_store::ContactStore;
use contact_store::directory::ListTags;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{ListQuery, PageParameters, PageQuery};
use crate::problem_responses::{AnyKeyProblems, PageProblems, ServerProblems};

/// List the tags
///
/// Extension: lists the tags of the company's contacts in the order of their code points, each with the number of
/// contacts that have it.
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
    ListQuery { caller: Reader(company_id), query: PageQuery { page_size, cursor }, links }: ListQuery<
        Reader,
        PageQuery<TagCursor>,
    >,
    State(state): State<AppState>,
) -> Result<Json<TagList>, ApiError> {
    let after = cursor.map(|TagCursor(tag)| tag);
    let page = state.store.run_one(ListTags { company_id, after, size: page_size }).await?;
    let next = links.next(page_size, page.next(|last| TagCursor(last.tag.clone())))?;
    Ok(Json(TagList { results: page.entries, next }))
}
