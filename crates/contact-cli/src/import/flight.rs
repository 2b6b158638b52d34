//! The batches under way: which must wait for which, and which rows are done for sure.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::contact_keys::ContactKeys;
use super::tally::Tally;
use crate::failure::Failure;

/// Why no further batch is begun.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Someone pressed Ctrl-C.
    Interrupted,
    /// The server cannot go on, or this program.
    Failed(Failure),
}

/// The batches under way.
#[derive(Debug)]
pub(crate) struct Flight {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Batches that were begun and not ended, by their numbers, which are in the order of the file.
    under_way: BTreeMap<u64, UnderWay>,
    begun: u64,
    /// Rows of the file that were taken for batches.
    rows_taken: u64,
    /// Rows before the first batch of which it is not known whether it was done.
    rows_before_undone: Option<u64>,
    /// A batch of which that is not known has rows that make a new contact every time they are done.
    may_double: bool,
    stop: Option<Stop>,
    workers: usize,
    tally: Tally,
}

#[derive(Debug)]
struct UnderWay {
    rows_before: u64,
    keys: ContactKeys,
    waits_for: Vec<u64>,
}

/// What there is to say at the end.
#[derive(Debug)]
pub(crate) struct Landed {
    pub(crate) tally: Tally,
    pub(crate) stop: Option<Stop>,
    /// Rows from the beginning of the file that are done for sure.
    pub(crate) rows_done: u64,
    /// Rows behind them may be done too, and would make contacts twice.
    pub(crate) may_double: bool,
}

impl Flight {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked with it has left it whole: each change is one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For so many workers, behind so many rows of the file that are left out.
    pub(crate) fn of(workers: usize, rows_before: u64) -> Self {
        let state = State { workers, rows_taken: rows_before, ..State::default() };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Says that a worker is at work until this is dropped, also where it panics.
    pub(crate) fn enter(&self) -> Pass<'_> {
        Pass { flight: self, carries: None }
    }

    /// Until this is dropped, a panic begins no further batch.
    pub(crate) fn watch(&self) -> Watch<'_> {
        Watch(self)
    }

    /// True where no further batch is to be begun.
    pub(crate) fn is_stopping(&self) -> bool {
        self.state().stop.is_some()
    }

    /// Begins no further batch. The first reason counts: true where this is it.
    pub(crate) fn stop(&self, why: Stop) -> bool {
        let mut state = self.state();
        let is_first = state.stop.is_none();
        state.stop.get_or_insert(why);
        drop(state);
        self.changed.notify_all();
        is_first
    }

    fn break_off(&self) {
        self.stop(Stop::Failed(Failure::local("the import broke off", "a part of it panicked")));
    }

    /// Begins a batch, behind all that were begun before it. Gives its number; nothing where it is too late.
    pub(crate) fn begin(&self, rows_before: u64, rows: u64, keys: ContactKeys) -> Option<u64> {
        let mut state = self.state();
        if state.stop.is_some() {
            return None;
        }
        let met = state.under_way.iter().filter(|(_, other)| keys.may_meet(&other.keys));
        let waits_for = met.map(|(number, _)| *number).collect();
        let number = state.begun;
        state.begun += 1;
        state.rows_taken = rows_before + rows;
        state.under_way.insert(number, UnderWay { rows_before, keys, waits_for });
        Some(number)
    }

    /// Waits until no batch before this one may be for the same contacts. False where it is not to be sent after all.
    pub(crate) fn await_turn(&self, number: u64) -> bool {
        let mut state = self.state();
        loop {
            let Some(batch) = state.under_way.get(&number) else { return false };
            let is_free = batch.waits_for.iter().all(|other| !state.under_way.contains_key(other));
            // What had to wait is not under way yet; and what it waited for may have failed.
            if state.stop.is_some() && !batch.waits_for.is_empty() {
                return false;
            }
            if is_free {
                return true;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends a batch with its outcome, or with `None` if it is not known whether it was done. Returns its keys, so that
    /// their memory is used again.
    pub(crate) fn end(&self, number: u64, outcome: Option<&Tally>) -> ContactKeys {
        let mut state = self.state();
        let Some(batch) = state.under_way.remove(&number) else { return ContactKeys::default() };
        match outcome {
            Some(tally) => state.tally.add(tally),
            None => {
                let before = state.rows_before_undone.unwrap_or(u64::MAX);
                state.rows_before_undone = Some(before.min(batch.rows_before));
                state.may_double |= batch.keys.creates_anew();
            }
        }
        self.changed.notify_all();
        batch.keys
    }

    /// Waits a moment, or until something has changed; then looks at how far it is. True where all has ended. A worker that
    /// waits for its file is not waited for once it is too late for what it would read.
    pub(crate) fn look(&self, moment: Duration, at: impl FnOnce(&Tally)) -> bool {
        let state = self.state();
        let is_over =
            |state: &State| state.workers == 0 || (state.stop.is_some() && state.under_way.is_empty());
        let waited = self.changed.wait_timeout_while(state, moment, |state| !is_over(state));
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        at(&state.tally);
        is_over(&state)
    }

    /// What there is to say at the end.
    pub(crate) fn land(&self) -> Landed {
        let mut state = self.state();
        let rows_done = state.rows_before_undone.unwrap_or(state.rows_taken);
        Landed {
            tally: std::mem::take(&mut state.tally),
            stop: state.stop.take(),
            rows_done,
            may_double: state.may_double,
        }
    }
}

/// A worker at work.
pub(crate) struct Pass<'f> {
    flight: &'f Flight,
    /// The batch that it has begun and not ended.
    pub(crate) carries: Option<u64>,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        // A panic: whoever waits for its batch would wait for ever.
        if let Some(number) = self.carries {
            self.flight.break_off();
            self.flight.end(number, None);
        }
        let mut state = self.flight.state();
        state.workers -= 1;
        drop(state);
        self.flight.changed.notify_all();
    }
}

