//! The bytes of responses that wait for their clients, and reservations of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contact_model::CompanyId;
use contact_store::ResultSizeCheck;
use parking_lot::Mutex;

/// How many bytes of responses may wait for their clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseLimits {
    /// The limit for all companies together.
    pub total: usize,
    /// The limit for one company. The first charged response of a company may exceed the limit.
    pub per_company: usize,
}

impl ResponseLimits {
    /// Returns the limits for `total` bytes in all, of which one company may have a quarter.
    pub fn of_total(total: usize) -> Self {
        Self { total, per_company: total / 4 }
    }
}

/// How many bytes of responses wait for their clients, and how many may.
pub(crate) struct ResponseBudget {
    limits: ResponseLimits,
    /// The sum of all charges. Only [`Inner::change`] changes it, while it holds the lock.
    total: AtomicUsize,
    charged: Mutex<HashMap<CompanyId, usize>>,
}

impl ResponseBudget {
    pub(crate) fn new(limits: ResponseLimits) -> Arc<Self> {
        Arc::new(Self { limits, total: AtomicUsize::new(0), charged: Mutex::default() })
    }

    /// Returns true if the company has not used up its own part. What other companies use does not count, so they
    /// cannot keep it from writing. Usually costs one atomic read.
    pub(crate) fn has_room(&self, company: CompanyId) -> bool {
        if self.total.load(Ordering::Relaxed) == 0 {
            return true;
        }
        self.charged.lock().get(&company).is_none_or(|charged| *charged < self.limits.per_company)
    }

    /// Reserves bytes for a response to a company's request; `None` if they exceed the budget.
    pub(crate) fn reserve(self: &Arc<Self>, company: CompanyId, bytes: usize) -> Option<Reservation> {
        let reservation = self.reserve_nothing(company);
        reservation.grow_to(bytes).then_some(reservation)
    }

    /// Returns a reservation of no bytes yet.
    pub(super) fn reserve_nothing(self: &Arc<Self>, company: CompanyId) -> Reservation {
        Reservation(Arc::new(Inner { budget: Arc::clone(self), company, bytes: AtomicUsize::new(0) }))
    }
}

/// The bytes that a response is charged with, until the last clone is dropped. The response carries it as an extension.
#[derive(Clone)]
pub(crate) struct Reservation(Arc<Inner>);

struct Inner {
    budget: Arc<ResponseBudget>,
    company: CompanyId,
    /// How many bytes are reserved. Only [`Inner::change`] changes it, while it holds the lock of the budget.
    bytes: AtomicUsize,
}

impl Reservation {
    /// Returns a handle that makes the reservation grow by the size of the contacts in the response. It is known before
    /// the writes are committed.
    pub(crate) fn into_size_check(self) -> ResultSizeCheck {
        let before = self.0.bytes.load(Ordering::Relaxed);
        Arc::new(move |contacts| self.grow_to(before + contacts))
    }

    /// Grows to `bytes`, unless the reservation is that large already. If that exceeds the budget, changes nothing
    /// and returns false.
    pub(super) fn grow_to(&self, bytes: usize) -> bool {
        self.0.change(|before| before.max(bytes), false)
    }

    /// Changes the size to that of the response. This cannot fail, because the response exists already.
    pub(super) fn set(&self, bytes: usize) {
        self.0.change(|_| bytes, true);
    }
}

impl Inner {
    /// Changes how many bytes are reserved. If that exceeds the budget and is not forced, changes nothing and returns
    /// false.
    fn change(&self, after: impl FnOnce(usize) -> usize, forced: bool) -> bool {
        let ResponseBudget { limits, total, charged } = &*self.budget;
        let mut charged = charged.lock();
        let before = self.bytes.load(Ordering::Relaxed);
        let after = after(before);
        let others = total.load(Ordering::Relaxed) - before;
        let of_company = charged.get(&self.company).copied().unwrap_or(0) - before;
        let fits = |used: usize, limit: usize| used == 0 || used.saturating_add(after) <= limit;
        if after > before && !forced && !(fits(of_company, limits.per_company) && fits(others, limits.total))
        {
            return false;
        }
        total.store(others + after, Ordering::Relaxed);
        self.bytes.store(after, Ordering::Relaxed);
        if of_company + after == 0 {
            charged.remove(&self.company);
        } else {
            charged.insert(self.company, of_company + after);
        }
        true
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.change(|_| 0, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ResponseLimits = ResponseLimits { total: 250, per_company: 100 };

    fn budget() -> (Arc<ResponseBudget>, [CompanyId; 4]) {
        (ResponseBudget::new(LIMITS), [1, 2, 3, 4].map(|id| uuid::Uuid::from_u128(id).into()))
    }

    #[test]
    fn budget_of_a_company_is_limited_and_released() {
        let (budget, [one, other, ..]) = budget();
        let first = budget.reserve(one, 60).unwrap();
        assert!(budget.reserve(one, 41).is_none());
        let second = budget.reserve(one, 40).unwrap();
        assert!(!budget.has_room(one) && budget.has_room(other));
        assert!(budget.reserve(other, 100).is_some());
        drop(first);
        assert!(budget.has_room(one));
        assert!(budget.reserve(one, 60).is_some());
        drop(second);
        assert!(budget.charged.lock().is_empty());
        assert_eq!(budget.total.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn all_companies_share_the_total() {
        let (budget, [one, two, three, four]) = budget();
        let held = [budget.reserve(one, 100), budget.reserve(two, 100), budget.reserve(three, 50)];
        assert!(held.iter().all(Option::is_some));
        assert!(budget.reserve(four, 1).is_none());
        assert!(budget.has_room(four), "other companies cannot block its writes");
        drop(held);
        assert!(budget.reserve(four, 1).is_some());
    }

    #[test]
    fn company_without_open_responses_may_have_one_of_any_size() {
        let (budget, [one, ..]) = budget();
        let _held = budget.reserve(one, 200).unwrap();
        assert!(budget.reserve(one, 1).is_none());
    }

    #[test]
    fn reservation_grows_only_within_the_budget_but_a_charge_may_exceed_it() {
        let (budget, [one, ..]) = budget();
        let (first, second) = (budget.reserve(one, 10).unwrap(), budget.reserve(one, 10).unwrap());
        assert!(first.grow_to(90));
        assert!(!second.grow_to(11));
        first.set(50);
        assert!(second.grow_to(50));
        second.set(500);
        assert!(!budget.has_room(one));
        drop((first, second));
        budget.reserve_nothing(one).set(1000);
        assert!(budget.reserve(one, 100).is_some());
    }
}
