//! How writes of contacts wait for whoever does them, on either database.

use contact_model::CompanyId;

use super::answer_room::AnswerRoom;
use super::write::{Applied, AtomicError, ContactWrite, OnceTogether, Written, all_written, written};
use super::write_terms::{Bond, Terms};
use crate::StoreError;
use crate::queue::{Answers, Queue, Served};
use crate::set::End;

/// Writes that wait, and between them jobs of type `J`.
pub(crate) type WriteQueue<J> = Queue<ContactWrite, Applied, Terms, J>;

impl<J> WriteQueue<J> {
    /// Has writes done, each by itself.
    pub(crate) async fn write(&self, writes: Vec<ContactWrite>, end: End) -> Answers<Written> {
        let terms = Terms { bond: Bond::Free, end, once: None, room: None };
        written(self.ask(company_of(&writes), writes, terms).await)
    }

    /// Has all writes done or none, all of them once where that is asked for.
    pub(crate) async fn write_atomically(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        room: Option<AnswerRoom>,
        end: End,
    ) -> Result<Vec<Written>, AtomicError> {
        all_written(self.ask_together(writes, Terms { bond: Bond::AllOrNone, end, once, room }).await?)
    }

    /// Has writes done, each by itself, in one transaction, and all of them once where that is asked for.
    pub(crate) async fn write_together(
        &self,
        writes: Vec<ContactWrite>,
        once: Option<OnceTogether>,
        room: Option<AnswerRoom>,
        end: End,
    ) -> Result<Answers<Written>, StoreError> {
        self.ask_together(writes, Terms { bond: Bond::Together, end, once, room }).await.map(written)
    }

    async fn ask_together(&self, writes: Vec<ContactWrite>, terms: Terms) -> Served<Applied> {
        let company = match &terms.once {
            Some(once) => Some(once.request.company_id),
            None if writes.is_empty() => return Ok(Vec::new()),
            None => company_of(&writes),
        };
        self.ask_whole(company, writes, terms).await
    }
}

/// Whose turn writes take.
fn company_of(writes: &[ContactWrite]) -> Option<CompanyId> {
    writes.first().map(|write| write.company_id)
}
