//! The feed as a stream of server-sent events.

use std::fmt::Write as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use contact_model::changes::{ChangeCursor, ChangeQuery, FeedPosition};
use contact_model::{ApiKey, CompanyId};
use contact_store::StoreError;
use futures::stream;
use tokio::time::Instant;

use super::feed_reader::{FeedPart, FeedReader};
use super::watch::Subscription;
use crate::error::{ApiError, Result};
use crate::extract::bad_parameter;
use crate::{SharedState, authorization_header};

pub(super) const MEDIA_TYPE: &str = "text/event-stream";
/// The header with the id of the last event that a client received before it reconnected.
pub(crate) const LAST_EVENT_ID: &str = "last-event-id";
/// How often the stream checks that the API key still works.
const KEY_CHECK: Duration = Duration::from_secs(4);
/// How often a stream without events sends a comment, so that proxies do not close the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
const COMMENT: &str = ":\n\n";

/// Returns a response that follows the feed until the client disconnects, its API key stops working, the database fails
/// or the server stops. It holds one part of the feed in memory, and reads the next one when the client has taken it.
pub(super) fn respond(
    state: SharedState,
    company_id: CompanyId,
    headers: &HeaderMap,
    mut query: ChangeQuery,
) -> Result<Response> {
    let key = authorization_header::read(headers).ok_or(ApiError::Unauthorized)?;
    if let Some(id) = headers.get(LAST_EVENT_ID) {
        let position = id.to_str().ok().and_then(|id| id.parse::<ChangeCursor>().ok());
        let position = position.ok_or_else(|| {
            bad_parameter("Last-Event-ID", "Last-Event-ID takes the id of an event of this stream.")
        })?;
        query.after = Some(FeedPosition::After(position));
    }
    let changes = state.changes.subscribe(company_id);
    let reader = FeedReader::new(state, company_id, query);
    let follower = Follower { reader, changes, key, cursor: None, more: true, sent: Instant::now() };
    let events = stream::unfold(Some(follower), |follower| async {
        let mut follower = follower?;
        let events = follower.next().await?;
        Some((Ok::<_, std::convert::Infallible>(events), Some(follower)))
    });
    let content_type = [(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))];
    Ok((content_type, Body::from_stream(events)).into_response())
}

/// The state of a stream.
struct Follower {
    reader: FeedReader,
    changes: Subscription,
    key: ApiKey,
    /// The cursor that the client knows. `None` before the first part.
    cursor: Option<ChangeCursor>,
    /// True if there are changes after the cursor.
    more: bool,
    /// When something was last sent.
    sent: Instant,
}

impl Follower {
    /// Waits for the next events and returns their text. `None` if the stream ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            if !self.key_works().await {
                return None;
            }
            if let Some(cursor) = self.cursor.filter(|_| !self.more) {
                let change = self.changes.wait_for_change_after(cursor.sequence);
                match tokio::time::timeout(KEY_CHECK, change).await {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(_) if self.sent.elapsed() < HEARTBEAT => continue,
                    Err(_) => return Some(self.send(COMMENT.to_owned())),
                }
            }
            let text = match self.reader.next().await {
                Ok(part) => self.events_of(&part),
                Err(StoreError::ChangesRemoved) => {
                    self.reader.skip_to_latest();
                    let latest = self.reader.next().await.ok()?;
                    self.cursor = Some(latest.cursor);
                    self.more = latest.more;
                    format!("id: {}\nevent: resync\ndata: {{}}\n\n", latest.cursor)
                }
                Err(error) => {
                    tracing::warn!(%error, "a stream of changes ends, because they could not be read");
                    return None;
                }
            };
            if !text.is_empty() {
                return Some(self.send(text));
            }
        }
    }

    /// Returns the events of a part. If the filter excludes all of its changes, the text only has the new cursor.
    fn events_of(&mut self, part: &FeedPart) -> String {
        let mut text = String::new();
        for entry in &part.entries {
            // Writing to a string cannot fail, and an entry can always be written as JSON.
            let json = serde_json::to_string(entry).unwrap_or_default();
            let _ = write!(text, "id: {}\ndata: {json}\n\n", ChangeCursor::after(entry));
        }
        let is_first = self.cursor.is_none();
        if is_first || (part.entries.is_empty() && self.cursor != Some(part.cursor)) {
            let _ = write!(text, "id: {}\n\n", part.cursor);
        }
        self.cursor = Some(part.cursor);
        self.more = part.more;
        text
    }

    fn send(&mut self, text: String) -> String {
        self.sent = Instant::now();
        text
    }

    /// Returns true if the API key still works. If the database fails, the next read ends the stream.
    async fn key_works(&self) -> bool {
        let found = self.reader.state.keys.find(&self.key).await;
        found.map_or(true, |found| found.is_some_and(|key| key.company_id == self.reader.company_id))
    }
}
