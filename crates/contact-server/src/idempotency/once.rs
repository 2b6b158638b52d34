//! How an operation that writes reaches the store: as it is, or once for each idempotency key.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use contact_model::{CompanyId, ContactId, KeyedRequest};
use contact_store::directory::Operation;
use contact_store::{
    AtomicError, ContactStore, ContactWrite, HoldContacts, Once as StoreOnce, Store, StoreError,
    WriteOperation, Written,
};

use super::{Seal, replay};
use crate::AppState;
use crate::error::ApiError;
use crate::extract::Prefer;
use crate::response_budget::Reservation;

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

    /// What the request is answered with the help of.
    pub(crate) fn state(&self) -> &AppState {
        &self.state
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
        let answer = Arc::new(answer);
        let outcome = self.done(operation, self.once(&answer, |_| BTreeSet::new())).await;
        respond(outcome, &*answer)
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
        let answer = Arc::new(answer);
        let once = self.once(&answer, |_| BTreeSet::new()).map(|once| sealed(once, seal.clone()));
        match (self.done(operation, once).await, self.request) {
            (Err(StoreError::Answered(stored)), Some(request)) => {
                // Another of the company's keys asks for something else: a key of its own.
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

    /// Does work that takes many transactions, and answers for it. With a key, the work is not begun if the request
    /// was answered before, and the answer is stored when all of the work is done. If the work is interrupted, nothing
    /// is stored, so the same request does it again: it must be safe to repeat.
    pub(crate) async fn run_in_pieces<T: Clone + Send + Sync + 'static>(
        self,
        company_id: CompanyId,
        work: impl Future<Output = Result<T, StoreError>>,
        answer: impl Answer<T>,
    ) -> Result<Response, ApiError> {
        let Some(request) = self.request else { return respond(work.await, &answer) };
        let store = &self.state.store;
        let nothing = HoldContacts { company_id, named: BTreeSet::new(), asked_for: None };
        // What this stores is undone: it only finds out whether there is an answer.
        let unused = |_| replay::to_store(StatusCode::NO_CONTENT.into_response(), BTreeSet::new());
        let quota = self.state.limits.idempotency_quota;
        let look = StoreOnce { request, answer: Arc::new(unused), quota };
        if let Err(known) = store.dry_run().run_once(nothing.clone(), look).await {
            return respond(Err::<T, _>(known), &answer);
        }
        let done = match work.await {
            Ok(done) => done,
            failed => return respond(failed, &answer),
        };
        let answer = Arc::new(answer);
        let (kept, told) = (Arc::clone(&answer), done.clone());
        let to_store = move |_| replay::to_store(kept(told.clone()).into_response(), BTreeSet::new());
        // The work is done by now, so its short response is stored whatever the company has stored meanwhile.
        let keep = StoreOnce { request, answer: Arc::new(to_store), quota: u64::MAX };
        respond(store.run_once(nothing, keep).await.map(|_| done), &*answer)
    }

    /// Writes a contact, and answers for it.
    pub(crate) async fn write(
        self,
        write: ContactWrite,
        answer: impl Answer<Written>,
    ) -> Result<Response, ApiError> {
        let answer = Arc::new(answer);
        let once = match write.operation {
            // What is erased leaves nothing behind, not in the answer to its erasure either.
            WriteOperation::Erase(_) => self.once(&Arc::new(|_| StatusCode::NO_CONTENT), |_| BTreeSet::new()),
            _ => self.once(&answer, |written| BTreeSet::from([written.id])),
        };
        respond(self.store().write_one(ContactWrite { once, ..write }).await, &*answer)
    }

    /// Writes contacts, each done or refused by itself, and answers for them, within a reservation that grows with what
    /// the response shows. Where neither a key nor contacts in
    /// the answer bind them together, those may be written that come before a failure of the database.
    pub(crate) async fn write_each(
        self,
        writes: Vec<ContactWrite>,
        reservation: Reservation,
        answer: impl Answer<Outcomes>,
    ) -> Result<Response, ApiError> {
        let answer = Arc::new(answer);
        let room = reservation.clone().into_room();
        // What would be answered with too much is refused as a whole, so it is done as one.
        let outcome = if self.request.is_some() || self.prefer.contact() {
            self.store().write_together(writes, self.once(&answer, told_of), Some(room)).await
        } else {
            Ok(self.store().write(writes).await)
        };
        Ok(reservation.attach_to(respond(outcome, &*answer)?))
    }

    /// Writes contacts, all or none, and answers for them, within a reservation as for [`Once::write_each`].
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

    /// The store that it writes to.
    fn store(&self) -> &Store {
        self.state.store_for(self.prefer)
    }

    /// Does an operation, once where that is to be.
    async fn done<O>(&self, operation: O, once: Option<StoreOnce<O::Answer>>) -> Result<O::Answer, StoreError>
    where
        O: Operation<Answer: Clone>,
    {
        match once {
            Some(once) => self.store().run_once(operation, once).await,
            None => self.store().run_one(operation).await,
        }
    }

    /// What is to be done once, and how its answer is stored; nothing where the request has no key.
    fn once<T: 'static>(
        &self,
        answer: &Arc<impl Answer<T>>,
        contacts: impl Fn(&T) -> BTreeSet<ContactId> + Send + Sync + 'static,
    ) -> Option<StoreOnce<T>> {
        let request = self.request?;
        let answer = Arc::clone(answer);
        let answer = move |done| {
            let contacts = contacts(&done);
            replay::to_store(answer(done).into_response(), contacts)
        };
        Some(StoreOnce { request, answer: Arc::new(answer), quota: self.state.limits.idempotency_quota })
    }
}

/// The same, its answer stored so that the seal alone opens it.
fn sealed<T: 'static>(once: StoreOnce<T>, seal: Seal) -> StoreOnce<T> {
    let StoreOnce { request, answer, quota } = once;
    StoreOnce { request, answer: Arc::new(move |done| seal.close(&request, answer(done)?)), quota }
}

/// The contacts that the answer to a batch tells of.
fn told_of(outcomes: &Outcomes) -> BTreeSet<ContactId> {
    let told = |outcome: &Result<Written, StoreError>| match outcome {
        Ok(written) => BTreeSet::from([written.id]),
        Err(refusal) => ApiError::from(refusal.clone()).contacts(),
    };
    outcomes.iter().flat_map(told).collect()
}

/// The answer to what was done, or the one that was given before, if that is why nothing was.
fn respond<T>(outcome: Result<T, StoreError>, answer: &impl Answer<T>) -> Result<Response, ApiError> {
    match outcome {
        Ok(done) => Ok(answer(done).into_response()),
        Err(StoreError::Answered(stored)) => replay::again(&stored),
        Err(refusal) => Err(refusal.into()),
    }
}
