//! `GET /changes/verify/`

use axum::extract::State;
use contact_model::Parameters;
use contact_model::changes::LogHash;
use contact_store::company::HashOfChange;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::SharedState;
use crate::authentication::Reader;
use crate::description::change_parameters::number_of_change;
use crate::description::problems::ChangesRemoved;
use crate::description::tags;
use crate::error::Result;
use crate::extract::{FromQuery, Query};
use crate::json_response::Json;
use crate::paths;

/// The query parameters of a verification.
pub(crate) struct VerifyQuery {
    at: Option<i64>,
}

impl FromQuery for VerifyQuery {
    fn read(parameters: &mut Parameters) -> Self {
        Self { at: parameters.number_of_change("at") }
    }
}

impl IntoParams for VerifyQuery {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "The number of a change, 0 for the beginning. Without it, the response is about the latest change.";
        vec![number_of_change("at", text)]
    }
}

/// Verify a copy of the changes
///
/// Returns the hash of a change, which is computed from that change and all changes before it. A copy whose change with
/// this number has the same hash has missed nothing up to there.
#[utoipa::path(
    get,
    tag = tags::HISTORY,
    path = paths::CHANGES_VERIFY,
    params(VerifyQuery),
    responses((status = 200, description = "The hash of the change.", body = LogHash), ChangesRemoved),
)]
pub(crate) async fn verify_changes(
    Reader { company_id, .. }: Reader,
    Query { value: VerifyQuery { at }, .. }: Query<VerifyQuery>,
    State(state): State<SharedState>,
) -> Result<Json<LogHash>> {
    Ok(Json(state.store.run(HashOfChange { company_id, sequence: at }).await?))
}
