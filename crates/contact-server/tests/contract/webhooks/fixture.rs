//! A company with webhooks on a server that sends changes at once.

use std::sync::Arc;
use std::time::Duration;

use contact_model::clock::SystemClock;
use contact_model::webhooks::{BackOff, WebhookSecret};
use contact_model::{Access, ContactId};
use contact_server::WebhookOptions;
use contact_testing::{Backend, Received, ScriptedServer, TEST_TIMEOUT, TestCompany, TestServer};
use serde_json::{Value, json};

/// Options with short times, so that tests are fast.
pub(super) fn fast() -> WebhookOptions {
    WebhookOptions {
        allow_private: true,
        back_off: BackOff {
            first: Duration::from_millis(20),
            longest: Duration::from_millis(100),
            ..BackOff::default()
        },
        poll_interval: Duration::from_millis(10),
        ..WebhookOptions::default()
    }
}

/// A company, with a key of admin access.
pub(super) struct Hooked {
    pub(super) company: TestCompany,
}

/// A webhook.
#[derive(Clone)]
pub(super) struct Hook {
    pub(super) path: String,
    pub(super) secret: WebhookSecret,
}

impl Hooked {
    pub(super) async fn start(backend: Backend, options: WebhookOptions) -> Self {
        Self::on(&TestServer::start_with_webhooks(backend, options, Arc::new(SystemClock)).await).await
    }

    pub(super) async fn on(server: &Arc<TestServer>) -> Self {
        Self { company: server.company().await.with_access(Access::Admin).await }
    }

    /// Creates a webhook with this URL and these further keys.
    pub(super) async fn hook(&self, url: &str, keys: Value) -> Hook {
        let mut body = keys;
        body["url"] = url.into();
        let response = self.company.post("/webhooks/", body).await;
        assert_eq!(response.status, 201, "{response:#?}");
        let created = response.json();
        Hook {
            path: format!("/webhooks/{}/", created["id"].as_str().unwrap()),
            secret: WebhookSecret::parse(created["secret"].as_str().unwrap()).unwrap(),
        }
    }

    /// Creates a contact, and changes its notes this often.
    pub(super) async fn contact_with_notes(&self, changes: usize) -> ContactId {
        let id = self.company.create(json!({ "full_name": "Jane Doe" })).await;
        self.change_notes(id, changes).await;
        id
    }

    /// Changes the notes of a contact this often.
    pub(super) async fn change_notes(&self, id: ContactId, changes: usize) {
        for _ in 0..changes {
            self.company.update(id, json!({ "notes": format!("{:x}", rand::random::<u64>()) })).await;
        }
    }

    /// Returns the webhook as the list shows it.
    pub(super) async fn listed(&self, hook: &Hook) -> Value {
        let list = self.company.get("/webhooks/").await.json();
        let is_it = |listed: &&Value| hook.path.contains(listed["id"].as_str().unwrap());
        list["results"].as_array().unwrap().iter().find(is_it).cloned().expect("it is listed")
    }

    /// Waits until the list shows the webhook in this state.
    pub(super) async fn wait_for(&self, hook: &Hook, is_reached: impl Fn(&Value) -> bool) -> Value {
        let mut listed = Value::Null;
        let wait = async {
            loop {
                listed = self.listed(hook).await;
                if is_reached(&listed) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(TEST_TIMEOUT, wait).await;
        assert!(waited.is_ok(), "the state is not reached: {listed:#}");
        listed
    }

    /// Returns the outcomes of the attempts, the earliest first.
    pub(super) async fn outcomes(&self, hook: &Hook) -> Vec<String> {
        let attempts = self.company.get(&format!("{}attempts/", hook.path)).await.json();
        let outcomes = attempts["results"].as_array().unwrap().iter().rev();
        outcomes.map(|attempt| attempt["outcome"].as_str().unwrap().to_owned()).collect()
    }
}

/// Waits until the receiver has received this many requests, and returns them.
pub(super) async fn received(receiver: &ScriptedServer, count: usize) -> Vec<Received> {
    let wait = async {
        while receiver.received().len() < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let waited = tokio::time::timeout(TEST_TIMEOUT, wait).await;
    assert!(waited.is_ok(), "{} instead of {count} requests arrive", receiver.received().len());
    receiver.received()
}

/// Returns the numbers of the changes in requests.
pub(super) fn sequences(received: &[Received]) -> Vec<i64> {
    received.iter().map(|request| request.json()["data"]["sequence"].as_i64().unwrap()).collect()
}

/// Returns the value of a header.
pub(super) fn header<'r>(request: &'r Received, name: &str) -> &'r str {
    request.header(name).unwrap_or_else(|| panic!("no header {name} in {request:#?}"))
}

/// Returns the signature that a secret gives to a request.
pub(super) fn signature(secret: &WebhookSecret, request: &Received) -> String {
    let timestamp = header(request, "webhook-timestamp").parse().unwrap();
    secret.sign(header(request, "webhook-id"), timestamp, request.body.as_bytes())
}
