//! A reservation of bytes in the budget.

use std::sync::{Arc, Mutex, PoisonError};

use axum::response::Response;
use contact_model::CompanyId;
use contact_store::ResultSizeCheck;

use super::ResponseBudget;

/// The bytes that a response is charged with, until the last clone is dropped.
#[derive(Clone)]
pub(crate) struct Reservation(Arc<Inner>);

struct Inner {
    budget: ResponseBudget,
    company: CompanyId,
    bytes: Mutex<usize>,
}

impl Reservation {
    pub(super) fn new(budget: ResponseBudget, company: CompanyId, bytes: usize) -> Self {
        Self(Arc::new(Inner { budget, company, bytes: Mutex::new(bytes) }))
    }

    /// Returns a handle that makes the reservation grow by the contacts that the response shows. Their size is known
    /// before the writes are committed.
    pub(crate) fn into_room(self) -> ResultSizeCheck {
        let before = self.bytes();
        ResultSizeCheck::new(move |shown| self.grow_to(before + shown))
    }

    /// Attaches the reservation to its response.
    pub(crate) fn attach_to(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }

    fn bytes(&self) -> usize {
        *self.0.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Grows to `bytes`, unless the reservation is that large already. If that exceeds the budget, changes nothing
    /// and returns false.
    pub(super) fn grow_to(&self, bytes: usize) -> bool {
        self.change(|before| before.max(bytes), false)
    }

    /// Changes the size to that of the response. This cannot fail, because the response exists already.
    pub(super) fn set(&self, bytes: usize) {
        self.change(|_| bytes, true);
    }

    fn change(&self, after: impl FnOnce(usize) -> usize, forced: bool) -> bool {
        let Inner { budget, company, bytes } = &*self.0;
        let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let after = after(*bytes);
        let changed = budget.change(*company, *bytes, after, forced);
        if changed {
            *bytes = after;
        }
        changed
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.budget.change(self.company, bytes, 0, true);
    }
}
