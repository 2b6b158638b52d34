//! The responses that describe the webhooks of a company.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::WebhookAttempt;
use super::secret::{WebhookSecret, parse, reveal};
use crate::changes::ChangeAction;
use crate::{Timestamp, WebhookId};

/// A webhook, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Webhook {
    /// The id of the webhook.
    #[schema(value_type = uuid::Uuid)]
    pub id: WebhookId,
    /// The URL that events are sent to.
    #[schema(format = "uri")]
    pub url: String,
    /// The actions whose changes are sent, or null for all.
    #[schema(required)]
    pub actions: Option<Vec<ChangeAction>>,
    /// The fields of which an updated contact must have changed at least one, or null for all except `last_activity`.
    #[schema(required)]
    pub fields: Option<Vec<String>>,
    /// Whether events are sent.
    pub active: bool,
    /// When the webhook was created.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    /// The number of the last change that was sent or not selected. The next event is that of a later change.
    pub sequence: i64,
    /// The failed attempts since the last success, or since a change was set aside.
    pub failures: u32,
    /// When the first attempt since the last success failed, or null if none did.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub failing_since: Option<Timestamp>,
    /// When an event is sent again after a failure, or null if none failed.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub next_attempt_at: Option<Timestamp>,
    /// When the server disabled the webhook, or null if it did not.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub disabled_at: Option<Timestamp>,
    /// Why the server disabled the webhook, or null if it did not.
    #[schema(required)]
    pub disabled_reason: Option<String>,
    /// Until when requests are also signed with the previous secret, or null if there is none.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub previous_secret_until: Option<Timestamp>,
}

/// A page of a company's webhooks, sorted by id, which puts the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "id": "018bab2f-0000-7c31-9a55-7b1d0c5e0d44",
        "url": "https://example.com/contacts",
        "actions": null,
        "fields": ["email"],
        "active": true,
        "created_at": "2023-11-07T05:31:56Z",
        "sequence": 1042,
        "failures": 0,
        "failing_since": null,
        "next_attempt_at": null,
        "disabled_at": null,
        "disabled_reason": null,
        "previous_secret_until": null
    }],
    "next": null,
    "next_cursor": null
}))]
pub struct WebhookList {
    /// The webhooks, including inactive ones.
    pub results: Vec<Webhook>,
    /// The URL of the next page, as a path or absolute, or null on the last page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A webhook that was just created, with its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-0000-7c31-9a55-7b1d0c5e0d44",
    "url": "https://example.com/contacts",
    "actions": null,
    "fields": ["email"],
    "active": true,
    "created_at": "2023-11-07T05:31:56Z",
    "sequence": 1042,
    "failures": 0,
    "failing_since": null,
    "next_attempt_at": null,
    "disabled_at": null,
    "disabled_reason": null,
    "previous_secret_until": null,
    "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
}))]
pub struct CreatedWebhook {
    /// The webhook as lists show it.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The secret with which its requests are signed. It is returned only once.
    #[serde(serialize_with = "reveal", deserialize_with = "parse")]
    #[schema(value_type = String, pattern = "^whsec_[0-9A-Za-z+/]{43}=$")]
    pub secret: WebhookSecret,
}

/// The new secret of a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "018bab2f-0000-7c31-9a55-7b1d0c5e0d44",
    "secret": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "previous_secret_until": "2023-11-08T05:31:56Z"
}))]
pub struct RotatedWebhookSecret {
    /// The id of the webhook.
    #[schema(value_type = uuid::Uuid)]
    pub id: WebhookId,
    /// The new secret. It is returned only once.
    #[serde(serialize_with = "reveal", deserialize_with = "parse")]
    #[schema(value_type = String, pattern = "^whsec_[0-9A-Za-z+/]{43}=$")]
    pub secret: WebhookSecret,
    /// Until when requests are also signed with the previous secret.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub previous_secret_until: Timestamp,
}

/// The changes that are sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "from": 1042, "count": 17 }))]
pub struct WebhookReplayed {
    /// The number of the first change that is sent. It is later than requested if earlier changes were removed.
    pub from: i64,
    /// The number of changes from there to the latest one. The webhook gets those that it selects.
    pub count: i64,
}

/// The last attempts to send events to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "at": "2023-11-07T05:31:56Z",
        "sequence": 1042,
        "outcome": "failed",
        "status": 503,
        "error": "the response has the status 503",
        "duration_ms": 31
    }],
    "set_aside": []
}))]
pub struct WebhookAttemptList {
    /// The last 100 attempts that failed, or that succeeded after a failure, the latest first.
    pub results: Vec<WebhookAttempt>,
    /// The last 100 changes that the receiver refused ten times, the latest first.
    pub set_aside: Vec<SetAsideChange>,
}

/// A change that the receiver of a webhook refused, so that it was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAsideChange {
    /// The number of the change.
    pub sequence: i64,
    /// When it was set aside.
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub at: Timestamp,
}
