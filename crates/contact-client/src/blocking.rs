//! Calls and lists for programs without a runtime.

use std::future::Future;
use std::sync::OnceLock;

use futures::{Stream, StreamExt as _};
use tokio::runtime::{Builder, Runtime};

use crate::operation::Operation;
use crate::{Call, Error, FromResponse, Items, Pages, Response};

/// The runtime of all blocking calls, with one thread. It lives as long as the program, because the connections of clients
/// are bound to it.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

fn runtime() -> Result<&'static Runtime, Error> {
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let new = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("contact-client")
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    // If another thread was faster, its runtime is used and this one is dropped.
    Ok(RUNTIME.get_or_init(|| new))
}

fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    runtime()?.block_on(future)
}

impl<O: Operation, T: FromResponse> Call<O, T> {
    /// Sends the call and blocks the thread until there is a response. Requires the feature `blocking`.
    ///
    /// # Errors
    /// Returns the same errors as awaiting the call, and [`Error::Runtime`].
    ///
    /// # Panics
    /// Panics in an asynchronous context, where a thread must not block. Await the call there.
    pub fn wait(self) -> Result<Response<T>, Error> {
        wait(self.send())
    }
}

/// An iterator over a stream. The stream is dropped at its end and after an error.
struct Waiting<S>(Option<S>);

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Waiting<S> {
    fn next_in(&mut self, runtime: Result<&Runtime, Error>) -> Option<Result<T, Error>> {
        let stream = self.0.as_mut()?;
        let next = match runtime {
            Ok(runtime) => runtime.block_on(stream.next()),
            Err(error) => Some(Err(error)),
        };
        if !matches!(next, Some(Ok(_))) {
            self.0 = None;
        }
        next
    }
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for Waiting<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_in(runtime())
    }
}

impl<T> Items<T> {
    /// Returns a blocking iterator over the entries. Requires the feature `blocking`.
    ///
    /// # Panics
    /// The iterator panics in an asynchronous context, where a thread must not block.
    pub fn wait(self) -> impl Iterator<Item = Result<T, Error>> {
        Waiting(Some(self))
    }
}

impl<L> Pages<L> {
    /// Returns a blocking iterator over the pages. Requires the feature `blocking`.
    ///
    /// # Panics
    /// The iterator panics in an asynchronous context, where a thread must not block.
    pub fn wait(self) -> impl Iterator<Item = Result<Response<L>, Error>> {
        Waiting(Some(self))
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[test]
    fn a_list_ends_if_the_runtime_cannot_be_started() {
        let none = || Err(Error::Runtime(std::io::Error::other("no more threads")));
        let mut list = Waiting(Some(stream::iter([Ok(1), Ok(2)])));
        assert!(matches!(list.next_in(runtime()), Some(Ok(1))));
        assert!(matches!(list.next_in(none()), Some(Err(Error::Runtime(_)))));
        assert!(list.next_in(none()).is_none());
        assert!(list.next_in(runtime()).is_none());
    }
}
