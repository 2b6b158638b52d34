//! The same calls and lists for programs without a runtime.

use std::future::Future;
use std::sync::OnceLock;

use futures::{Stream, StreamExt as _};
use tokio::runtime::{Builder, Runtime};

use crate::operation::Operation;
use crate::{Answer, Call, Error, FromAnswer, Items, Pages};

/// The runtime that drives what is waited for, with one thread of its own. It lasts as long as the program,
/// as the connections in it do.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

fn runtime() -> Result<&'static Runtime, Error> {
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let made = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("contact-client")
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    // Another thread may have been faster; then this one goes.
    Ok(RUNTIME.get_or_init(|| made))
}

fn wait<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    runtime()?.block_on(future)
}

impl<O: Operation, A: FromAnswer> Call<O, A> {
    /// Sends the call and waits for the answer. With the feature `blocking`.
    ///
    /// # Errors
    /// As awaiting it.
    ///
    /// # Panics
    /// Within a runtime, where nothing may block: there a call is awaited.
    pub fn wait(self) -> Result<Answer<A>, Error> {
        wait(self.send())
    }
}

/// Takes one item after the other out of a stream, waiting for each; `None` when the stream has ended, or no
/// runtime could be started for it.
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
    /// The entries one after the other, waiting for each page. With the feature `blocking`.
    ///
    /// # Panics
    /// The iterator panics within a runtime, where nothing may block.
    pub fn wait(self) -> impl Iterator<Item = Result<T, Error>> {
        Waiting(Some(self))
    }
}

impl<L> Pages<L> {
    /// The pages one after the other, waiting for each. With the feature `blocking`.
    ///
    /// # Panics
    /// The iterator panics within a runtime, where nothing may block.
    pub fn wait(self) -> impl Iterator<Item = Result<Answer<L>, Error>> {
        Waiting(Some(self))
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    #[test]
    fn a_list_ends_with_its_first_error_where_no_runtime_can_be_started() {
        let none = || Err(Error::Runtime(std::io::Error::other("no more threads")));
        let mut list = Waiting(Some(stream::iter([Ok(1), Ok(2)])));
        assert!(matches!(list.next_in(runtime()), Some(Ok(1))));
        assert!(matches!(list.next_in(none()), Some(Err(Error::Runtime(_)))));
        assert!(list.next_in(none()).is_none());
        assert!(list.next_in(runtime()).is_none());
    }
}
