//! `GET /whoami/`

use axum::extract::State;
use contact_model::whoami::Whoami;
use contact_store::StoreError;
use contact_store::company::DescribeCaller;

use crate::AppState;
use crate::answer::Json;
use crate::authentication::Caller;
use crate::error::ApiError;
use crate::extract::Query;
use crate::problem_responses::{AnyKeyProblems, NoParameterProblems, ServerProblems};

/// Describe the caller
///
/// Extension: returns the data of the API key that the request was sent with, but not the key itself, and the company
/// that it belongs to. Any valid key may ask.
#[utoipa::path(
    get,
    path = "/whoami/",
    operation_id = "describe_caller",
    tag = "Extensions",
    responses(
        (status = 200, description = "The API key and its company", body = Whoami),
        AnyKeyProblems, NoParameterProblems, ServerProblems,
    ),
)]
pub(crate) async fn whoami(
    Caller(authorization): Caller,
    _: Query<()>,
    State(state): State<AppState>,
) -> Result<Json<Whoami>, ApiError> {
    let caller = DescribeCaller { company_id: authorization.company_id, key_id: authorization.key_id };
    match state.store.run_one(caller).await {
        Ok(whoami) => Ok(Json(whoami)),
        // The key was deleted from the database after the request was authenticated.
        Err(StoreError::ApiKeyNotFound) => Err(ApiError::Unauthorized),
        Err(error) => Err(error.into()),
    }
}
