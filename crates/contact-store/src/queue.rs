//! Writes that wait for the database, and how they become sets.

use tokio::sync::{mpsc, oneshot};

use crate::StoreError;
use crate::contacts::write::{ContactWrite, Written};
use crate::set::fail_all;

/// Requests that may wait for the database before further ones are turned away.
pub(crate) const WAITING: usize = 10_000;
/// Writes that one transaction carries at most, unless one request alone brings more.
const SET_SIZE: usize = 256;

/// The answers to a set of writes.
pub(crate) type Answers = Vec<Result<Written, StoreError>>;

/// Writes that one caller waits for.
pub(crate) struct Waiting {
    writes: Vec<ContactWrite>,
    answer: oneshot::Sender<Answers>,
}

impl Waiting {
    /// Writes that wait, and where their answers will arrive.
    pub(crate) fn new(writes: Vec<ContactWrite>) -> (Self, oneshot::Receiver<Answers>) {
        let (answer, answers) = oneshot::channel();
        (Self { writes, answer }, answers)
    }
}

/// Writes of several callers that share a transaction.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) writes: Vec<ContactWrite>,
    callers: Vec<(usize, oneshot::Sender<Answers>)>,
}

impl Gathered {
    /// True where the set takes no further callers.
    pub(crate) fn is_full(&self) -> bool {
        self.writes.len() >= SET_SIZE
    }

    pub(crate) fn add(&mut self, waiting: Waiting) {
        self.callers.push((waiting.writes.len(), waiting.answer));
        self.writes.extend(waiting.writes);
    }

    /// Gives each caller the answers to its writes.
    pub(crate) fn answer(callers: Callers, outcome: Result<Answers, StoreError>) {
        let mut outcome = outcome.map(Vec::into_iter);
        for (count, caller) in callers.0 {
            let answers = match &mut outcome {
                Ok(answers) => answers.by_ref().take(count).collect(),
                Err(failure) => fail_all(count, failure),
            };
            // A caller that went away does not mind; its writes are done all the same.
            let _ = caller.send(answers);
        }
    }

    /// Takes the set apart: what to write, and whom to answer.
    pub(crate) fn into_parts(self) -> (Vec<ContactWrite>, Callers) {
        (self.writes, Callers(self.callers))
    }
}

/// Who waits for the answers to a set.
pub(crate) struct Callers(Vec<(usize, oneshot::Sender<Answers>)>);

/// Waits for the answers to `count` writes that were `sent` to the database's queue.
pub(crate) async fn answers_of<M>(
    count: usize,
    sent: Result<(), mpsc::error::TrySendError<M>>,
    answers: oneshot::Receiver<Answers>,
) -> Answers {
    match sent {
        Ok(()) => match answers.await {
            Ok(answers) => answers,
            Err(_) => fail_all(count, &StoreError::unavailable("the writer stopped")),
        },
        Err(mpsc::error::TrySendError::Full(_)) => fail_all(count, &StoreError::Overloaded),
        Err(mpsc::error::TrySendError::Closed(_)) => {
            fail_all(count, &StoreError::unavailable("the store is closed"))
        }
    }
}
