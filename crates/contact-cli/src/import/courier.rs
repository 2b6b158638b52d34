//! Sending the batches: several workers, each of which takes the next batch out of the file and sends it.
//!
//! While one waits for its answer, another reads. No more is in memory than a batch for each worker.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use contact_client::model::{BatchAnswer, ItemProblem};
use contact_client::{Client, Response};

use super::batch::{Batch, Supply};
use super::batch_options::BatchOptions;
use super::failed_rows::FailedRows;
use super::flight::{Flight, Stop};
use super::report::Report;
use super::row::Row;
use super::tally::Tally;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::printer;

/// The status of an item that made a contact.
const CREATED: u16 = 201;

/// What the workers share.
pub(crate) struct Courier {
    pub(crate) client: Client,
    /// For what is said of failures.
    pub(crate) url: String,
    pub(crate) batch_options: BatchOptions,
    pub(crate) flight: Flight,
    pub(crate) supply: Mutex<Supply>,
    pub(crate) failed: Mutex<FailedRows>,
    /// The file for the receipts, if the user asked for one.
    pub(crate) report: Option<Mutex<Report>>,
}

impl Courier {
    /// The work of one worker: batch after batch, until there is none or no further one is to be sent.
    pub(crate) fn work(&self) {
        let mut pass = self.flight.enter();
        let mut batch = Batch::default();
        while let Some(number) = self.take(&mut batch) {
            pass.carries = Some(number);
            let outcome = if self.flight.await_turn(number) { self.send(&mut batch) } else { Ok(None) };
            let outcome = match outcome {
                Ok(tally) => tally,
                Err(failure) => {
                    self.flight.stop(Stop::Failed(failure));
                    None
                }
            };
            pass.carries = None;
            batch.keys = self.flight.end(number, outcome.as_ref());
        }
    }

    /// The file of the rows that failed.
    pub(crate) fn failed_file(&self) -> PathBuf {
        locked(&self.failed).path().to_owned()
    }

    /// Takes the next batch out of the file. Batches are begun in the order in which they are taken.
    fn take(&self, batch: &mut Batch) -> Option<u64> {
        let mut supply = locked(&self.supply);
        // Dropped before the lock: no other takes the rows behind those that a panic has lost.
        let _watch = self.flight.watch();
        if self.flight.is_stopping() || !supply.fill(batch, self.batch_options.rows_at_once()) {
            return None;
        }
        self.flight.begin(batch.rows_before, batch.len(), std::mem::take(&mut batch.keys))
    }

    /// Sends a batch and says what became of its rows. Nothing where that is not known.
    fn send(&self, batch: &mut Batch) -> Result<Option<Tally>, Failure> {
        let mut tally =
            Tally { blank: batch.blank, bytes: batch.bytes, left_out: batch.left_out, ..Tally::default() };
        let mut failed = Vec::new();
        if batch.items() > 0 {
            let body = std::mem::take(&mut batch.body);
            let call = self.batch_options.call(&self.client, body);
            let answer =
                call.wait().map(Response::into_body).map_err(|error| Failure::of_call(&error, &self.url))?;
            if answer.results.len() != batch.items() {
                return Err(Failure::local("the server did not answer each row", "it answered others"));
            }
            self.print_ids(&answer)?;
            self.report(batch, &answer)?;
            for (item, result) in answer.results.into_iter().enumerate() {
                let Some(row) = batch.row_of_item(item) else { continue };
                tally.replace(&result);
                match result.problem {
                    Some(problem) => failed.push((row, reason(&problem))),
                    None if result.status == CREATED => tally.created += 1,
                    None => tally.updated += 1,
                }
                for name in &result.ignored {
                    tally.ignore(row.line, name);
                }
            }
        }
        for (row, bad) in batch.bad_values() {
            tally.leave_out(row.line, bad);
        }
        failed.extend(batch.unfit().map(|(row, why)| (row, why.to_owned())));
        self.note_failed(&mut failed, &mut tally)?;
        Ok(Some(tally))
    }

