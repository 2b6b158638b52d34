//! Sends the batches of a file one after the other, while a thread reads the next ones.

use std::pin::pin;
use std::thread;
use std::time::Duration;

use contact_client::model::{BatchAnswer, ItemProblem, limits};
use contact_client::operation::WriteBatch;
use contact_client::{Body, Call, Client, Response};
use tokio::sync::mpsc;

use super::supply::{Batch, Supply};
use crate::args::matching::MatchArgs;
use crate::args::write::StrictArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::import::report::failed_rows::FailedRows;
use crate::import::report::receipts::Receipts;
use crate::import::report::summary::{Outcome, Stop};
use crate::import::row::Row;
use crate::interrupt::Interrupt;
use crate::output::printer;
use crate::output::progress::Progress;

/// The number of rows in a request whose response has a receipt for each: the server limits the size of such a response,
/// and does the batch in one transaction.
const ROWS_WITH_RECEIPTS: usize = 200;
/// The number of batches that wait to be sent. Another one is being sent, and another one filled.
const WAITING: usize = 1;
/// How often the progress is shown during a request.
const MOMENT: Duration = Duration::from_millis(100);
/// The status of an item that created a contact.
const CREATED: u16 = 201;

/// How batches are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchOptions {
    pub(crate) matching: MatchArgs,
    pub(crate) strict: StrictArgs,
    pub(crate) dry_run: bool,
    /// Whether the ids of the contacts are printed.
    pub(crate) prints_ids: bool,
    /// Whether the response has a receipt for each row.
    pub(crate) asks_receipts: bool,
}

impl BatchOptions {
    /// Returns the request with these items.
    pub(crate) fn call(&self, client: &Client, body: Vec<u8>) -> Call<WriteBatch> {
        let call = client.write_batch(Body::from_json(body));
        let call = self.matching.apply(self.strict.apply(call));
        call.when(self.asks_receipts, Call::receipt).when(self.dry_run, Call::dry_run)
    }
}

/// What the reading thread sends.
enum Message {
    Batch(Batch),
    /// The headings of columns that were added later and left out, or why the rest of the file cannot be read.
    End(Result<Vec<String>, Failure>),
}

/// An import that sends its batches.
pub(crate) struct Pipeline {
    pub(crate) client: Client,
    /// The address of the server, for messages.
    pub(crate) url: String,
    pub(crate) options: BatchOptions,
    pub(crate) failed: FailedRows,
    pub(crate) receipts: Option<Receipts>,
    pub(crate) interrupt: Interrupt,
    pub(crate) progress: Progress,
    pub(crate) outcome: Outcome,
    /// The number of bytes of the file that are done.
    pub(crate) file_bytes: u64,
    /// The headings of columns that were added later and left out.
    pub(crate) late_columns: Vec<String>,
}

