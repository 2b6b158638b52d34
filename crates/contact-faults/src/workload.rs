//! Clients that write until they are stopped, and record what the server acknowledged.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::client::{Acknowledgement, Client, Outcome, RETRY_PAUSE};
use crate::feed::Feed;
use crate::ledger::{Field, Ledger};
use crate::webhook::Webhook;

/// The contacts of each writer.
const GROUP: usize = 3;

/// How long to wait for the writers before the scenario fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The pause between two checks of the ledger.
const POLL: Duration = Duration::from_millis(2);

/// Writers, a reader of the feed and a webhook, that work on one company.
pub(crate) struct Workload {
    ledger: Arc<Mutex<Ledger>>,
    tasks: JoinSet<Result<()>>,
    feed: Feed,
    webhook: Webhook,
    stop: CancellationToken,
}

impl Workload {
    /// Starts writers. Each request goes to one of the servers; after a request without a response, a writer continues
    /// with the next server.
    ///
    /// # Errors
    /// The webhook cannot be created.
    pub(crate) async fn start(servers: &[Client], writers: usize) -> Result<Self> {
        let webhook = Webhook::create(servers.first().context("there is a server")?).await?;
        let (ledger, stop) = (Arc::<Mutex<Ledger>>::default(), CancellationToken::new());
        let mut tasks = JoinSet::new();
        for number in 0..writers {
            let servers = servers.to_vec();
            let writer = Writer { number, at: number % servers.len(), servers, ledger: Arc::clone(&ledger) };
            tasks.spawn(writer.run(stop.clone()));
        }
        let feed = Feed::follow(servers.to_vec(), stop.clone());
        Ok(Self { ledger, tasks, feed, webhook, stop })
    }

    /// Returns what happened so far.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        lock(&self.ledger)
    }

    /// Waits until the writers have this many further acknowledgements.
    ///
    /// # Errors
    /// A writer fails, or they take too long.
    pub(crate) async fn acknowledge(&mut self, further: u64) -> Result<()> {
        let (target, deadline) = (self.ledger().acknowledged + further, Instant::now() + PATIENCE);
        while self.ledger().acknowledged < target {
            ensure!(Instant::now() < deadline, "the writers get no acknowledgements");
            self.run_for(POLL).await?;
        }
        Ok(())
    }

    /// Lets the writers work for a time.
    ///
    /// # Errors
    /// A writer fails.
    pub(crate) async fn run_for(&mut self, time: Duration) -> Result<()> {
        tokio::select! {
            () = sleep(time) => Ok(()),
            ended = self.tasks.join_next() => ended.context("there are writers")??,
        }
    }

    /// Waits until every writer has an acknowledgement of a request that ended after `begin`, and returns the time that
    /// the last of them took since then.
    ///
    /// # Errors
    /// A writer fails, or takes too long.
    pub(crate) async fn recovery_since(&mut self, begin: Instant) -> Result<Duration> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let recovered = {
                let ledger = self.ledger();
                let times = &ledger.last_success;
                let all = times.len() == self.tasks.len() && times.values().all(|time| *time > begin);
                all.then(|| times.values().max()).flatten().map(|last| *last - begin)
            };
            if let Some(time) = recovered {
                return Ok(time);
            }
            ensure!(Instant::now() < deadline, "the writers do not recover");
            self.run_for(POLL).await?;
        }
    }

    /// Stops the writers, compares everything that is stored with what was acknowledged, and returns what happened.
    ///
    /// # Errors
    /// A write is lost, half done or done twice, or the feed has a gap.
    pub(crate) async fn finish(mut self, client: &Client) -> Result<Ledger> {
        self.stop.cancel();
        let finished = timeout(PATIENCE, async {
            while let Some(ended) = self.tasks.join_next().await {
                ended??;
            }
            anyhow::Ok(())
        });
        finished.await.context("the writers do not end")??;
        let changes = self.feed.finish(client).await?;
        let ledger = std::mem::take(&mut *lock(&self.ledger));
        ledger.check_contacts(client).await?;
        ledger.check_changes(&changes)?;
        self.webhook.check(&changes).await?;
        Ok(ledger)
    }
}

fn lock(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client that updates its own contacts, one request after the other.
struct Writer {
    number: usize,
    servers: Vec<Client>,
    /// The server of the next request.
    at: usize,
    ledger: Arc<Mutex<Ledger>>,
}

impl Writer {
    async fn run(mut self, stop: CancellationToken) -> Result<()> {
        let mut contacts = Vec::new();
        for _ in 0..GROUP {
            contacts.push(self.create().await?);
        }
        lock(&self.ledger).groups.push(contacts.clone());
        let mut number = 0;
        while !stop.is_cancelled() {
            number += 1;
            match number % 8 {
                0 => _ = self.create().await?,
                4 => self.update_all(&contacts, number).await?,
                _ => self.update(&contacts[number as usize % GROUP], number).await?,
            }
        }
        Ok(())
    }

    /// Creates a contact by a request with an idempotency key, which is repeated until it succeeds.
    async fn create(&mut self) -> Result<String> {
        let key = format!("{:032x}", rand::random::<u128>());
        loop {
            if let Some(done) = self.send(Method::POST, "/contacts/", &json!({}), Some(&key)).await? {
                lock(&self.ledger).created += 1;
                return done.created_contact();
            }
        }
    }

    /// Updates one contact.
    async fn update(&mut self, contact: &String, number: u64) -> Result<()> {
        let path = format!("/contacts/{contact}/");
        let body = json!({ "notes": number.to_string() });
        self.set(Method::PATCH, &path, &body, std::slice::from_ref(contact), Field::Notes, number).await
    }

    /// Updates all contacts of the writer by an atomic batch.
    async fn update_all(&mut self, contacts: &[String], number: u64) -> Result<()> {
        let item = |id: &String| json!({ "op": "update", "id": id, "business_name": number.to_string() });
        let body = json!({ "items": contacts.iter().map(item).collect::<Vec<Value>>() });
        self.set(Method::POST, "/contacts/batch/?atomic=true", &body, contacts, Field::BusinessName, number)
            .await
    }

    async fn set(
        &mut self,
        method: Method,
        path: &str,
        body: &Value,
        contacts: &[String],
        field: Field,
        number: u64,
    ) -> Result<()> {
        lock(&self.ledger).sent(contacts, field, number);
        if self.send(method, path, body, None).await?.is_some() {
            lock(&self.ledger).acknowledged(contacts, field, number);
        }
        Ok(())
    }

    /// Sends a request, and returns the acknowledgement if there is one. Otherwise waits for a moment.
    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: &Value,
        idempotency_key: Option<&str>,
    ) -> Result<Option<Acknowledgement>> {
        let (outcome, time) = self.servers[self.at].send(method, path, Some(body), idempotency_key).await?;
        {
            let mut ledger = lock(&self.ledger);
            ledger.slowest = ledger.slowest.max(time);
            match outcome {
                Outcome::Done(done) => {
                    ledger.acknowledged += 1;
                    ledger.last_success.insert(self.number, Instant::now());
                    return Ok(Some(done));
                }
                Outcome::Refused => ledger.refused += 1,
                Outcome::Unanswered => {
                    ledger.unanswered += 1;
                    self.at = (self.at + 1) % self.servers.len();
                }
            }
        }
        sleep(RETRY_PAUSE).await;
        Ok(None)
    }
}
