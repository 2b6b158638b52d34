//! The queue of contact writes, on either database.

use contact_model::CompanyId;

use super::result_size_check::ResultSizeCheck;
use super::write::{Applied, AtomicError, ContactWrite, SetIdempotency, Written, all_written, written};
use super::write_set::Done;
use super::write_terms::{Bond, Terms};
use crate::StoreError;
use crate::queue::{Answers, Queue, Served};
use crate::set::End;

/// Bytes of contacts that a turn may load and show without an extra charge.
const MUCH: usize = 1024 * 1024;

/// A queue of writes and of jobs of type `J`.
pub(crate) type WriteQueue<J> = Queue<ContactWrite, Applied, Terms, J>;

impl<J> WriteQueue<J> {
    /// Does writes, each independently.
    pub(crate) async fn write(&self, writes: Vec<ContactWrite>, end: End) -> Answers<Written> {
        let terms = Terms { bond: Bond::Free, end, idempotency: None, size_check: None };
        written(self.ask(company_of(&writes), writes, terms).await)
    }

    /// Does all writes or none. With `idempotency`, all of them together are done only once.
    pub(crate) async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
        end: End,
    ) -> Result<Vec<Written>, AtomicError> {
        all_written(
            self.ask_together(writes, Terms { bond: Bond::AllOrNone, end, idempotency, size_check }).await?,
        )
    }

    /// Does writes in one transaction, each independently. With `idempotency`, all of them together are done only once.
    pub(crate) async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        idempotency: Option<SetIdempotency>,
        size_check: Option<ResultSizeCheck>,
        end: End,
    ) -> Result<Answers<Written>, StoreError> {
        self.ask_together(writes, Terms { bond: Bond::Together, end, idempotency, size_check })
            .await
            .map(written)
    }

    /// Charges each company for the bytes that its writes in a set loaded and showed, if they were many. A set that
    /// is refused for its size loaded or showed that much too. It belongs to one company.
    pub(crate) fn charge_for(&self, company: Option<CompanyId>, outcome: &Result<Done, StoreError>) {
        match outcome {
            Ok(done) => {
                for (company, bytes) in done.bytes.iter().filter(|(_, bytes)| **bytes >= MUCH) {
                    self.charge(Some(*company), *bytes);
                }
            }
            Err(StoreError::TooMuchChanged { limit } | StoreError::AnswerTooLarge { limit }) => {
                self.charge(company, *limit);
            }
            Err(_) => {}
        }
    }

    async fn ask_together(&self, writes: Vec<ContactWrite>, terms: Terms) -> Served<Applied> {
        let company = match &terms.idempotency {
            Some(idempotency) => Some(idempotency.request.company_id),
            None if writes.is_empty() => return Ok(Vec::new()),
            None => company_of(&writes),
        };
        self.ask_whole(company, writes, terms).await
    }
}

/// Returns the company whose turn the writes take.
pub(crate) fn company_of(writes: &[ContactWrite]) -> Option<CompanyId> {
    writes.first().map(|write| write.company_id)
}
