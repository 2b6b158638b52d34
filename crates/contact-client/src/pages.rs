//! Lists as streams of pages and of entries.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};

use crate::operation::Lists;
use crate::page::Page;
use crate::seen_cursors::SeenCursors;
use crate::{Call, Error, Response};

/// A [`Stream`] of the entries of a list. It requests each page when the entries of the previous one are used up, and ends
/// after the last entry or the first error. The stream of [`Client::follow_changes`](crate::Client::follow_changes) ends
/// only after an error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T>(BoxStream<'static, Result<T, Error>>);

/// A [`Stream`] of the pages of a list. It requests each page when it is polled, and ends after the last page or the first
/// error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<L>(BoxStream<'static, Result<Response<L>, Error>>);

impl<T> Items<T> {
    pub(crate) fn new(items: BoxStream<'static, Result<T, Error>>) -> Self {
        Self(items)
    }
}

impl<O: Lists> Call<O>
where
    O::Response: Page,
{
    /// Returns the entries of the list, from the first page of the call to the last page of the list.
    pub fn items(self) -> Items<<O::Response as Page>::Entry> {
        let entries =
            self.pages().map_ok(|page| stream::iter(page.into_body().into_entries().into_iter().map(Ok)));
        Items(entries.try_flatten().boxed())
    }

    /// Returns the pages of the list, from the first page of the call to the last page of the list.
    pub fn pages(self) -> Pages<O::Response> {
        self.walk(|call, _| call)
    }

    /// Returns the pages of the list. Before each request, `size` receives the number of entries so far and returns the
    /// size of the next page. For example, a program that reads the first 150 entries can request pages of 100 and 50,
    /// and continue later at the cursor of the second page.
    pub fn pages_of_size(self, size: impl Fn(u64) -> u16 + Send + Sync + 'static) -> Pages<O::Response> {
        self.walk(move |call, read| call.page_size(size(read)))
    }

    fn walk(self, set_size: impl Fn(Self, u64) -> Self + Send + Sync + 'static) -> Pages<O::Response> {
        let mut seen = SeenCursors::default();
        if let Some(first) = self.first_cursor() {
            seen.add(&first);
        }
        let set_size = Arc::new(set_size);
        let pages = stream::try_unfold((Some(self), 0, seen), move |(call, read, mut seen)| {
            let set_size = Arc::clone(&set_size);
            async move {
                let Some(call) = call else { return Ok(None) };
                let response = set_size(call.clone(), read).send_raw().await?;
                let page: Response<O::Response> = response.clone().parse()?;
                let next = page.body().next_cursor();
                if next.as_ref().is_some_and(|next| !seen.add(next)) {
                    let reason = "the pages of the list form a cycle: a cursor was returned twice";
                    return Err(response.into_unexpected(reason.to_owned()));
                }
                let read = read + page.body().entries().len() as u64;
                // Only the cursor is used, not the URL of the next page, so that the API key is sent to no other server.
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
    type Item = Result<Response<L>, Error>;

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
