//! Webhooks. All calls need an admin key; others fail with [`Forbidden`](contact_model::ProblemType::Forbidden).

use contact_model::{NewWebhook, WebhookId, WebhookReplay, WebhookResend, WebhookUpdate};
use reqwest::Method;

use crate::operation::{
    CreateWebhook, DeleteWebhook, ListWebhookAttempts, ListWebhooks, ReplayWebhook, ResendWebhookChange,
    RotateWebhookSecret, TestWebhook, UpdateWebhook,
};
use crate::{Body, Call, Client};

impl Client {
    /// Lists the company's webhooks without their secrets, the oldest first. Needs an admin key. Awaiting the call returns
    /// one page; [`items`](Call::items) returns a stream of all of them.
    pub fn list_webhooks(&self) -> Call<ListWebhooks> {
        self.call(Method::GET, &["webhooks"])
    }

    /// Creates a webhook. Needs an admin key. Only this response contains its secret.
    pub fn create_webhook(&self, webhook: impl Into<Body<NewWebhook>>) -> Call<CreateWebhook> {
        self.call_with(Method::POST, &["webhooks"], webhook)
    }

    /// Changes a webhook. Needs an admin key.
    pub fn update_webhook(
        &self,
        id: WebhookId,
        update: impl Into<Body<WebhookUpdate>>,
    ) -> Call<UpdateWebhook> {
        self.call_with(Method::PATCH, &["webhooks", &id.to_string()], update)
    }

    /// Deletes a webhook. Needs an admin key.
    pub fn delete_webhook(&self, id: WebhookId) -> Call<DeleteWebhook> {
        self.call(Method::DELETE, &["webhooks", &id.to_string()])
    }

    /// Replaces the secret of a webhook. Needs an admin key. Only this response contains the new secret. Events are also
    /// signed with the previous one for 24 hours.
    pub fn rotate_webhook_secret(&self, id: WebhookId) -> Call<RotateWebhookSecret> {
        self.call(Method::POST, &["webhooks", &id.to_string(), "rotate-secret"])
    }

    /// Sends all changes from a number on to a webhook again. Needs an admin key. A dry run returns the number of changes.
    pub fn replay_webhook(
        &self,
        id: WebhookId,
        replay: impl Into<Body<WebhookReplay>>,
    ) -> Call<ReplayWebhook> {
        self.call_with(Method::POST, &["webhooks", &id.to_string(), "replay"], replay)
    }

    /// Sends one change to a webhook again, and returns how the receiver responded. Needs an admin key.
    pub fn resend_webhook_change(
        &self,
        id: WebhookId,
        resend: impl Into<Body<WebhookResend>>,
    ) -> Call<ResendWebhookChange> {
        self.call_with(Method::POST, &["webhooks", &id.to_string(), "resend"], resend)
    }

    /// Sends a test event to a webhook, and returns how the receiver responded. Needs an admin key.
    pub fn test_webhook(&self, id: WebhookId) -> Call<TestWebhook> {
        self.call(Method::POST, &["webhooks", &id.to_string(), "test"])
    }

    /// Lists the last attempts to send events to a webhook that failed, or that succeeded after a failure, and the changes
    /// that were set aside. Needs an admin key.
    pub fn list_webhook_attempts(&self, id: WebhookId) -> Call<ListWebhookAttempts> {
        self.call(Method::GET, &["webhooks", &id.to_string(), "attempts"])
    }
}
