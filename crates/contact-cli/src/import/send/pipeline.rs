//! Sends the batches of a file, up to two at once, while a thread reads the next ones.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use contact_client::model::{BatchAnswer, ItemProblem, limits};
use contact_client::{Client, Response};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::supply::{Batch, Supply};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::import::options::ImportOptions;
use crate::import::report::failed_rows::FailedRows;
use crate::import::report::receipts::Receipts;
use crate::import::report::summary::Summary;
use crate::import::row::Row;
use crate::interrupt::Interrupt;
use crate::output::printer;
use crate::output::progress::Progress;

/// The number of rows in a request whose response has a receipt for each: the server limits the size of such a response,
/// and does the batch in one transaction.
const ROWS_WITH_RECEIPTS: usize = 200;
/// The number of batches that are sent at once. On PostgreSQL, two are much faster than one, because the server processes
/// each batch with one connection.
const SENT_AT_ONCE: usize = 2;
/// The number of batches that wait to be sent, while another one is filled.
const WAITING: usize = 1;
/// How often the progress is shown during a request.
const MOMENT: Duration = Duration::from_millis(100);

/// A request that is being sent.
type Request = JoinHandle<Result<Response<BatchAnswer>, contact_client::Error>>;

/// A batch that was sent, and its request, which is `None` if no row could be sent.
type Sent = (Batch, Option<Request>);

/// An import that sends its batches.
pub(crate) struct Pipeline<'o> {
    pub(crate) client: Client,
    /// The address of the server, for messages.
    pub(crate) url: String,
    pub(crate) options: &'o ImportOptions,
    /// Whether the ids of the contacts are printed.
    pub(crate) prints_ids: bool,
    pub(crate) failed: FailedRows,
    pub(crate) receipts: Option<Receipts>,
    pub(crate) interrupt: Interrupt,
    pub(crate) progress: Progress,
    pub(crate) summary: Summary,
    /// The number of bytes of the file that are done.
    pub(crate) file_bytes: u64,
}

impl Pipeline<'_> {
    /// Sends all batches. The summary contains the reason if the import stops before the end of the file. Returns the
    /// headings of columns that were added later and left out.
    ///
    /// # Errors
    /// The system provides no thread.
    pub(crate) fn run(&mut self, mut supply: Supply) -> Result<Vec<String>, Failure> {
        let most = if self.receipts.is_some() { ROWS_WITH_RECEIPTS } else { limits::BATCH_ITEMS };
        let (sender, batches) = mpsc::channel(WAITING);
        let reader = thread::spawn(move || {
            // Sending fails if the import has stopped.
            while supply.batch(most).is_some_and(|batch| sender.blocking_send(batch).is_ok()) {}
            supply.finish()
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::local("the import cannot start", error))?;
        // The thread is joined only at its end, because it may wait for standard input when the import stops.
        let end = runtime.block_on(self.send_all(batches)).and_then(|()| {
            let panicked =
                |_| Err(Failure::local("the import cannot continue", "the reading thread panicked"));
            reader.join().unwrap_or_else(panicked)
        });
        let (late_columns, stop) = end.map_or_else(|stop| (Vec::new(), Some(stop)), |late| (late, None));
        self.summary.end(stop, self.progress.elapsed(), self.failed.path());
        self.progress.end();
        Ok(late_columns)
    }

    async fn send_all(&mut self, mut batches: mpsc::Receiver<Batch>) -> Result<(), Failure> {
        let mut sent = VecDeque::<Sent>::new();
        loop {
            let next = tokio::select! {
                biased;
                () = self.interrupt.comes() => None,
                batch = batches.recv() => batch,
            };
            let can_send = |next: &Batch, sent: &VecDeque<Sent>| {
                sent.len() < SENT_AT_ONCE && !sent.iter().any(|(batch, _)| batch.keys.may_meet(&next.keys))
            };
            while (self.interrupt.has_come() || next.as_ref().is_none_or(|next| !can_send(next, &sent)))
                && let Some((batch, request)) = sent.pop_front()
            {
                self.finish(batch, request).await?;
            }
            if self.interrupt.has_come() {
                return Err(Failure::new(Exit::Interrupted, "the import was stopped"));
            }
            let Some(mut batch) = next else { return Ok(()) };
            let body = std::mem::take(&mut batch.body);
            let request = (!batch.sent.is_empty())
                .then(|| tokio::spawn(self.options.call(&self.client, body).into_future()));
            sent.push_back((batch, request));
        }
    }

    /// Waits for the response to a batch and records the outcome. If this fails, it is not known whether the rows are done.
    async fn finish(&mut self, batch: Batch, request: Option<Request>) -> Result<(), Failure> {
        self.summary.may_repeat = batch.keys.always_creates;
        let mut failed: Vec<(&Row, String)> =
            batch.unfit.iter().map(|(row, why)| (row, why.clone())).collect();
        if let Some(request) = request {
            let answer = self.answer(request).await?;
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
            for (row, result) in batch.sent.iter().zip(&answer.results) {
                self.summary.add_answer(row.line, result);
                failed.extend(result.problem.as_ref().map(|problem| (row, reason(problem))));
            }
        }
        failed.sort_by_key(|(row, _)| row.line);
        self.failed
            .add(&failed)
            .map_err(|error| Failure::local("the failed rows cannot be written", error))?;
        self.summary.record(&failed, batch.left_out, batch.rows);
        self.file_bytes = batch.file_bytes;
        self.show_progress();
        Ok(())
    }

    /// Waits for the response and shows the progress until then. Ctrl-C does not interrupt the request.
    async fn answer(&mut self, mut request: Request) -> Result<BatchAnswer, Failure> {
        let mut is_stopping = false;
        loop {
            tokio::select! {
                response = &mut request => {
                    let response = response.map_err(|error| Failure::local("the import cannot continue", error))?;
                    return response.map(Response::into_body).map_err(|error| Failure::of_call(&error, &self.url));
                }
                () = self.interrupt.comes(), if !is_stopping => {
                    is_stopping = true;
                    self.progress.say("stopping when the current requests are answered; Ctrl-C again stops at once");
                }
                () = tokio::time::sleep(MOMENT) => self.show_progress(),
            }
        }
    }

    fn show_progress(&mut self) {
        self.progress.show(self.file_bytes, self.summary.rows);
    }

    fn print_ids(&self, answer: &BatchAnswer) -> Result<(), Failure> {
        if !self.prints_ids {
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
