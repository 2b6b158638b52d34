//! Lists, page by page or entry by entry.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};

use crate::operation::Lists;
use crate::page::Page;
use crate::seen_cursors::SeenCursors;
use crate::{Answer, Call, Error};

/// The entries of a list, a [`Stream`] that fetches each page when the one before is used up. It ends after
/// the last entry, or after the first error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T>(BoxStream<'static, Result<T, Error>>);

/// The pages of a list, a [`Stream`] that fetches each when it is asked for. It ends after the last page, or
/// after the first error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<L>(BoxStream<'static, Result<Answer<L>, Error>>);

impl<O: Lists> Call<O>
where
    O::Answer: Page,
{
    /// The list from here on, entry by entry.
    pub fn items(self) -> Items<<O::Answer as Page>::Entry> {
        let entries = self.pages().map_ok(|page| stream::iter(page.value.into_entries().into_iter().map(Ok)));
        Items(entries.try_flatten().boxed())
    }

    /// The list from here on, page by page.
    pub fn pages(self) -> Pages<O::Answer> {
        self.walk(|call, _| call)
    }

    /// The list from here on, page by page. Before each page, `size` gets the number of entries so far and returns how many
    /// the page has at most: so a list that is cut off ends with a whole page, and its cursor leads on without a gap.
    pub fn pages_of_size(self, size: impl Fn(u64) -> u16 + Send + Sync + 'static) -> Pages<O::Answer> {
        self.walk(move |call, read| call.page_size(size(read)))
    }

    fn walk(self, ask: impl Fn(Self, u64) -> Self + Send + Sync + 'static) -> Pages<O::Answer> {
        let mut seen = SeenCursors::default();
        if let Some(first) = self.parameter("cursor") {
            seen.add(&first);
        }
        let ask = Arc::new(ask);
        let pages = stream::try_unfold((Some(self), 0, seen), move |(call, read, mut seen)| {
            let ask = Arc::clone(&ask);
            async move {
                let Some(call) = call else { return Ok(None) };
                let received = ask(call.clone(), read).receive().await?;
                let page: Answer<O::Answer> = received.clone().into_answer()?;
                let next = page.next_cursor();
                // The list would go on for ever, with the same entries again and again.
                if let Some(cursor) = next.as_ref().filter(|next| !seen.add(next)) {
                    let reason =
                        format!("the list leads in a circle: it comes to the cursor `{cursor}` again");
                    return Err(received.into_unexpected(reason));
                }
                let read = read + page.entries().len() as u64;
                // The same list from the next cursor on, at this client's own URL: the key goes nowhere else.
                let next = next.map(|cursor| call.cursor(&cursor));
                Ok(Some((page, (next, read, seen))))
            }
        });
        Pages(pages.boxed())
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl<L> Stream for Pages<L> {
    type Item = Result<Answer<L>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next_unpin(context)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Items(..)")
    }
}

impl<L> fmt::Debug for Pages<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages(..)")
    }
}
