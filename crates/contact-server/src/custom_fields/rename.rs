//! `PATCH /custom-fields/{custom_field_id}/`

use axum::response::Response;
use contact_model::{CustomField, CustomFieldId, CustomFieldRename};
use contact_store::directory::RenameCustomField;

use crate::answer::Json;
use crate::authentication::Admin;
use crate::error::ApiError;
use crate::extract::{BodyHeaders, CustomFieldPath};
use crate::problem_responses::{
    BodyProblems, CustomFieldNameProblems, CustomFieldProblems, KeyProblems, ServerProblems,
};
use crate::writing::WriteRequest;

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
    Admin(company_id): Admin,
    CustomFieldPath(id): CustomFieldPath,
    request: WriteRequest<CustomFieldRename, BodyHeaders>,
) -> Result<Response, ApiError> {
    let rename = |rename: CustomFieldRename| RenameCustomField { company_id, id, name: rename.name };
    request.run(rename, |headers, renamed| (headers, Json(renamed))).await
}
