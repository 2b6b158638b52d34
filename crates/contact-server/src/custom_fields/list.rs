//! `GET /custom-fields/`

use axum::extract::State;
use contact_model::CustomFieldList;
use contact_store::ContactStore;
use contact_store::directory::ListCustomFields;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Reader;
use crate::error::ApiError;
use crate::extract::Query;
use crate::problem_responses::{AnyKeyProblems, NoParameterProblems, ServerProblems};

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
    Reader(company_id): Reader,
    _: Query<()>,
    State(state): State<AppState>,
) -> Result<Json<CustomFieldList>, ApiError> {
    let results = state.store.run_one(ListCustomFields { company_id }).await?;
    Ok(Json(CustomFieldList { results }))
}
