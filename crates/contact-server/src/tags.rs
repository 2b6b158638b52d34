//! The operations on tags.

use std::sync::Arc;

use axum::response::Response;
use contact_model::{NewTags, RenamedTag, TagCursor, TagList, TagRename};
use contact_store::company::ListTags;
use contact_store::{RenameTag, TagChange, WriteOperation};

use crate::authentication::{Reader, Writer};
use crate::description::list_parameters::PageParameters;
use crate::description::responses::WrittenContact;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{
    BodyHeaders, ContactBodyHeaders, ContactHeaders, ContactPath, ContactTagPath, IncludeQuery, NoBody,
    PageRequest, TagPath,
};
use crate::json_response::{Json, updated};
use crate::paths;
use crate::writing::{ResponseContext, WriteRequest};

/// Add tags to a contact
///
/// Appends the tags that the contact does not have yet, in the order in which they are sent.
#[utoipa::path(
    post,
    tag = tags::TAGS,
    path = paths::CONTACT_TAGS,
    params(ContactPath, IncludeQuery, ContactBodyHeaders),
    request_body(content = NewTags, description = "The tags."),
    responses(WrittenContact),
)]
pub(crate) async fn add_tags(
    Writer { company_id }: Writer,
    ContactPath(id): ContactPath,
    request: WriteRequest<NewTags, ContactBodyHeaders>,
) -> Result<Response> {
    let add = |new: NewTags| WriteOperation::ChangeTags(id, TagChange::Add(new.tags));
    request.write(company_id, add, ResponseContext::contact).await
}

/// Remove a tag from a contact
///
/// Removes the tag from the contact's tags. A contact without the tag is unchanged, so the request can be sent again.
#[utoipa::path(
    delete,
    tag = tags::TAGS,
    path = paths::CONTACT_TAG,
    params(ContactTagPath, IncludeQuery, ContactHeaders),
    responses(WrittenContact),
)]
pub(crate) async fn remove_tag(
    Writer { company_id }: Writer,
    ContactTagPath(id, tag): ContactTagPath,
    request: WriteRequest<NoBody, ContactHeaders>,
) -> Result<Response> {
    let remove = WriteOperation::ChangeTags(id, TagChange::Remove(tag));
    request.write(company_id, |NoBody| remove, ResponseContext::contact).await
}

/// List tags
///
/// Lists the tags of the company's contacts in the order of their code points, each with the number of contacts that
/// have it.
#[utoipa::path(
    get,
    tag = tags::TAGS,
    path = paths::TAGS,
    params(PageParameters),
    responses((status = 200, description = "A page of the tags.", body = TagList)),
)]
pub(crate) async fn list_tags(request: PageRequest<Reader, TagCursor>) -> Result<Json<TagList>> {
    let list = |company_id, cursor, size| ListTags { company_id, cursor, size };
    let (results, next) = request.read(list, |last| TagCursor(last.tag.clone())).await?;
    Ok(Json(TagList { results, next: next.url, next_cursor: next.cursor }))
}

/// Rename a tag
///
/// Renames a tag for all contacts of the company. A contact that has both tags keeps one, in the place of the first of
/// them. The rename is done in several transactions, so that other writes do not wait for all of it. If it is
/// interrupted, some contacts have the new name and some the old one, and the same request, sent again, renames the
/// rest. If no contact has the tag, nothing changes.
#[utoipa::path(
    patch,
    tag = tags::TAGS,
    path = paths::TAG,
    params(TagPath, BodyHeaders),
    request_body(content = TagRename, description = "The new name."),
    responses(
        (status = 200, description = "The new name, and the number of contacts that changed.", body = RenamedTag),
    ),
)]
pub(crate) async fn rename_tag(
    Writer { company_id }: Writer,
    TagPath(from): TagPath,
    request: WriteRequest<TagRename, BodyHeaders>,
) -> Result<Response> {
    let is_dry_run = request.prefer.is_dry_run();
    let (TagRename { name: to }, headers, gateway) = request.into_body()?;
    let rename = RenameTag { company_id, from, to: to.clone(), origin: Arc::clone(&gateway.origin) };
    let renamed = move |changed| Ok(updated(headers.clone(), RenamedTag { tag: to.clone(), changed }));
    let state = Arc::clone(&gateway.state);
    if is_dry_run {
        // A rename would change every contact that has the tag, and refuse none.
        return renamed(rename.would_change(&state.store).await?);
    }
    gateway.run_in_pieces(company_id, rename.run(&state.store), Arc::new(renamed)).await
}