/// Looks whether there is a panic when it is dropped.
pub(crate) struct Watch<'f>(&'f Flight);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.break_off();
        }
    }
}

#[cfg(test)]
mod tests {
    use contact_client::model::matching::MatchingKeys;

    use super::*;

    fn keys(email: Option<&str>) -> ContactKeys {
        let mut keys = ContactKeys::default();
        keys.add(&MatchingKeys { phone: None, email: email.map(str::to_owned) });
        keys
    }

    #[test]
    fn no_one_waits_for_a_batch_whose_worker_has_panicked() {
        let flight = Flight::of(2, 7);
        let [first, second] = [7, 8].map(|before| flight.begin(before, 1, keys(Some("a@example.com"))));
        thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let _pass = flight.enter();
                let is_sent = flight.await_turn(second.unwrap());
                flight.end(second.unwrap(), None);
                is_sent
            });
            let panicking = scope.spawn(|| {
                let mut pass = flight.enter();
                pass.carries = first;
                panic!("as the test asks");
            });
            assert!(panicking.join().is_err());
            assert!(!waiting.join().unwrap(), "it is for the same contact");
        });
        assert!(flight.look(Duration::ZERO, |_| {}));
        let landed = flight.land();
        assert!(matches!(landed.stop, Some(Stop::Failed(_))));
        assert_eq!(landed.rows_done, 7);
    }

    #[test]
    fn what_waited_for_a_batch_that_failed_is_not_sent() {
        let flight = Flight::of(1, 0);
        let [first, second, third] =
            ["a", "a", "b"].map(|email| flight.begin(0, 1, keys(Some(email))).unwrap());
        flight.stop(Stop::Interrupted);
        flight.end(first, None);
        assert!(!flight.await_turn(second), "what comes before it is not done");
        assert!(flight.await_turn(third), "what had not to wait is under way");
    }

    #[test]
    fn what_may_be_done_twice_is_known() {
        for (email, outcome, may_double) in
            [(None, None, true), (None, Some(Tally::default()), false), (Some("a@example.com"), None, false)]
        {
            let flight = Flight::of(1, 0);
            let number = flight.begin(0, 1, keys(email)).unwrap();
            flight.end(number, outcome.as_ref());
            assert_eq!(flight.land().may_double, may_double, "{email:?} {outcome:?}");
        }
    }
}
