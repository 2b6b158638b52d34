//! `GET /changes/`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::{IntoResponse, Response};
use contact_model::Parameters;
use contact_model::changes::{ChangeFeed, ChangeQuery};
use tokio::time::Instant;

use super::event_stream;
use super::feed_reader::FeedReader;
use crate::SharedState;
use crate::authentication::Reader;
use crate::description::change_parameters::ChangeParameters;
use crate::description::problems::{ChangesRemoved, InvalidChangeQuery};
use crate::description::tags;
use crate::error::Result;
use crate::extract::{FromQuery, Query};
use crate::json_response::Json;
use crate::paths;

impl FromQuery for ChangeQuery {
    fn read(parameters: &mut Parameters) -> Self {
        ChangeQuery::read(parameters)
    }
}

/// Read or follow the changes
///
/// Returns the changes of all contacts in the order in which they were committed. Send the `cursor` of a response as
/// `after` of the next request to continue: no change is missed, and none is returned twice. `wait` makes the response
/// wait for the next change. With `Accept: text/event-stream`, the response is a stream of server-sent events that
/// continues with new changes.
#[utoipa::path(
    get,
    tag = tags::HISTORY,
    path = paths::CHANGES,
    params(ChangeParameters),
    responses(
        (status = 200, description = "The changes after the cursor.", content(
            (ChangeFeed = "application/json"),
            (String = "text/event-stream", example = "id: AAAAAAAABBKfhtCBiEx9ZYGXj0M\ndata: {\"sequence\":1042}"),
        )),
        InvalidChangeQuery,
        ChangesRemoved,
    ),
)]
pub(crate) async fn read_changes(
    Reader { company_id, .. }: Reader,
    headers: HeaderMap,
    Query { value: query, .. }: Query<ChangeQuery>,
    State(state): State<SharedState>,
) -> Result<Response> {
    if accepts_events(&headers) {
        return event_stream::respond(state, company_id, &headers, query);
    }
    // The response must be sent before the time for it is over.
    let deadline = Instant::now() + query.wait.min(state.limits.response_timeout / 2);
    let mut changes = (!query.wait.is_zero()).then(|| state.changes.subscribe(company_id));
    let mut reader = FeedReader::new(state, company_id, query);
    loop {
        let part = reader.next().await?;
        if part.entries.is_empty()
            && !part.more
            && let Some(changes) = &mut changes
        {
            let change = changes.wait_for_change_after(part.cursor.sequence);
            if tokio::time::timeout_at(deadline, change).await == Ok(true) {
                continue;
            }
        }
        let feed = ChangeFeed { results: part.entries, cursor: part.cursor, more: part.more };
        return Ok(Json(feed).into_response());
    }
}

/// Returns true if the client accepts a stream of events.
fn accepts_events(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|entry| {
        let media_type = entry.split(';').next().unwrap_or_default().trim();
        media_type.eq_ignore_ascii_case(event_stream::MEDIA_TYPE)
    })
}
