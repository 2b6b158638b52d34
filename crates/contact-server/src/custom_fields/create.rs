//! `POST /custom-fields/`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contact_model::CustomField;
use contact_model::custom_field::NewCustomField;
use contact_store::ContactStore;
use contact_store::directory::CreateCustomField;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Admin;
use crate::contacts::ignored_fields;
use crate::error::ApiError;
use crate::extract::{Body, BodyHeaders, Prefer};
use crate::problem_responses::{BodyProblems, CustomFieldNameProblems, KeyProblems, ServerProblems};

/// Define a custom field
///
/// Extension: from now on contacts of the company take values under its name. Needs a key with admin
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
    prefer: Prefer,
    State(state): State<AppState>,
    Body(field): Body<NewCustomField>,
) -> Result<(StatusCode, HeaderMap, Json<CustomField>), ApiError> {
    let created = state.store.run_one(CreateCustomField { company_id, field: field.value }).await?;
    Ok((
        StatusCode::CREATED,
        prefer.name_followed::<BodyHeaders>(ignored_fields(&field.ignored)),
        Json(created),
    ))
}