impl Pipeline {
    /// Sends all batches. The outcome contains the reason if the import stops before the end of the file.
    ///
    /// # Errors
    /// The system provides no thread.
    pub(crate) fn run(&mut self, supply: Supply) -> Result<(), Failure> {
        let most = if self.options.asks_receipts { ROWS_WITH_RECEIPTS } else { limits::BATCH_ITEMS };
        let (sender, messages) = mpsc::channel(WAITING);
        // The thread is not joined, because it may wait for standard input when the import stops.
        thread::spawn(move || read(supply, most, &sender));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::local("the import cannot start", error))?;
        self.outcome.stop = runtime.block_on(self.send_all(messages)).err();
        self.outcome.elapsed = self.progress.elapsed();
        self.progress.end();
        Ok(())
    }

    async fn send_all(&mut self, mut messages: mpsc::Receiver<Message>) -> Result<(), Stop> {
        loop {
            let message = tokio::select! {
                biased;
                () = self.interrupt.comes() => return Err(Stop::Interrupted),
                message = messages.recv() => message,
            };
            match message {
                Some(Message::Batch(batch)) => self.send(batch).await.map_err(Stop::Failed)?,
                Some(Message::End(end)) => {
                    self.late_columns = end.map_err(Stop::Failed)?;
                    return Ok(());
                }
                None => {
                    let failure = Failure::local("the import cannot continue", "the reading thread panicked");
                    return Err(Stop::Failed(failure));
                }
            }
        }
    }

    /// Sends a batch and records the outcome. If this fails, it is not known whether the rows are done.
    async fn send(&mut self, mut batch: Batch) -> Result<(), Failure> {
        self.outcome.may_repeat = batch.always_creates;
        let mut failed: Vec<(&Row, String)> =
            batch.unfit.iter().map(|(row, why)| (row, why.clone())).collect();
        if !batch.sent.is_empty() {
            let call = self.options.call(&self.client, std::mem::take(&mut batch.body));
            let answer = self.answer(call).await?;
            if answer.results.len() != batch.sent.len() {
                return Err(Failure::local(
                    "the response does not have a result for each row",
                    "the server may not be the contacts API",
                ));
            }
            self.print_ids(&answer)?;
            if let Some(receipts) = &mut self.receipts {
                let rows = batch.sent.iter().map(|row| row.line).zip(&answer.results);
                receipts.add(rows).map_err(|error| Failure::local("the report cannot be written", error))?;
            }
            let tally = &mut self.outcome.tally;
            for (row, result) in batch.sent.iter().zip(answer.results) {
                tally.add_answer(row.line, &result);
                match result.problem {
                    Some(problem) => failed.push((row, reason(&problem))),
                    None if result.status == CREATED => tally.created += 1,
                    None => tally.updated += 1,
                }
            }
        }
        failed.sort_by_key(|(row, _)| row.line);
        self.failed
            .add(&failed)
            .map_err(|error| Failure::local("the failed rows cannot be written", error))?;
        self.outcome.record(&failed, batch.left_out, batch.rows);
        self.file_bytes = batch.file_bytes;
        self.show_progress();
        Ok(())
    }

    /// Waits for the response, and shows the progress meanwhile. Ctrl-C does not interrupt the request.
    async fn answer(&mut self, call: Call<WriteBatch>) -> Result<BatchAnswer, Failure> {
        let mut answer = pin!(call.into_future());
        let mut is_stopping = false;
        loop {
            tokio::select! {
                answer = &mut answer => {
                    return answer.map(Response::into_body).map_err(|error| Failure::of_call(&error, &self.url));
                }
                () = self.interrupt.comes(), if !is_stopping => {
                    is_stopping = true;
                    self.progress.say("stopping when the current request is answered; Ctrl-C again stops at once");
                }
                () = tokio::time::sleep(MOMENT) => self.show_progress(),
            }
        }
    }

    fn show_progress(&mut self) {
        self.progress.show(self.file_bytes, self.outcome.tally.rows());
    }

    fn print_ids(&self, answer: &BatchAnswer) -> Result<(), Failure> {
        if !self.options.prints_ids {
            return Ok(());
        }
        let ids = answer.results.iter().filter_map(|result| result.id);
        let ids: String = ids.map(|id| format!("{id}\n")).collect();
        // The import continues even if no one reads the ids.
        match printer::write(&ids) {
            Err(failure) if failure.exit == Exit::PipeClosed => Ok(()),
            written => written,
        }
    }
}

/// Reads the file and sends its batches.
fn read(mut supply: Supply, most: usize, sender: &mpsc::Sender<Message>) {
    while let Some(batch) = supply.batch(most) {
        if sender.blocking_send(Message::Batch(batch)).is_err() {
            // The import has stopped.
            return;
        }
    }
    let _ = sender.blocking_send(Message::End(supply.finish()));
}

/// Returns why the server refused a row, in one line.
fn reason(problem: &ItemProblem) -> String {
    let fields = problem.errors.iter().map(|error| {
        let field = error.pointer.trim_start_matches('/');
        let detail = &error.detail;
        if detail.starts_with(field) { detail.clone() } else { format!("{field}: {detail}") }
    });
    let fields = fields.collect::<Vec<_>>().join(" ");
    if fields.is_empty() { problem.detail.clone() } else { fields }
}
