//! Connects an operation that writes to the store. With an idempotency key, the operation is done only once.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use contact_model::{CompanyId, ContactId, KeyedRequest};
use contact_store::company::{LockMentionedContacts, Operation};
use contact_store::{AtomicError, ContactWrite, Idempotency, Store, StoreError, WriteOperation, Written};

use super::{Seal, replay};
use crate::error::{ApiError, PendingProblem};
use crate::extract::Prefer;
use crate::response_budget::Reservation;
use crate::{AppState, SharedState};

/// The access to the store for one request that writes. If the request has an idempotency key, its operation is done
/// only once: its response is stored with the writes, and a repeated request gets the stored response.
///
/// The response may be built more than once, so the function that builds it must always return the same response.
pub(crate) struct Once {
    state: SharedState,
    prefer: Prefer,
    request: Option<KeyedRequest>,
}

/// The results of the writes of a batch, in the order of the writes.
pub(crate) type Outcomes = Vec<Result<Written, StoreError>>;

/// Builds the response of an operation from its result.
pub(crate) trait Answer<T>: Fn(T) -> Self::Response + Send + Sync + 'static {
    /// The type of the response.
    type Response: IntoResponse;
}

impl<T, R: IntoResponse, F: Fn(T) -> R + Send + Sync + 'static> Answer<T> for F {
    type Response = R;
}

impl FromRequestParts<SharedState> for Once {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, Prefer::of(&parts.headers), state))
    }
}

impl Once {
    /// Returns the access to the store for a request with these preferences.
    pub(crate) fn of(parts: &Parts, prefer: Prefer, state: &SharedState) -> Self {
        Self { state: state.clone(), prefer, request: parts.extensions.get().copied() }
    }

    /// Returns the state of the server.
    pub(crate) fn state(&self) -> &SharedState {
        &self.state
    }

    /// Runs an operation and returns its response.
    pub(crate) async fn run<O>(
        self,
        operation: O,
        answer: impl Answer<O::Output>,
    ) -> Result<Response, ApiError>
    where
        O: Operation<Output: Clone>,
    {
        let answer = Arc::new(answer);
        let outcome = self.done(operation, self.once(&answer, |_| BTreeSet::new())).await;
        respond(outcome, &*answer)
    }

    /// Runs an operation whose response contains a secret. Only the caller's own API key can open the stored
    /// response.
    pub(crate) async fn run_sealed<O>(
        self,
        seal: Seal,
        operation: O,
        answer: impl Answer<O::Output>,
    ) -> Result<Response, ApiError>
    where
        O: Operation<Output: Clone>,
    {
        let answer = Arc::new(answer);
        let once = self.once(&answer, |_| BTreeSet::new()).map(|once| sealed(once, seal.clone()));
        match (self.done(operation, once).await, self.request) {
            (Err(StoreError::Answered(stored)), Some(request)) => {
                // Another API key of the company has used this idempotency key. For the caller it is a different
                // request, which needs an idempotency key of its own.
                let open = seal.open(&request, &stored).ok_or(ApiError::KeyReused)?;
                replay::again(&open)
            }
            (outcome, _) => respond(outcome, &*answer),
        }
    }

