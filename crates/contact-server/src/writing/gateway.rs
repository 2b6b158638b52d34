//! Performs the writes of a request in the store, at most once for each idempotency key.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use contact_model::{CompanyId, ContactId, KeyedRequest};
use contact_store::company::{Authorization, LockMentionedContacts, StoreOperation};
use contact_store::{
    AtomicError, ContactWrite, Idempotency, Origin, Store, StoreError, WriteOperation, Written,
};

use crate::SharedState;
use crate::error::{ApiError, Result, contacts_named_by};
use crate::extract::{BatchQuery, Prefer, read_operation_id};
use crate::idempotency::{ResponseCipher, replayed, to_stored};
use crate::request_id::RequestId;
use crate::response_budget::Reservation;

/// Performs the writes of one request. If the request has an idempotency key, its response is stored together with the
/// writes, and a repeated request gets the stored response.
pub(crate) struct WriteGateway {
    pub(crate) state: SharedState,
    prefer: Prefer,
    keyed: Option<KeyedRequest>,
    /// How many bytes of responses the company may store.
    quota: u64,
    /// Encrypts the stored response, if it contains a secret.
    cipher: Option<ResponseCipher>,
    /// Who causes the writes.
    pub(crate) origin: Arc<Origin>,
}

/// The results of the writes of a batch, in the order of the writes.
pub(crate) type Outcomes = Vec<Result<Written, StoreError>>;

/// Builds the response of a request from the result `T` of its operation. It may be called more than once, and must
/// then return the same response.
pub(crate) type BuildResponse<T> = Arc<dyn Fn(T) -> Result<Response> + Send + Sync>;

impl WriteGateway {
    /// Returns the gateway of a request with these preferences.
    ///
    /// # Errors
    /// The caller is not authenticated yet, or `Operation-Id` is not an id.
    pub(crate) fn new(parts: &Parts, prefer: Prefer, state: &SharedState) -> Result<Self> {
        let (keyed, quota) = (parts.extensions.get().copied(), state.limits.idempotency_quota);
        let origin = origin_of(parts)?;
        Ok(Self { state: Arc::clone(state), prefer, keyed, quota, cipher: None, origin })
    }

    /// Writes a contact and returns the response.
    pub(crate) async fn write(
        self,
        write: ContactWrite,
        respond: BuildResponse<Written>,
    ) -> Result<Response> {
        let idempotency = match write.operation {
            // The stored response to an erasure must not contain the contact.
            WriteOperation::Erase(_) => self.idempotency(&no_content(), |_| BTreeSet::new()),
            _ => self.idempotency(&respond, |written| BTreeSet::from([written.id])),
        };
        self.response_to(self.store().write_one(ContactWrite { idempotency, ..write }).await, &respond)
    }

    /// Writes the contacts of a batch and returns the response. If it is atomic, all writes are done or none.
    /// Otherwise each is done or refused independently. The reservation grows with what the response contains. Unless
    /// the batch is one transaction, some writes may be done before the database fails.
    pub(crate) async fn write_batch(
        self,
        writes: Vec<ContactWrite>,
        query: BatchQuery,
        reservation: Reservation,
        respond: BuildResponse<Outcomes>,
    ) -> Result<Response> {
        let idempotency = self.idempotency(&respond, contacts_of);
        let size_check = Some(reservation.clone().into_size_check());
        let outcomes = if query.atomic {
            match self.store().write_atomically(writes, idempotency, size_check).await {
                Ok(written) => Ok(written.into_iter().map(Ok).collect()),
                Err(AtomicError::Refused { index, error }) => {
                    return Err(ApiError::InItem { index, error: Box::new(error.into()) });
                }
                Err(AtomicError::WholeSet(failure)) => Err(failure),
            }
        } else if query.is_one_transaction(idempotency.is_some(), self.prefer) {
            self.store().write_in_one_transaction(writes, idempotency, size_check).await
        } else {
            Ok(self.store().write(writes).await)
        };
        Ok((Extension(reservation), self.response_to(outcomes, &respond)?).into_response())
    }

    /// Runs an operation and returns its response. With a cipher, the response is stored encrypted.
    pub(crate) async fn run<O: StoreOperation>(
        self,
        operation: O,
        cipher: Option<ResponseCipher>,
        respond: BuildResponse<O::Output>,
    ) -> Result<Response> {
        let gateway = Self { cipher, ..self };
        let result = match gateway.idempotency(&respond, |_| BTreeSet::new()) {
            Some(idempotency) => gateway.store().run_once(operation, idempotency).await,
            None => gateway.store().run(operation).await,
        };
        gateway.response_to(result, &respond)
    }

