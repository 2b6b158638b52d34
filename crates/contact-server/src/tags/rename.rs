//! `PATCH /tags/{tag}/`

use axum::response::{IntoResponse, Response};
use contact_model::{RenamedTag, TagRename};
use contact_store::RenameTag;

use crate::answer::Json;
use crate::authentication::Writer;
use crate::error::ApiError;
use crate::extract::{BodyHeaders, TagPath};
use crate::problem_responses::{BodyProblems, KeyProblems, ServerProblems};
use crate::writing::WriteRequest;

/// Rename a tag
///
/// Extension: renames a tag for all contacts of the company. A contact that has both tags keeps one, in the place of
/// the first of them. The rename is done in pieces, so that other writes do not wait for all of it. If it is
/// interrupted, some contacts have the new name and some the old one, and the same request, sent again, renames the
/// rest. If no contact has the tag, nothing changes.
#[utoipa::path(
    patch,
    path = "/tags/{tag}/",
    operation_id = "rename_tag",
    tag = "Extensions",
    params(("tag" = String, Path, description = "The tag, percent-encoded"), BodyHeaders),
    request_body(content = TagRename, description = "The new name"),
    responses(
        (status = 200, description = "The new name, and how many contacts changed", body = RenamedTag),
        KeyProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn rename_tag(
    Writer(company_id): Writer,
    TagPath(from): TagPath,
    request: WriteRequest<TagRename, BodyHeaders>,
) -> Result<Response, ApiError> {
    let (TagRename { name: to }, headers, once) = request.into_pieces()?;
    let rename = RenameTag { company_id, from, to: to.clone() };
    let state = once.state().clone();
    let answer = move |changed| (headers.clone(), Json(RenamedTag { tag: to.clone(), changed }));
    if once.is_dry_run() {
        // A rename would change every contact that has the tag, and refuse none.
        return Ok(answer(rename.would_change(&state.store).await?).into_response());
    }
    once.run_in_pieces(company_id, rename.run(&state.store), answer).await
}
