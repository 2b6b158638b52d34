//! The batches under way: which must wait for which, and which rows are done for sure.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::leads::Leads;
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
    stop: Option<Stop>,
    workers: usize,
    tally: Tally,
}

#[derive(Debug)]
struct UnderWay {
    rows_before: u64,
    leads: Leads,
    waits_for: Vec<u64>,
}

/// What there is to say at the end.
#[derive(Debug)]
pub(crate) struct Landed {
    pub(crate) tally: Tally,
    pub(crate) stop: Option<Stop>,
    /// Rows from the beginning of the file that are done for sure.
    pub(crate) rows_done: u64,
}

impl Flight {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked with it has left it whole: each change is one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For so many workers.
    pub(crate) fn of(workers: usize) -> Self {
        Self { state: Mutex::new(State { workers, ..State::default() }), changed: Condvar::new() }
    }

    /// Says that a worker is at work until this is dropped, also where it panics.
    pub(crate) fn enter(&self) -> Pass<'_> {
        Pass(self)
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

    /// Begins a batch, behind all that were begun before it. Gives its number; nothing where it is too late.
    pub(crate) fn begin(&self, rows_before: u64, rows: u64, leads: Leads) -> Option<u64> {
        let mut state = self.state();
        if state.stop.is_some() {
            return None;
        }
        let met = state.under_way.iter().filter(|(_, other)| leads.meet(&other.leads));
        let waits_for = met.map(|(number, _)| *number).collect();
        let number = state.begun;
        state.begun += 1;
        state.rows_taken = rows_before + rows;
        state.under_way.insert(number, UnderWay { rows_before, leads, waits_for });
        Some(number)
    }

    /// Waits until no batch before this one may be for the same contacts. False where it is not to be sent after all.
    pub(crate) fn await_turn(&self, number: u64) -> bool {
        let mut state = self.state();
        loop {
            let Some(batch) = state.under_way.get(&number) else { return false };
            let is_free = batch.waits_for.iter().all(|other| !state.under_way.contains_key(other));
            // What waits is not under way yet.
            if state.stop.is_some() && !is_free {
                return false;
            }
            if is_free {
                return true;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Ends a batch: with what came of it, or without it being known whether it was done. Gives back what it leads
    /// by, to be used again.
    pub(crate) fn end(&self, number: u64, outcome: Option<&Tally>) -> Leads {
        let mut state = self.state();
        let Some(batch) = state.under_way.remove(&number) else { return Leads::default() };
        match outcome {
            Some(tally) => state.tally.add(tally),
            None => {
                let before = state.rows_before_undone.unwrap_or(u64::MAX);
                state.rows_before_undone = Some(before.min(batch.rows_before));
            }
        }
        self.changed.notify_all();
        batch.leads
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
        let State { under_way, rows_before_undone, rows_taken, .. } = &*state;
        let left = under_way.values().map(|batch| batch.rows_before);
        let rows_done = left.chain(*rows_before_undone).min().unwrap_or(*rows_taken);
        if !under_way.is_empty() {
            // Only a panic leaves a batch behind.
            let broken = || Stop::Failed(Failure::local("the import broke off", "a part of it panicked"));
            state.stop.get_or_insert_with(broken);
        }
        Landed { tally: std::mem::take(&mut state.tally), stop: state.stop.take(), rows_done }
    }
}

/// A worker at work.
pub(crate) struct Pass<'f>(&'f Flight);

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.workers -= 1;
        drop(state);
        self.0.changed.notify_all();
    }
}
