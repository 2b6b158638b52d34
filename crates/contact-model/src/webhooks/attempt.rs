//! Attempts to deliver an event.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Timestamp;
use crate::string_enum::string_enum;

/// How a receiver responded to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptResult {
    /// The receiver accepted the event.
    Accepted,
    /// The receiver refused this event.
    Refused,
    /// The receiver wants no events any more.
    Gone,
    /// The receiver could not be reached or did not accept the event at this time.
    Failed {
        /// The time for which it asked the server to wait.
        retry_after: Option<Duration>,
    },
}

impl AttemptResult {
    /// Returns the result of a response with this status. A redirect is a failure, because the target may be an
    /// address that the webhook must not have.
    pub fn of_status(status: u16, retry_after: Option<Duration>) -> Self {
        match status {
            200..=299 => Self::Accepted,
            400 | 422 => Self::Refused,
            410 => Self::Gone,
            _ => Self::Failed { retry_after },
        }
    }
}

string_enum! {
    /// What followed from an attempt to deliver an event.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum WebhookOutcome: "an outcome" {
        /// The receiver accepted the event.
        Delivered = "delivered",
        /// The attempt failed. The event is sent again later.
        Failed = "failed",
        /// The receiver refused the event ten times. The next event follows.
        SetAside = "set_aside",
        /// The attempt failed, and the webhook was disabled.
        Disabled = "disabled",
    }
}

/// An attempt to deliver an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WebhookAttempt {
    /// When the attempt was made.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub at: Timestamp,
    /// The number of the change, or null if the event was a test.
    #[schema(required)]
    pub sequence: Option<i64>,
    /// What followed from the attempt.
    pub outcome: WebhookOutcome,
    /// The status of the response, or null if there was none.
    #[schema(required, minimum = 100, maximum = 999)]
    pub status: Option<u16>,
    /// Why the attempt failed, with the beginning of the response, or null if it did not.
    #[schema(required)]
    pub error: Option<String>,
    /// How long the attempt took, in milliseconds.
    pub duration_ms: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_2xx_is_accepted() {
        let wait = Some(Duration::from_secs(7));
        for (status, expected) in [
            (200, AttemptResult::Accepted),
            (299, AttemptResult::Accepted),
            (301, AttemptResult::Failed { retry_after: wait }),
            (400, AttemptResult::Refused),
            (401, AttemptResult::Failed { retry_after: wait }),
            (410, AttemptResult::Gone),
            (422, AttemptResult::Refused),
            (429, AttemptResult::Failed { retry_after: wait }),
            (500, AttemptResult::Failed { retry_after: wait }),
        ] {
            assert_eq!(AttemptResult::of_status(status, wait), expected, "{status}");
        }
    }
}
