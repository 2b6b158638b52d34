//! Charges a response that is about to be sent.

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderValue;
use axum::response::Response;
use contact_model::CompanyId;
use contact_store::StoreError;
use futures::FutureExt;
use http_body_util::BodyExt;

use super::Reservation;
use crate::error::{ApiError, Result};
use crate::{AppState, authorization_header};

/// The maximum number of bytes of a response that is not charged.
const SMALL: usize = 16 * 1024;

/// Returns true if a response is large enough to be charged. A stream, whose length is not known, is not charged,
/// because only a little of it is in memory at a time.
pub(crate) fn is_charged(response: &Response) -> bool {
    length(response) > SMALL
}

fn length(response: &Response) -> usize {
    let exact = response.body().size_hint().exact().unwrap_or(0);
    usize::try_from(exact).unwrap_or(usize::MAX)
}

/// Charges a response to the company whose API key the request was sent with. Responses without a valid key
/// are static files, which share one buffer. `wrote` is true if the request is a write that succeeded, also as a dry run.
///
/// # Errors
/// The response exceeds the budget, and the request has changed nothing.
pub(crate) async fn charge(
    state: &AppState,
    authorization: Option<&HeaderValue>,
    wrote: bool,
    mut response: Response,
) -> Result<Response> {
    let bytes = length(&response);
    let reservation = match response.extensions_mut().remove::<Reservation>().filter(|_| wrote) {
        Some(reservation) => reservation,
        None => match company_of(state, authorization).await {
            Some(company_id) => state.response_budget.reserve_nothing(company_id),
            None => return Ok(response),
        },
    };
    if wrote {
        // A committed write always gets its response.
        reservation.set(bytes);
    } else if !reservation.grow_to(bytes) {
        return Err(StoreError::NoRoomForResults.into());
    }
    let (parts, body) = response.into_parts();
    // The bodies of responses are in memory, so they can be read without waiting.
    let body =
        body.collect().now_or_never().ok_or_else(|| ApiError::internal("a response is not in memory"))?;
    let bytes = body.map_err(ApiError::internal)?.to_bytes();
    let charged = ChargedBytes { bytes, _reservation: reservation };
    Ok(Response::from_parts(parts, Body::from(Bytes::from_owner(charged))))
}

/// Returns the company of an API key; `None` if the key is not valid or cannot be looked up.
async fn company_of(state: &AppState, authorization: Option<&HeaderValue>) -> Option<CompanyId> {
    let key = authorization_header::read_value(authorization?)?;
    let found = state.keys.find(&key).await.ok()??;
    Some(found.company_id)
}

/// The bytes of a response, which are charged as long as they are in memory.
struct ChargedBytes {
    bytes: Bytes,
    _reservation: Reservation,
}

impl AsRef<[u8]> for ChargedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