    /// Returns true if the request is a dry run.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.prefer.is_dry_run()
    }

    /// Does work that takes many transactions, and returns the response. If a response to an idempotency key is
    /// already stored, the work does not begin. Otherwise the response is stored when all of the work is done. If the
    /// work is interrupted, nothing is stored and the same request does the work again, so the work must be safe to
    /// repeat.
    pub(crate) async fn run_in_pieces<T: Clone + Send + Sync + 'static>(
        self,
        company_id: CompanyId,
        work: impl Future<Output = Result<T, StoreError>>,
        answer: impl Answer<T>,
    ) -> Result<Response, ApiError> {
        let Some(request) = self.request else { return respond(work.await, &answer) };
        let AppState { store, dry_run_store, .. } = &*self.state;
        let nothing = LockMentionedContacts { company_id, mentioned: BTreeSet::new(), requested: None };
        // This is a dry run, so it stores nothing. It only finds out whether a response is stored.
        let unused = |_| replay::to_store(StatusCode::NO_CONTENT.into_response(), BTreeSet::new());
        let quota = self.state.limits.idempotency_quota;
        let look = Idempotency { request, make_response: Arc::new(unused), quota };
        if let Err(known) = dry_run_store.run_once(nothing.clone(), look).await {
            return respond(Err::<T, _>(known), &answer);
        }
        let done = match work.await {
            Ok(done) => done,
            failed => return respond(failed, &answer),
        };
        let answer = Arc::new(answer);
        let (kept, told) = (Arc::clone(&answer), done.clone());
        let to_store = move |_| replay::to_store(kept(told.clone()).into_response(), BTreeSet::new());
        // The work is done, so its short response is stored even if the company has used up its quota.
        let keep = Idempotency { request, make_response: Arc::new(to_store), quota: u64::MAX };
        respond(store.run_once(nothing, keep).await.map(|_| done), &*answer)
    }

    /// Writes a contact and returns the response.
    pub(crate) async fn write(
        self,
        write: ContactWrite,
        answer: impl Answer<Written>,
    ) -> Result<Response, ApiError> {
        let answer = Arc::new(answer);
        let once = match write.operation {
            // An erased contact leaves nothing behind, not even in the response to its erasure.
            WriteOperation::Erase(_) => self.once(&Arc::new(|_| StatusCode::NO_CONTENT), |_| BTreeSet::new()),
            _ => self.once(&answer, |written| BTreeSet::from([written.id])),
        };
        respond(self.store().write_one(ContactWrite { idempotency: once, ..write }).await, &*answer)
    }

    /// Writes contacts, each of which is done or refused independently, and returns the response. The reservation
    /// grows with what the response shows. If there is no idempotency key and the response shows no contacts, some
    /// writes may be done before the database fails.
    pub(crate) async fn write_each(
        self,
        writes: Vec<ContactWrite>,
        reservation: Reservation,
        answer: impl Answer<Outcomes>,
    ) -> Result<Response, ApiError> {
        let answer = Arc::new(answer);
        let room = reservation.clone().into_room();
        // If the response would be too large, the whole batch is refused. Therefore it is done in one transaction.
        let outcome = if self.request.is_some() || self.prefer.contact() {
            self.store().write_together(writes, self.once(&answer, told_of), Some(room)).await
        } else {
            Ok(self.store().write(writes).await)
        };
        Ok(reservation.attach_to(respond(outcome, &*answer)?))
    }

    /// Writes all contacts or none, and returns the response. The reservation grows as in [`Once::write_each`].
    pub(crate) async fn write_all_or_none(
        self,
        writes: Vec<ContactWrite>,
        reservation: Reservation,
        answer: impl Answer<Outcomes>,
    ) -> Result<Response, ApiError> {
        let answer = Arc::new(answer);
        let (once, room) = (self.once(&answer, told_of), reservation.clone().into_room());
        let outcome = match self.store().write_atomically(writes, once, Some(room)).await {
            Ok(written) => Ok(written.into_iter().map(Ok).collect()),
            Err(AtomicError::Refused { index, error }) => {
                return Err(ApiError::OfItem { index, error: Box::new(error.into()) });
            }
            Err(AtomicError::Failed(failure)) => Err(failure),
        };
        Ok(reservation.attach_to(respond(outcome, &*answer)?))
    }

    /// Returns the store that the request writes to.
    fn store(&self) -> &Store {
        if self.prefer.is_dry_run() { &self.state.dry_run_store } else { &self.state.store }
    }

    /// Runs an operation. With `once`, the operation is done only once.
    async fn done<O>(
        &self,
        operation: O,
        once: Option<Idempotency<O::Output>>,
    ) -> Result<O::Output, StoreError>
    where
        O: Operation<Output: Clone>,
    {
        match once {
            Some(once) => self.store().run_once(operation, once).await,
            None => self.store().run_one(operation).await,
        }
    }

    /// Returns what the store needs to do the operation only once: the request and the function that builds its
    /// stored response. Returns `None` if the request has no idempotency key. `contacts` returns the contacts that
    /// the response names.
    fn once<T: 'static>(
        &self,
        answer: &Arc<impl Answer<T>>,
        contacts: impl Fn(&T) -> BTreeSet<ContactId> + Send + Sync + 'static,
    ) -> Option<Idempotency<T>> {
        let request = self.request?;
        let answer = Arc::clone(answer);
        let answer = move |done| {
            let contacts = contacts(&done);
            replay::to_store(answer(done).into_response(), contacts)
        };
        Some(Idempotency {
            request,
            make_response: Arc::new(answer),
            quota: self.state.limits.idempotency_quota,
        })
    }
}

/// Seals the stored response, so that only `seal` can open it.
fn sealed<T: 'static>(once: Idempotency<T>, seal: Seal) -> Idempotency<T> {
    let Idempotency { request, make_response, quota } = once;
    let make_response = move |done| seal.close(&request, make_response(done)?);
    Idempotency { request, make_response: Arc::new(make_response), quota }
}

/// Returns the contacts that the response to a batch names.
fn told_of(outcomes: &Outcomes) -> BTreeSet<ContactId> {
    let told = |outcome: &Result<Written, StoreError>| match outcome {
        Ok(written) => BTreeSet::from([written.id]),
        Err(refusal) => PendingProblem::from(ApiError::from(refusal.clone())).contacts,
    };
    outcomes.iter().flat_map(told).collect()
}

/// Returns the response to the result, or the stored response if the operation was done before.
fn respond<T>(outcome: Result<T, StoreError>, answer: &impl Answer<T>) -> Result<Response, ApiError> {
    match outcome {
        Ok(done) => Ok(answer(done).into_response()),
        Err(StoreError::Answered(stored)) => replay::again(&stored),
        Err(refusal) => Err(refusal.into()),
    }
}
