//! `GET /tags/`

use axum::extract::State;
use contact_model::limits;
use contact_model::tag_list::{TagCursor, TagList};
use contact_store::ContactStore;
use contact_store::directory::ListTags;
use utoipa::IntoParams;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::{BaseUrl, FromQuery, Query, bad_parameter, read_page_size};
use crate::problem_responses::{KeyProblems, PageProblems, ServerProblems};

/// Which page is asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TagsQuery {
    /// Tags on the page at most.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 200, default = 50)]
    page_size: u16,
    /// Where the page begins: what `next` of the page before says.
    #[param(value_type = String, required = false)]
    cursor: Option<TagCursor>,
}

impl Default for TagsQuery {
    fn default() -> Self {
        Self { page_size: limits::DEFAULT_PAGE_SIZE, cursor: None }
    }
}

impl FromQuery for TagsQuery {
    fn take(&mut self, name: &str, value: &str) -> Result<(), ApiError> {
        match name {
            "page_size" => self.page_size = read_page_size(value)?,
            "cursor" => {
                let cursor = value.parse::<TagCursor>();
                self.cursor = Some(cursor.map_err(|bad| bad_parameter(name, bad.to_string()))?);
            }
            _ => {}
        }
        Ok(())
    }
}

/// List the tags
///
/// Extension: the tags that the company's contacts have, by the codes of their characters, each with
/// how many contacts have it.
#[utoipa::path(
    get,
    path = "/tags/",
    operation_id = "list_tags",
    tag = "Extensions",
    params(TagsQuery),
    responses(
        (status = 200, description = "A page of the tags", body = TagList),
        KeyProblems, PageProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_tags(
    Reader(company_id): Reader,
    Query(TagsQuery { page_size, cursor }): Query<TagsQuery>,
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
