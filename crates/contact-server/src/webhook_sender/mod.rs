//! Sends signed events to webhooks. Nothing here depends on a request to this server.

mod options;
mod resolver;
mod response;
mod sender;

pub(crate) use options::CONCURRENT;
pub use options::WebhookOptions;
pub(crate) use sender::{OutgoingEvent, Sent, WebhookSender};
