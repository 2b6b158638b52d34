//! The changes of contacts.

use contact_model::changes::ChangeQuery;
use contact_model::{ContactId, RevertChanges};
use reqwest::Method;

use crate::operation::{self, ListHistory, ReadChanges, VerifyChanges};
use crate::{Body, Call, Client};

impl Client {
    /// Lists the changes of a contact, the latest first. The contact may be deleted. Awaiting the call returns one page;
    /// [`items`](Call::items) returns a stream of all changes.
    pub fn list_history(&self, contact: ContactId) -> Call<ListHistory> {
        self.call(Method::GET, &["contacts", &contact.to_string(), "history"])
    }

    /// Reads a part of the changes of all contacts, in their order. [`follow_changes`](Self::follow_changes) reads all
    /// parts, and waits for further changes.
    ///
    /// # Errors
    /// The call fails with [`ChangesRemoved`](contact_model::ProblemType::ChangesRemoved) if the changes after the
    /// cursor are no longer available.
    pub fn read_changes(&self, query: &ChangeQuery) -> Call<ReadChanges> {
        let draft = self.draft(Method::GET, &["changes"]);
        Call::new(self, draft.map(|request| request.parameters(&query.to_pairs())))
    }

    /// Returns the hash of the change with this number, or of the latest change. A copy of the changes is complete if it
    /// has the same hash for this change.
    pub fn verify_changes(&self, number: Option<i64>) -> Call<VerifyChanges> {
        let draft = self.draft(Method::GET, &["changes", "verify"]);
        let number = number.map(|number| number.to_string());
        Call::new(
            self,
            draft.map(|request| match number {
                Some(number) => request.parameter("at", &number),
                None => request,
            }),
        )
    }

    /// Undoes the changes that meet all conditions of the selection, of at most 250 contacts. While
    /// [`next_cursor`](contact_model::RevertedChanges::next_cursor) is not `None`, the same call with that `cursor`
    /// undoes the next ones.
    ///
    /// A field that changed again later keeps its value and is listed. Undoing adds changes, which can be undone too.
    pub fn revert_changes(
        &self,
        selection: impl Into<Body<RevertChanges>>,
    ) -> Call<operation::RevertChanges> {
        self.call_with(Method::POST, &["changes", "revert"], selection)
    }
}
