//! A reader of the feed of changes, which continues after each fault.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, Outcome, RETRY_PAUSE};

/// A reader in the background.
pub(crate) struct Feed(JoinHandle<Result<Reader>>);

/// What a reader has received.
#[derive(Default)]
struct Reader {
    cursor: Option<String>,
    changes: Vec<Value>,
}

impl Feed {
    /// Reads the changes of a company from the beginning until `stop`. After a request without a response, continues
    /// with the next server.
    pub(crate) fn follow(servers: Vec<Client>, stop: CancellationToken) -> Self {
        Self(tokio::spawn(async move {
            let (mut reader, mut at) = (Reader::default(), 0);
            while !stop.is_cancelled() {
                match reader.read(&servers[at], Duration::from_secs(1)).await? {
                    Outcome::Done(_) => continue,
                    Outcome::Refused => {}
                    Outcome::Unanswered => at = (at + 1) % servers.len(),
                }
                sleep(RETRY_PAUSE).await;
            }
            Ok(reader)
        }))
    }

    /// Reads the rest, verifies the hash of the log, and returns all changes.
    ///
    /// # Errors
    /// The server refused the cursor, or has another hash.
    pub(crate) async fn finish(self, client: &Client) -> Result<Vec<Value>> {
        let mut reader = self.0.await.context("the reader of the feed panicked")??;
        loop {
            match reader.read(client, Duration::ZERO).await? {
                Outcome::Done(done) if done.body["more"] == false => break,
                Outcome::Done(_) => {}
                Outcome::Refused | Outcome::Unanswered => sleep(RETRY_PAUSE).await,
            }
        }
        let verified = client.get("/changes/verify/").await?;
        let last = reader.changes.last().context("there are changes")?;
        if (&verified["sequence"], &verified["hash"]) != (&last["sequence"], &last["hash"]) {
            bail!("the log ends with {verified}, and the feed with {last}");
        }
        Ok(reader.changes)
    }
}

impl Reader {
    /// Reads the next part.
    async fn read(&mut self, server: &Client, wait: Duration) -> Result<Outcome> {
        let after = self.cursor.as_ref().map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let path = format!("/changes/?limit=200&wait={}{after}", wait.as_secs());
        let (mut outcome, _) = server.send(Method::GET, &path, None, None).await?;
        if let Outcome::Done(done) = &mut outcome {
            self.cursor = done.body["cursor"].as_str().map(str::to_owned);
            self.changes.append(done.body["results"].as_array_mut().context("the feed has results")?);
        }
        Ok(outcome)
    }
}
