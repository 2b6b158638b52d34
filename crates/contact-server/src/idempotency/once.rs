//! How an operation that writes reaches the store: as it is, or once for each idempotency key.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use contact_model::{ContactId, KeyedRequest};
use contact_store::directory::Operation;
use contact_store::{
    AtomicError, Cause, ContactStore, ContactWrite, StoreError, StoredAnswer, WriteOperation, Written,
};

use super::{Seal, replay};
use crate::AppState;
use crate::error::ApiError;
use crate::extract::Prefer;

/// The store, for one request that writes. Where the request has an idempotency key, what it asks for is done
/// once: the answer is stored with it, and given again.
///
/// An answer may be made more than once, so whatever makes it must not change.
pub(crate) struct Once {
    state: AppState,
    prefer: Prefer,
    request: Option<KeyedRequest>,
}

/// What became of the writes of a batch, in their order.
pub(crate) type Outcomes = Vec<Result<Written, StoreError>>;

/// How an operation answers, from what it did.
pub(crate) trait Answer<T>: Fn(T) -> Self::Response + Send + Sync + 'static {
    /// What it answers with.
    type Response: IntoResponse;
}

impl<T, R: IntoResponse, F: Fn(T) -> R + Send + Sync + 'static> Answer<T> for F {
    type Response = R;
}

impl FromRequestParts<AppState> for Once {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, Prefer::of(&parts.headers), state))
    }
}

impl Once {
    /// The way of a request that would like this.
    pub(crate) fn of(parts: &Parts, prefer: Prefer, state: &AppState) -> Self {
        Self { state: state.clone(), prefer, request: parts.extensions.get().copied() }
    }

    /// Runs an operation, and answers for what it did.
    pub(crate) async fn run<O>(
        self,
        operation: O,
        answer: impl Answer<O::Answer>,
    ) -> Result<Response, ApiError>
    where
        O: Operation<Answer: Clone>,
    {
        self.run_as(None, operation, answer).await
    }

    /// Runs an operation and answers for it with a secret, which is stored for the caller's own key alone.
    pub(crate) async fn run_sealed<O>(
        self,
        seal: Seal,
        operation: O,
        answer: impl Answer<O::Answer>,
    ) -> Result<Response, ApiError>
    where
        O: Operation<Answer: Clone>,
    {
        self.run_as(Some(seal), operation, answer).await
    }

    async fn run_as<O>(
        self,
        seal: Option<Seal>,
        operation: O,
        answer: impl Answer<O::Answer>,
    ) -> Result<Response, ApiError>
    where
        O: Operation<Answer: Clone>,
    {
        let store = self.state.store_for(self.prefer);
        let Some(request) = self.request else {
            return Ok(answer(store.run_one(operation).await?).into_response());
        };
        let answer = Arc::new(answer);
        let once = once(request, &answer, |_| BTreeSet::new());
        let once = match seal.clone() {
            Some(seal) => sealed(once, seal),
            None => once,
        };
        match (store.run_once(operation, once).await, seal) {
            (Ok(done), _) => Ok(answer(done).into_response()),
            (Err(StoreError::Answered(stored)), Some(seal)) => {
                // Another of the company's keys asks for something else: a key of its own.
                let open = seal.open(&request, &stored).ok_or(ApiError::KeyReused)?;
                replay::again(&open)
            }
            (Err(refusal), _) => refused(refusal),
        }
    }

    /// Writes a contact, and answers for it.
    pub(crate) async fn write(
        self,
        write: ContactWrite,
        answer: impl Answer<Written>,
    ) -> Result<Response, ApiError> {
        let store = self.state.store_for(self.prefer);
        let Some(request) = self.request else {
            return Ok(answer(store.write_one(write).await?).into_response());
        };
        let answer = Arc::new(answer);
        let once = match write.operation {
            // What is erased leaves nothing behind, not in the answer to its erasure either.
            WriteOperation::Erase(_) => {
                once(request, &Arc::new(|_| StatusCode::NO_CONTENT), |_| BTreeSet::new())
            }
            _ => once(request, &answer, |written| BTreeSet::from([written.contact.id])),
        };
        match store.write_one(ContactWrite { once: Some(once), ..write }).await {
            Ok(written) => Ok(answer(written).into_response()),
            Err(refusal) => refused(refusal),
        }
    }

    /// Writes contacts, each done or refused by itself, and answers for them. Without a key those may be written
    /// that come before a failure of the database.
    pub(crate) async fn write_each(
        self,
        writes: Vec<ContactWrite>,
        answer: impl Answer<Outcomes>,
    ) -> Result<Response, ApiError> {
        let store = self.state.store_for(self.prefer);
        let Some(request) = self.request else {
            return Ok(answer(store.write(writes).await).into_response());
        };
        let answer = Arc::new(answer);
        let once = once(request, &answer, told_of);
        match store.write_once(writes, once).await {
            Ok(outcomes) => Ok(answer(outcomes).into_response()),
            Err(refusal) => refused(refusal),
        }
    }

    /// Writes contacts, all or none, and answers for them.
    pub(crate) async fn write_all_or_none(
        self,
        writes: Vec<ContactWrite>,
        answer: impl Answer<Outcomes>,
    ) -> Result<Response, ApiError> {
        let answer = Arc::new(answer);
        let once = self.request.map(|request| once(request, &answer, told_of));
        match self.state.store_for(self.prefer).write_atomically(writes, once).await {
            Ok(written) => Ok(answer(written.into_iter().map(Ok).collect()).into_response()),
            Err(AtomicError::Refused { index, error }) => {
                Err(ApiError::OfItem { index, error: Box::new(error.into()) })
            }
            Err(AtomicError::Failed(failure)) => refused(failure),
        }
    }
}

/// What is to be done once, and how its answer is stored.
fn once<T: Clone + 'static>(
    request: KeyedRequest,
    answer: &Arc<impl Answer<T>>,
    contacts: impl Fn(&T) -> BTreeSet<ContactId> + Send + Sync + 'static,
) -> contact_store::Once<T> {
    let answer = Arc::clone(answer);
    let answer = move |done: &T| -> Result<StoredAnswer, Cause> {
        replay::to_store(answer(done.clone()).into_response(), contacts(done))
    };
    contact_store::Once { request, answer: Arc::new(answer) }
}

/// The same, its answer stored so that the seal alone opens it.
fn sealed<T: 'static>(once: contact_store::Once<T>, seal: Seal) -> contact_store::Once<T> {
    let contact_store::Once { request, answer } = once;
    let answer = move |done: &T| seal.close(&request, answer(done)?);
    contact_store::Once { request, answer: Arc::new(answer) }
}

/// The contacts that the answer to a batch tells of.
fn told_of(outcomes: &Outcomes) -> BTreeSet<ContactId> {
    let told = |outcome: &Result<Written, StoreError>| match outcome {
        Ok(written) => BTreeSet::from([written.contact.id]),
        Err(refusal) => ApiError::from(refusal.clone()).contacts(),
    };
    outcomes.iter().flat_map(told).collect()
}

/// The answer where nothing was done: the one that was given before, if that is why.
fn refused(refusal: StoreError) -> Result<Response, ApiError> {
    match refusal {
        StoreError::Answered(stored) => replay::again(&stored),
        refusal => Err(refusal.into()),
    }
}
