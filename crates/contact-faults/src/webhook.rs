//! A webhook that follows the changes of one field.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use axum::routing::post;
use axum::{Json, Router};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use crate::client::{Client, Outcome, RETRY_PAUSE};
use crate::ledger::Field;

/// The field whose changes are sent: the one of atomic batches.
const FIELD: Field = Field::BusinessName;

/// How long the next event may take to arrive. After a failure, the server waits for at least 5 s before it sends again.
const ARRIVAL: Duration = Duration::from_secs(60);

/// A receiver of events.
pub(crate) struct Webhook {
    /// The numbers of the changes that have arrived, in their order. A change may arrive more than once.
    arrived: Arc<Mutex<Vec<i64>>>,
    _receiver: AbortOnDropHandle<()>,
}

impl Webhook {
    /// Starts a receiver, and creates a webhook for it.
    pub(crate) async fn create(client: &Client) -> Result<Self> {
        let arrived = Arc::<Mutex<Vec<i64>>>::default();
        let receive = {
            let arrived = Arc::clone(&arrived);
            async move |Json(event): Json<Value>| {
                arrived
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(event["data"]["sequence"].as_i64());
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let app = Router::new().route("/", post(receive));
        let receiver = tokio::spawn(async move {
            // The test fails if events do not arrive, so nobody needs the error.
            let _ = axum::serve(listener, app).await;
        });
        let body = json!({ "url": url, "actions": ["updated"], "fields": [FIELD.name()] });
        let (outcome, _) = client.send(Method::POST, "/webhooks/", Some(&body), None).await?;
        let Outcome::Done(_) = outcome else { bail!("the webhook is not created: {outcome:?}") };
        Ok(Self { arrived, _receiver: AbortOnDropHandle::new(receiver) })
    }

    /// Waits until every change that the webhook selects has arrived. Ignores repeated events; the others must be in order.
    ///
    /// # Errors
    /// One does not arrive, or arrives before an earlier one.
    pub(crate) async fn check(&self, changes: &[Value]) -> Result<()> {
        let is_sent = |change: &&Value| !change["changed"][FIELD.name()].is_null();
        let expected: Vec<i64> =
            changes.iter().filter(is_sent).filter_map(|change| change["sequence"].as_i64()).collect();
        let (mut count, mut last_arrival) = (0, Instant::now());
        loop {
            let first_arrivals = self.first_arrivals();
            if first_arrivals.len() > count {
                (count, last_arrival) = (first_arrivals.len(), Instant::now());
            }
            ensure!(
                expected.starts_with(&first_arrivals),
                "the webhook received {first_arrivals:?} instead of {expected:?}"
            );
            if first_arrivals.len() == expected.len() {
                return Ok(());
            }
            ensure!(last_arrival.elapsed() < ARRIVAL, "only {count} of {} events arrive", expected.len());
            sleep(RETRY_PAUSE).await;
        }
    }

    /// Returns the numbers that are greater than all earlier ones.
    fn first_arrivals(&self) -> Vec<i64> {
        let mut newest = 0;
        let arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = |number: &&i64| {
            let is_first = **number > newest;
            newest = newest.max(**number);
            is_first
        };
        arrived.iter().filter(is_first).copied().collect()
    }
}
