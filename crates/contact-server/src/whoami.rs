//! `GET /whoami/`

use axum::extract::State;
use contact_model::company::Whoami;
use contact_store::StoreError;
use contact_store::company::DescribeCaller;

use crate::SharedState;
use crate::authentication::Reader;
use crate::description::tags;
use crate::error::{ApiError, Result};
use crate::extract::Query;
use crate::json_response::Json;
use crate::paths;

/// Describe the caller
///
/// Returns the API key that the request was sent with, without the key itself, and the company that it belongs to. Any
/// valid key may send the request.
#[utoipa::path(
    get,
    tag = tags::API_KEYS,
    path = paths::WHOAMI,
    responses((status = 200, description = "The API key and its company.", body = Whoami)),
)]
pub(crate) async fn describe_caller(
    Reader { company_id, key_id }: Reader,
    _: Query<()>,
    State(state): State<SharedState>,
) -> Result<Json<Whoami>> {
    match state.store.run(DescribeCaller { company_id, key_id }).await {
        Ok(whoami) => Ok(Json(whoami)),
        // The key was deleted from the database after the request was authenticated.
        Err(StoreError::ApiKeyNotFound) => Err(ApiError::Unauthorized),
        Err(error) => Err(error.into()),
    }
}
