//! How writes of contacts wait for whoever does them, on either database.

use contact_model::CompanyId;

use super::write::{Applied, AtomicError, ContactWrite, OnceTogether, Written, all_written, written};
use crate::StoreError;
use crate::queue::{Answers, Queue};
use crate::set::{Bond, End, Terms};

/// Writes that wait, and between them jobs of type `J`.
pub(crate) type WriteQueue<J> = Queue<ContactWrite, Applied, J>;

impl<J> WriteQueue<J> {
    /// Has writes done, each by itself.
    pub(crate) async fn write(&self, writes: Vec<ContactWrite>, end: End) -> Answers<Written> {
        let terms = Terms { bond: Bond::Free, end, once: None };
        written(self.ask(company_of(&writes), writes, terms).await)
    }

    /// Has all writes done or none, all of them once where that is asked for.
    pub(crate) async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        end: End,
    ) -> Result<Vec<Written>, AtomicError> {
        let terms = Terms { bond: Bond::AllOrNone, end, once };
        all_written(self.ask_whole(company_of(&writes), writes, terms).await?)
    }

    /// Has writes done, each by itself, and all of them once.
    pub(crate) async fn write_once(
        &self,
        writes: Vec<ContactWrite>,
        once: OnceTogether,
        end: End,
    ) -> Result<Answers<Written>, StoreError> {
        let terms = Terms { bond: Bond::Free, end, once: Some(once) };
        self.ask_whole(company_of(&writes), writes, terms).await.map(written)
    }
}

/// Whose turn writes take.
fn company_of(writes: &[ContactWrite]) -> Option<CompanyId> {
    writes.first().map(|write| write.company_id)
}
