//! `DELETE /custom-fields/{custom_field_id}/`

use axum::http::StatusCode;
use axum::response::Response;
use contact_model::CustomFieldId;
use contact_store::directory::DeleteCustomField;

use crate::authentication::Admin;
use crate::error::ApiError;
use crate::extract::{CustomFieldPath, PlainHeaders};
use crate::problem_responses::{CustomFieldIdProblems, CustomFieldProblems, KeyProblems, ServerProblems};
use crate::writing::WriteRequest;

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
    Admin(company_id): Admin,
    CustomFieldPath(id): CustomFieldPath,
    request: WriteRequest<(), PlainHeaders>,
) -> Result<Response, ApiError> {
    let delete = |()| DeleteCustomField { company_id, id };
    request.run(delete, |headers, _| (StatusCode::NO_CONTENT, headers)).await
}
