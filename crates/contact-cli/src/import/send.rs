//! Sends the rows of a file in batches, several at a time, and reports the outcome.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::batch::Supply;
use super::courier::Courier;
use super::failed_place;
use super::failed_rows::FailedRows;
use super::flight::{Flight, Stop};
use super::input::Meter;
use super::options::ImportOptions;
use super::report::Report;
use super::summary::{self, Summary};
use crate::args::body::BodySource;
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::messages;
use crate::server_access::PATIENT_RETRIES;

/// How often the progress is shown.
const MOMENT: Duration = Duration::from_millis(100);

/// Sends the rows of a file, and reports the outcome.
///
/// # Errors
/// The server cannot go on, the import was stopped, or rows failed.
pub(super) fn send(
    supply: Supply,
    failed: FailedRows,
    meter: &Meter,
    options: &ImportOptions,
    context: &Context,
) -> Result<(), Failure> {
    let report = open_report(options, &failed)?;
    let report_file = report.as_ref().map(|report| report.path().to_owned());
    let interrupt = Interrupt::watch()?;
    let is_quiet = context.printer.prints_only_ids();
    let access = context.access()?;
    let courier = Arc::new(Courier {
        client: access.client(PATIENT_RETRIES)?,
        url: access.url.clone(),
        batch_options: options.batch_options(is_quiet),
        flight: Flight::of(options.concurrency, supply.taken()),
        supply: Mutex::new(supply),
        failed: Mutex::new(failed),
        report: report.map(Mutex::new),
    });
    for _ in 0..options.concurrency {
        let courier = Arc::clone(&courier);
        // They are not joined: one may wait for standard input when all is over.
        thread::spawn(move || courier.work());
    }
    let mut progress = context.printer.progress("rows", meter.length);
    while !courier.flight.look(MOMENT, |tally| progress.show(tally.bytes, tally.rows())) {
        if interrupt.has_come() && courier.flight.stop(Stop::Interrupted) {
            progress.say("stopping when the requests under way are answered; Ctrl-C again stops at once");
        }
    }
    progress.end();
    // A worker that still holds the lock only waits for more of the file, so there is nothing to report.
    if let Ok(mut supply) = courier.supply.try_lock() {
        if let Some(failure) = supply.broken.take() {
            courier.flight.stop(Stop::Failed(failure));
        }
        let late = supply.left_out_since();
        if !late.is_empty() && !is_quiet {
            messages::warn(&format!("columns that showed up later were left out: {}", late.join(", ")));
        }
    }
    let (landed, elapsed) = (courier.flight.land(), progress.elapsed());
    let failed_file = courier.failed_file();
    let mut printed = Ok(());
    if !is_quiet {
        tell_of_encoding(meter);
        summary::tell(&landed, elapsed, options.dry_run);
        if !context.printer.is_table() {
            let summary = Summary::of(&landed, elapsed, &failed_file, report_file, options.dry_run);
            printed = context.printer.one(&summary, None);
        }
    }
    messages::last_of([printed, summary::judge(landed, &failed_file)])
}

fn tell_of_encoding(meter: &Meter) {
    if meter.findings.is_windows_1252.load(Ordering::Relaxed) {
        messages::note("the file is no UTF-8: it was read as Windows-1252");
    }
}

/// Opens the file for the receipts, if the user asked for one.
fn open_report(options: &ImportOptions, failed: &FailedRows) -> Result<Option<Report>, Failure> {
    let Some(path) = &options.report else { return Ok(None) };
    let is_input = matches!(&options.file, BodySource::File(file) if failed_place::is_same(file, path));
    if is_input || path == failed.path() {
        return Err(Failure::usage(
            "the report cannot be written to the imported file or the file of failed rows",
        ));
    }
    Report::open(path, options.skip > 0).map(Some)
}
