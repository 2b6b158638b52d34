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

/// Takes one item after the other out of a stream, waiting for each.
struct Waiting<S>(S);

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for Waiting<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match runtime() {
            Ok(runtime) => runtime.block_on(self.0.next()),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<T> Items<T> {
    /// The entries one after the other, waiting for each page. With the feature `blocking`.
    ///
    /// # Panics
    /// The iterator panics within a runtime, where nothing may block.
    pub fn wait(self) -> impl Iterator<Item = Result<T, Error>> {
        Waiting(self)
    }
}

impl<L> Pages<L> {
    /// The pages one after the other, waiting for each. With the feature `blocking`.
    ///
    /// # Panics
    /// The iterator panics within a runtime, where nothing may block.
    pub fn wait(self) -> impl Iterator<Item = Result<Answer<L>, Error>> {
        Waiting(self)
    }
}
