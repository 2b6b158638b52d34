//! The operations on tags.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contact_model::tag_list::{TagCursor, TagList};
use contact_model::{Contact, ContactId, NewTags, RenamedTag, TagRename};
use contact_store::company::ListTags;
use contact_store::{RenameTag, TagChange, WriteOperation};

use crate::SharedState;
use crate::answer::Json;
use crate::authentication::{Reader, Writer};
use crate::error::ApiError;
use crate::extract::{
    BodyHeaders, ContactBodyHeaders, ContactHeaders, ContactPath, ContactTagPath, IncludeQuery, ListQuery,
    PageParameters, PageQuery, TagPath,
};
use crate::problem_responses::{
    AnyKeyProblems, BodyProblems, ContactProblems, KeyProblems, PageProblems, ParameterProblems,
    PreconditionProblems, ServerProblems,
};
use crate::writing::{Told, WriteRequest};

/// Add tags to a contact
///
/// Extension: adds the tags that the contact does not have yet after its other tags, in the order in which they are
/// sent.
#[utoipa::path(
    post,
    path = "/contacts/{contact_id}/tags/",
    operation_id = "add_tags",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        IncludeQuery, ContactBodyHeaders,
    ),
    request_body(content = NewTags, description = "The tags"),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn add_tags(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<NewTags, ContactBodyHeaders>,
) -> Result<Response, ApiError> {
    let operation = |sent: NewTags| WriteOperation::ChangeTags(id, TagChange::Add(sent.tags));
    request.write(company_id, operation, Told::contact).await
}

/// Remove a tag from a contact
///
/// Extension: removes the tag from the contact's tags. A contact without the tag stays as it is, so the request can
/// be sent again.
#[utoipa::path(
    delete,
    path = "/contacts/{contact_id}/tags/{tag}/",
    operation_id = "remove_tag",
    tag = "Extensions",
    params(
        ("contact_id" = inline(ContactId), Path, description = "The ID of the contact"),
        ("tag" = String, Path, description = "The tag, percent-encoded"),
        IncludeQuery, ContactHeaders,
    ),
    responses(
        (status = 200, description = "The contact", body = Contact),
        KeyProblems, ContactProblems, PreconditionProblems, ParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn remove_tag(
    Writer { company_id }: Writer,
    ContactTagPath(id, tag): ContactTagPath,
    request: WriteRequest<(), ContactHeaders>,
) -> Result<Response, ApiError> {
    let operation = |()| WriteOperation::ChangeTags(id, TagChange::Remove(tag));
    request.write(company_id, operation, Told::contact).await
}

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
    ListQuery { caller: Reader { company_id, .. }, query: PageQuery { page_size, cursor }, links }: ListQuery<
        Reader,
        PageQuery<TagCursor>,
    >,
    State(state): State<SharedState>,
) -> Result<Json<TagList>, ApiError> {
    let after = cursor.map(|TagCursor(tag)| tag);
    let page = state.store.run_one(ListTags { company_id, after, size: page_size }).await?;
    let next = links.next(page_size, page.next(|last| TagCursor(last.tag.clone())))?;
    Ok(Json(TagList { results: page.entries, next }))
}

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
    Writer { company_id }: Writer,
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
