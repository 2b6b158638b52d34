//! Whether the server lives, and whether it can answer.

use axum::extract::State;
use contact_store::ContactStore;

use crate::AppState;
use crate::error::ApiError;

/// `/healthz`: the process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `/readyz`: the database answers.
pub(crate) async fn ready(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    state.store.check().await?;
    Ok("ready\n")
}
