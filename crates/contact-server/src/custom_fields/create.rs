//! `POST /custom-fields/`

use axum::http::StatusCode;
use axum::response::Response;
use contact_model::CustomField;
use contact_model::custom_field::NewCustomField;
use contact_store::directory::CreateCustomField;

use crate::answer::Json;
use crate::authentication::Admin;
use crate::error::ApiError;
use crate::extract::BodyHeaders;
use crate::problem_responses::{BodyProblems, CustomFieldNameProblems, KeyProblems, ServerProblems};
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
    Admin(company_id): Admin,
    request: WriteRequest<NewCustomField, BodyHeaders>,
) -> Result<Response, ApiError> {
    let create = |field| CreateCustomField { company_id, field };
    request.run(create, |headers, created| (StatusCode::CREATED, headers, Json(created))).await
}