    fn print_ids(&self, answer: &BatchAnswer) -> Result<(), Failure> {
        if !self.batch_options.prints_ids {
            return Ok(());
        }
        let ids = answer.results.iter().filter_map(|result| result.id);
        let ids: String = ids.map(|id| format!("{id}\n")).collect();
        // Whether anyone reads them does not matter to the rest of the file.
        match printer::write(&ids) {
            Err(failure) if failure.exit == Exit::PipeClosed => Ok(()),
            written => written,
        }
    }

    /// Writes the receipts to the report.
    fn report(&self, batch: &Batch, answer: &BatchAnswer) -> Result<(), Failure> {
        let Some(report) = &self.report else { return Ok(()) };
        let rows = answer.results.iter().enumerate();
        let rows = rows.filter_map(|(item, result)| Some((batch.row_of_item(item)?.line, result)));
        locked(report).add(rows).map_err(|error| Failure::local("the report cannot be written", error))
    }

    fn note_failed(&self, rows: &mut [(&Row, String)], tally: &mut Tally) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        rows.sort_by_key(|(row, _)| row.line);
        let mut file = locked(&self.failed);
        let unwritable = |error| Failure::local("the rows that failed cannot be written down", error);
        for (row, why) in rows {
            tally.fail(row.line, why);
            file.add(row, why).map_err(unwritable)?;
        }
        file.flush().map_err(unwritable)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why the server refused a row, in one line.
fn reason(problem: &ItemProblem) -> String {
    let fields = problem.errors.iter().map(|bad| {
        let field = bad.pointer.trim_start_matches('/');
        let detail = &bad.detail;
        if detail.starts_with(field) { detail.clone() } else { format!("{field}: {detail}") }
    });
    let fields = fields.collect::<Vec<_>>().join(" ");
    if fields.is_empty() { problem.detail.clone() } else { fields }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::thread;
    use std::time::Duration;

    use clap::Parser;

    use super::*;
    use crate::import::failed_place::FailedPlace;
    use crate::import::failed_rows::{Form, SourceEncoding};
    use crate::import::format::InputFormat;
    use crate::import::input::Meter;
    use crate::import::mapping::Mapping;
    use crate::import::options::ImportOptions;
    use crate::import::recipe::Recipe;
    use crate::import::rows::Rows;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        options: ImportOptions,
    }

    /// Panics at its first row; behind it there is none.
    struct PanicsOnce(bool);

    impl Rows for PanicsOnce {
        fn headings(&self) -> &[String] {
            &[]
        }

        fn read(&mut self, _: &mut Row) -> Result<bool, Failure> {
            assert!(std::mem::replace(&mut self.0, true), "as the test asks");
            Ok(false)
        }
    }

    #[test]
    fn rows_that_a_panic_has_lost_are_not_passed_over() {
        let Program { options } = Program::parse_from(["import", "people.csv"]);
        let mapping = Mapping::new(&[], &[], Vec::new()).unwrap();
        let recipe = Recipe::Upsert(mapping, options.rules(contact_client::model::Country::US));
        let supply = Supply::new(Box::new(PanicsOnce(false)), VecDeque::new(), recipe, Meter::default());
        let place = FailedPlace::choose(&options, InputFormat::Csv).unwrap();
        let encoding = SourceEncoding { said: None, findings: std::sync::Arc::default() };
        let url = "http://127.0.0.1:9";
        let courier = Courier {
            client: Client::builder(url, "key").build().unwrap(),
            url: url.to_owned(),
            batch_options: options.batch_options(false),
            flight: Flight::of(2, 0),
            supply: Mutex::new(supply),
            failed: Mutex::new(FailedRows::new(place, Form::Ndjson, encoding)),
            report: None,
        };
        thread::scope(|scope| {
            let workers = [(); 2].map(|()| scope.spawn(|| courier.work()));
            assert_eq!(
                workers.map(|worker| worker.join().is_err()).iter().filter(|&&is_err| is_err).count(),
                1
            );
        });
        assert!(courier.flight.look(Duration::ZERO, |_| {}));
        assert!(matches!(courier.flight.land().stop, Some(Stop::Failed(_))));
    }
}