    /// Does work that takes many transactions, and returns the response. If a response to an idempotency key is
    /// already stored, the work does not begin. Otherwise the response is stored when all of the work is done. If the
    /// work is interrupted, nothing is stored and the same request does the work again, so the work must be safe to
    /// repeat.
    pub(crate) async fn run_in_pieces<T: Clone + Send + Sync + 'static>(
        self,
        company_id: CompanyId,
        work: impl Future<Output = Result<T, StoreError>>,
        respond: BuildResponse<T>,
    ) -> Result<Response> {
        let Some(probe) = self.idempotency(&no_content(), |_| BTreeSet::new()) else {
            return respond(work.await?);
        };
        // This operation does nothing. Only the idempotency key matters, with which it is run.
        let nothing = LockMentionedContacts { company_id, mentioned: BTreeSet::new(), requested: None };
        // This is a dry run, so it stores nothing. It only finds out whether a response is stored.
        if let Err(error) = self.state.dry_run_store.run_once(nothing.clone(), probe).await {
            return self.response_to(Err(error), &respond);
        }
        let result = work.await?;
        // The work is done, so its short response is stored even if the company has used up its quota.
        let gateway = Self { quota: u64::MAX, ..self };
        gateway.run(nothing, None, Arc::new(move |_| respond(result.clone()))).await
    }

    /// Returns the store that the request writes to.
    fn store(&self) -> &Store {
        if self.prefer.is_dry_run() { &self.state.dry_run_store } else { &self.state.store }
    }

    /// Returns what the store needs to do the operation only once; `None` if the request has no idempotency key.
    /// `contacts` returns the contacts that the response contains data of.
    fn idempotency<T: 'static>(
        &self,
        respond: &BuildResponse<T>,
        contacts: fn(&T) -> BTreeSet<ContactId>,
    ) -> Option<Idempotency<T>> {
        let request = self.keyed?;
        let (respond, cipher) = (Arc::clone(respond), self.cipher.clone());
        let build_response = move |result| {
            let contacts = contacts(&result);
            let response = to_stored(respond(result).into_response(), contacts)?;
            match &cipher {
                Some(cipher) => cipher.encrypt(&request, response),
                None => Ok(response),
            }
        };
        Some(Idempotency { request, build_response: Arc::new(build_response), quota: self.quota })
    }

    /// Returns the response to the result of an operation, or the stored response if the operation was done before.
    fn response_to<T>(&self, outcome: Result<T, StoreError>, respond: &BuildResponse<T>) -> Result<Response> {
        match (outcome, &self.cipher, &self.keyed) {
            (Ok(result), ..) => respond(result),
            (Err(StoreError::AlreadyDone(stored)), Some(cipher), Some(request)) => {
                // Another API key of the company has used this idempotency key. For the caller it is a different
                // request, which needs an idempotency key of its own.
                replayed(&cipher.decrypt(request, &stored).ok_or(StoreError::KeyReused)?)
            }
            (Err(StoreError::AlreadyDone(stored)), ..) => replayed(&stored),
            (Err(error), ..) => Err(error.into()),
        }
    }
}

/// Returns who causes the writes of a request.
fn origin_of(parts: &Parts) -> Result<Arc<Origin>> {
    let (Some(authorization), Some(RequestId(request_id))) =
        (parts.extensions.get::<Authorization>(), parts.extensions.get::<RequestId>())
    else {
        return Err(ApiError::internal("a request writes, but has no caller or no id"));
    };
    let (key_id, request_id) = (Some(authorization.key_id), Some(request_id.clone()));
    Ok(Arc::new(Origin { key_id, request_id, operation_id: read_operation_id(&parts.headers)? }))
}

fn no_content<T>() -> BuildResponse<T> {
    Arc::new(|_| Ok(StatusCode::NO_CONTENT.into_response()))
}

/// Returns the contacts that the response to a batch contains data of.
fn contacts_of(outcomes: &Outcomes) -> BTreeSet<ContactId> {
    let contacts = |outcome: &Result<Written, StoreError>| match outcome {
        Ok(written) => BTreeSet::from([written.id]),
        Err(refusal) => contacts_named_by(refusal),
    };
    outcomes.iter().flat_map(contacts).collect()
}
