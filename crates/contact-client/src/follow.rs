//! The changes of contacts as an endless stream.

use std::time::Duration;

use contact_model::changes::{ChangeFeed, ChangeQuery, FeedPosition};
use contact_model::{ChangeEntry, limits};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::{Client, Error, Items};

/// The first pause after a failure. Each further pause doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause, unless the server asks for a longer one.
const MAX_PAUSE: Duration = Duration::from_secs(30);

impl Client {
    /// Returns the changes of all contacts in their order, and then each new change soon after it was made.
    ///
    /// The stream does not end. If the server cannot be reached, it tries again until it can, and continues where it
    /// was. To continue after the program restarts, store
    /// [`ChangeCursor::after`](contact_model::changes::ChangeCursor::after) of the last change that was processed, and
    /// set it as [`ChangeQuery::after`].
    ///
    /// # Errors
    /// The stream ends with an error if the server refuses the request: with
    /// [`ChangesRemoved`](contact_model::ProblemType::ChangesRemoved) if the changes after the cursor are no longer
    /// available. Read the contacts again, and follow the changes from [`FeedPosition::Latest`].
    ///
    /// ```
    /// # use contact_client::Client;
    /// use contact_client::model::changes::{ChangeQuery, FeedPosition};
    /// use futures::TryStreamExt as _;
    ///
    /// # async fn follow(client: Client) -> Result<(), contact_client::Error> {
    /// let from_now_on = ChangeQuery { after: Some(FeedPosition::Latest), ..ChangeQuery::default() };
    /// let mut changes = client.follow_changes(from_now_on);
    /// while let Some(change) = changes.try_next().await? {
    ///     println!("{:?} was {}", change.contact_id, change.action);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow_changes(&self, mut query: ChangeQuery) -> Items<ChangeEntry> {
        query.wait = self.longest_wait();
        let parts = stream::try_unfold((self.clone(), query), |(client, mut query)| async move {
            let feed = read_until_it_works(&client, &query).await?;
            query.after = Some(FeedPosition::After(feed.cursor));
            Ok::<_, Error>(Some((stream::iter(feed.results.into_iter().map(Ok)), (client, query))))
        });
        Items::new(parts.try_flatten().boxed())
    }

    /// Returns the longest time for which the server may wait before it responds.
    fn longest_wait(&self) -> Duration {
        let seconds = self.attempt_timeout().as_secs() / 2;
        Duration::from_secs(seconds.min(limits::FEED_WAIT))
    }
}

/// Reads a part of the changes. Tries again after every failure that may be temporary.
async fn read_until_it_works(client: &Client, query: &ChangeQuery) -> Result<ChangeFeed, Error> {
    let mut pause = FIRST_PAUSE;
    loop {
        match client.read_changes(query).await {
            Ok(response) => return Ok(response.into_body()),
            Err(error) if is_temporary(&error) => {
                let longer = error.retry_after().unwrap_or_default().max(pause);
                tracing::warn!(%error, pause = ?longer, "the changes could not be read; trying again");
                tokio::time::sleep(longer).await;
                pause = MAX_PAUSE.min(pause * 2);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Returns true if the same request may succeed later.
fn is_temporary(error: &Error) -> bool {
    match error {
        Error::Transport(_) | Error::Timeout { .. } => true,
        _ => error.status().is_some_and(|status| status >= 500 || matches!(status, 408 | 429)),
    }
}
