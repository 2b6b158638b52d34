//! The operations on custom fields.

use axum::extract::State;
use axum::response::Response;
use contact_model::custom_field::NewCustomField;
use contact_model::{CustomField, CustomFieldId, CustomFieldList, CustomFieldRename};
use contact_store::company::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};

use crate::SharedState;
use crate::authentication::{Admin, Reader};
use crate::error::ApiError;
use crate::extract::{BodyHeaders, CustomFieldPath, NoBody, PlainHeaders, Query};
use crate::json_response::{Json, created, deleted, updated};
use crate::problem_responses::{
    AnyKeyProblems, BodyProblems, CustomFieldIdProblems, CustomFieldNameProblems, CustomFieldProblems,
    KeyProblems, NoParameterProblems, ServerProblems,
};
use crate::writing::WriteRequest;

/// Define a custom field
///
/// Extension: contacts of the company can then have values under the name of the field. Needs a key with admin
/// access.
#[utoipa::path(
    post,
    path = "/custom-fields/",
    operation_id = "create_custom_field",
    tag = "Extensions",
    params(BodyHeaders),
    request_body(content = NewCustomField, description = "The custom field"),
    responses(
        (status = 201, description = "The custom field, defined", body = CustomField),
        KeyProblems, CustomFieldNameProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn create_custom_field(
    Admin { company_id, .. }: Admin,
    request: WriteRequest<NewCustomField, BodyHeaders>,
) -> Result<Response, ApiError> {
    request.run(|field| CreateCustomField { company_id, field }, created).await
}

/// List the custom fields
///
/// Extension: lists all custom fields of the company by name. Any valid key may list them.
#[utoipa::path(
    get,
    path = "/custom-fields/",
    operation_id = "list_custom_fields",
    tag = "Extensions",
    responses(
        (status = 200, description = "The custom fields", body = CustomFieldList),
        AnyKeyProblems, NoParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn list_custom_fields(
    Reader { company_id, .. }: Reader,
    _: Query<()>,
    State(state): State<SharedState>,
) -> Result<Json<CustomFieldList>, ApiError> {
    let results = state.store.run_one(ListCustomFields { company_id }).await?;
    Ok(Json(CustomFieldList { results }))
}

/// Rename a custom field
///
/// Extension: the values of the field stay, and have the new name. Needs a key with admin access.
#[utoipa::path(
    patch,
    path = "/custom-fields/{custom_field_id}/",
    operation_id = "rename_custom_field",
    tag = "Extensions",
    params(("custom_field_id" = inline(CustomFieldId), Path, description = "The ID of the custom field"), BodyHeaders),
    request_body(content = CustomFieldRename, description = "The new name"),
    responses(
        (status = 200, description = "The custom field, renamed", body = CustomField),
        KeyProblems, CustomFieldProblems, CustomFieldNameProblems, BodyProblems, ServerProblems,
    ),
)]
pub(crate) async fn rename_custom_field(
    Admin { company_id, .. }: Admin,
    CustomFieldPath(id): CustomFieldPath,
    request: WriteRequest<CustomFieldRename, BodyHeaders>,
) -> Result<Response, ApiError> {
    let rename = |rename: CustomFieldRename| RenameCustomField { company_id, id, name: rename.name };
    request.run(rename, updated).await
}

/// Delete a custom field
///
/// Extension: deletes the field and all its values. Needs a key with admin access.
#[utoipa::path(
    delete,
    path = "/custom-fields/{custom_field_id}/",
    operation_id = "delete_custom_field",
    tag = "Extensions",
    params(("custom_field_id" = inline(CustomFieldId), Path, description = "The ID of the custom field"), PlainHeaders),
    responses(
        (status = 204, description = "The custom field and its values are deleted"),
        KeyProblems, CustomFieldProblems, CustomFieldIdProblems, ServerProblems,
    ),
)]
pub(crate) async fn delete_custom_field(
    Admin { company_id, .. }: Admin,
    CustomFieldPath(id): CustomFieldPath,
    request: WriteRequest<NoBody, PlainHeaders>,
) -> Result<Response, ApiError> {
    request.run(|NoBody| DeleteCustomField { company_id, id }, deleted).await
}
