//! Webhooks: addresses to which the server sends the changes of a company. Extension.

pub mod address;
mod attempt;
mod event;
mod filter;
mod requests;
mod responses;
mod schedule;
mod secret;

pub use attempt::{AttemptResult, WebhookAttempt, WebhookOutcome};
pub use event::{MAX_EVENT, OmittedValues, WebhookEvent, WebhookEventType, event_id};
pub use filter::WebhookFilter;
pub use requests::{NewWebhook, WebhookReplay, WebhookResend, WebhookUpdate};
pub use responses::{
    CreatedWebhook, RotatedWebhookSecret, SetAsideChange, Webhook, WebhookAttemptList, WebhookList,
    WebhookReplayed,
};
pub use schedule::{BackOff, DeliveryState, MAX_REFUSALS, NextStep};
pub use secret::WebhookSecret;
