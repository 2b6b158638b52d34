//! The health checks.

use axum::extract::State;

use crate::SharedState;
use crate::error::Result;

/// Responds to `/healthz`, which shows that the process is running.
pub(crate) async fn is_live() -> &'static str {
    "ok\n"
}

/// Responds to `/readyz` with a success if the database can be reached.
pub(crate) async fn is_ready(State(state): State<SharedState>) -> Result<&'static str> {
    state.store.check().await?;
    Ok("ready\n")
}
