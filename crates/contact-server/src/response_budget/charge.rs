//! Charges a response that is about to be sent.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderValue;
use axum::response::Response;
use contact_model::CompanyId;
use futures::FutureExt;
use http_body_util::BodyExt;

use super::{Reservation, ResponseBudget};
use crate::error::ApiError;
use crate::{AppState, idempotency};

/// The most bytes of a response that is not charged.
const SMALL: usize = 16 * 1024;

/// The data of a request that decides how its response is charged.
pub(crate) struct Asked {
    /// The API key, as it was sent.
    pub(crate) key: Option<HeaderValue>,
    /// Whether the request only reads, so that it cannot have written anything.
    pub(crate) reads: bool,
}

/// Returns true if a response is large enough to be charged. A stream, whose length is not known, is not charged,
/// because only a little of it is in memory at a time.
pub(crate) fn is_charged(response: &Response) -> bool {
    length(response) > SMALL
}

fn length(response: &Response) -> usize {
    let exact = response.body().size_hint().exact().unwrap_or(0);
    usize::try_from(exact).unwrap_or(usize::MAX)
}

/// Charges a response to the company whose key the request was sent with. A response to anybody else is a file, of
/// which all clients share one copy.
///
/// # Errors
/// The response exceeds the budget, and the request has written nothing.
pub(crate) async fn charge(
    state: &AppState,
    asked: &Asked,
    mut response: Response,
) -> Result<Response, ApiError> {
    let bytes = length(&response);
    let reservation = response.extensions_mut().remove::<Reservation>();
    let wrote = !asked.reads && response.status().is_success() && !idempotency::is_replayed(&response);
    let reservation = match reservation.filter(|_| wrote) {
        Some(reservation) => {
            reservation.set(bytes);
            reservation
        }
        None => {
            let Some(key) = &asked.key else { return Ok(response) };
            let Some(company) = state.keys.company_of(key).await else { return Ok(response) };
            reserve(&state.responses, company, bytes, wrote)?
        }
    };
    let (parts, body) = response.into_parts();
    // The bodies of responses are in memory, so they can be read without waiting.
    let body =
        body.collect().now_or_never().ok_or_else(|| ApiError::internal("a response is not in memory"))?;
    let bytes = body.map_err(ApiError::internal)?.to_bytes();
    Ok(Response::from_parts(
        parts,
        Body::from(Bytes::from_owner(Charged { bytes, _reservation: reservation })),
    ))
}

fn reserve(
    budget: &ResponseBudget,
    company: CompanyId,
    bytes: usize,
    wrote: bool,
) -> Result<Reservation, ApiError> {
    if wrote {
        return Ok(budget.charge(company, bytes));
    }
    budget.reserve(company, bytes).ok_or(ApiError::TooManyUnreadBytes)
}

/// The bytes of a response, which are charged as long as they are in memory.
struct Charged {
    bytes: Bytes,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Charged {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
