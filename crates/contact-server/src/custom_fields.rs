//! The operations on custom fields.

use axum::extract::State;
use axum::response::Response;
use contact_model::custom_field::NewCustomField;
use contact_model::{CustomField, CustomFieldList, CustomFieldRename};
use contact_store::company::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};

use crate::SharedState;
use crate::authentication::{Admin, Reader};
use crate::description::problems::CustomFieldTaken;
use crate::description::responses::Deleted;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{BodyHeaders, CustomFieldPath, NoBody, PlainHeaders, Query};
use crate::json_response::{Json, created, deleted, updated};
use crate::paths;
use crate::writing::WriteRequest;

/// Create a custom field
///
/// Defines a field for which the company's contacts can have values. Needs a key with admin access.
#[utoipa::path(
    post,
    tag = tags::CUSTOM_FIELDS,
    path = paths::CUSTOM_FIELDS,
    params(BodyHeaders),
    request_body(content = NewCustomField, description = "The custom field."),
    responses(
        (status = 201, description = "The created custom field.", body = CustomField),
        CustomFieldTaken,
    ),
)]
pub(crate) async fn create_custom_field(
    Admin { company_id, .. }: Admin,
    request: WriteRequest<NewCustomField, BodyHeaders>,
) -> Result<Response> {
    request.run(None, |field| CreateCustomField { company_id, field }, created).await
}

/// List custom fields
///
/// Lists all custom fields of the company by name. Any valid key may list them.
#[utoipa::path(
    get,
    tag = tags::CUSTOM_FIELDS,
    path = paths::CUSTOM_FIELDS,
    responses((status = 200, description = "The custom fields.", body = CustomFieldList)),
)]
pub(crate) async fn list_custom_fields(
    Reader { company_id, .. }: Reader,
    _: Query<()>,
    State(state): State<SharedState>,
) -> Result<Json<CustomFieldList>> {
    let results = state.store.run(ListCustomFields { company_id }).await?;
    Ok(Json(CustomFieldList { results }))
}

/// Rename a custom field
///
/// Renames a custom field. Contacts keep their values, under the new name. Needs a key with admin access.
#[utoipa::path(
    patch,
    tag = tags::CUSTOM_FIELDS,
    path = paths::CUSTOM_FIELD,
    params(CustomFieldPath, BodyHeaders),
    request_body(content = CustomFieldRename, description = "The new name."),
    responses(
        (status = 200, description = "The renamed custom field.", body = CustomField),
        CustomFieldTaken,
    ),
)]
pub(crate) async fn rename_custom_field(
    Admin { company_id, .. }: Admin,
    CustomFieldPath(id): CustomFieldPath,
    request: WriteRequest<CustomFieldRename, BodyHeaders>,
) -> Result<Response> {
    let origin = request.origin();
    let rename = |rename: CustomFieldRename| RenameCustomField { company_id, id, name: rename.name, origin };
    request.run(None, rename, updated).await
}

/// Delete a custom field
///
/// Deletes the field and all its values. Needs a key with admin access.
#[utoipa::path(
    delete,
    tag = tags::CUSTOM_FIELDS,
    path = paths::CUSTOM_FIELD,
    params(CustomFieldPath, PlainHeaders),
    responses(Deleted),
)]
pub(crate) async fn delete_custom_field(
    Admin { company_id, .. }: Admin,
    CustomFieldPath(id): CustomFieldPath,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response> {
    let origin = request.origin();
    request.run(None, |NoBody| DeleteCustomField { company_id, id, origin }, deleted).await
}
