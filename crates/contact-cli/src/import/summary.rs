//! What an import says at its end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::HumanCount;
use serde::Serialize;

use super::flight::{Landed, Stop};
use super::left_out::LeftOut;
use super::tally::Tally;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::messages;
use crate::output::progress::rate;
use crate::output::record::Record;

/// What became of the file, for programs.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    /// Rows that were imported or failed, blank ones apart.
    rows: u64,
    /// Rows that made a contact.
    created: u64,
    /// Rows that found a contact, which may have been so already.
    updated: u64,
    /// Rows that failed.
    failed: u64,
    /// Values that were left out because their custom fields do not take them.
    bad_values: u64,
    /// Contacts whose name was replaced.
    replaced_names: u64,
    /// Contacts whose email address was replaced.
    replaced_emails: u64,
    /// Contacts whose phone number was replaced.
    replaced_phones: u64,
    /// Texts such as `N/A` that were left out instead of a phone number or an email address.
    placeholders: u64,
    /// Phone numbers and email addresses that were left out because their cell has another one first.
    further_values: u64,
    /// Words that were left out because they are no lead source.
    unknown_lead_sources: u64,
    /// The file of the rows that failed.
    failed_file: Option<String>,
    /// The file with the receipts.
    report_file: Option<String>,
    /// Whether it was a dry run, which writes nothing.
    dry_run: bool,
    /// Whether the file was read to its end.
    complete: bool,
    /// Rows of the file that are done, from its beginning: what `--skip` takes.
    done: u64,
    seconds: f64,
    rows_per_second: f64,
}

impl Record for Summary {
    const ID: &'static str = "rows";
    const COLUMNS: &'static [&'static str] = &["rows", "created", "updated", "failed"];
    const KEYS: &'static [&'static str] = &[
        "rows",
        "created",
        "updated",
        "failed",
        "bad_values",
        "replaced_names",
        "replaced_emails",
        "replaced_phones",
        "placeholders",
        "further_values",
        "unknown_lead_sources",
        "failed_file",
        "report_file",
        "dry_run",
        "complete",
        "done",
        "seconds",
        "rows_per_second",
    ];

    /// Only the ids of the contacts are printed.
    fn is_printed_when_quiet(&self) -> bool {
        false
    }
}

impl Summary {
    /// Of an import that has ended.
    pub(crate) fn of(
        landed: &Landed,
        elapsed: Duration,
        failed_file: &Path,
        report_file: Option<PathBuf>,
        dry_run: bool,
    ) -> Self {
        let tally = &landed.tally;
        let LeftOut { placeholders, further_values, unknown_lead_sources } = tally.left_out;
        let seconds = (elapsed.as_secs_f64() * 1_000.0).round() / 1_000.0;
        Self {
            rows: tally.rows(),
            created: tally.created,
            updated: tally.updated,
            failed: tally.failed,
            bad_values: tally.bad_values,
            replaced_names: tally.replaced_names,
            replaced_emails: tally.replaced_emails,
            replaced_phones: tally.replaced_phones,
            placeholders,
            further_values,
            unknown_lead_sources,
            failed_file: (tally.failed > 0).then(|| failed_file.display().to_string()),
            report_file: report_file.map(|path| path.display().to_string()),
            dry_run,
            complete: landed.stop.is_none(),
            done: landed.rows_done,
            seconds,
            rows_per_second: (tally.rows() as f64 / seconds.max(0.001)).round(),
        }
    }
}

/// Tells people what became of the file.
pub(crate) fn tell(landed: &Landed, elapsed: Duration, dry_run: bool) {
    let tally = &landed.tally;
    for (name, (rows, line)) in &tally.ignored {
        messages::warn(&format!(
            "the server ignored `{name}` of {}, the first of them in line {line}",
            counted(*rows)
        ));
    }
    for (line, why) in &tally.bad_value_reasons {
        messages::warn(&format!("line {line}: a value was left out: {why}"));
    }
    if tally.bad_values > 0 {
        messages::warn(&format!(
            "{} values of custom fields were left out; `--strict` refuses their rows",
            HumanCount(tally.bad_values)
        ));
    }
    let (rows, seconds) = (tally.rows(), elapsed.as_secs_f64());
    messages::plain(&format!("{} in {seconds:.1} s, {} rows/s", counted(rows), rate(rows, elapsed)));
    let [created, updated, failed] = [tally.created, tally.updated, tally.failed].map(HumanCount);
    let would = if dry_run { "would be " } else { "" };
    messages::plain(&format!("{created} {would}created, {updated} updated or unchanged, {failed} failed"));
    for line in details(tally) {
        messages::plain(&line);
    }
    if dry_run {
        messages::note("this was a dry run: nothing was written");
    }
}

/// Returns a line for what was replaced and for each kind of value that was left out, if there is any.
fn details(tally: &Tally) -> Vec<String> {
    let LeftOut { placeholders, further_values, unknown_lead_sources } = tally.left_out;
    let of_contacts = |count: u64, what: &str| (count > 0).then(|| format!("{} {what}", HumanCount(count)));
    let replaced = [
        of_contacts(tally.replaced_names, "names"),
        of_contacts(tally.replaced_emails, "email addresses"),
        of_contacts(tally.replaced_phones, "phone numbers"),
    ];
    let replaced: Vec<_> = replaced.into_iter().flatten().collect();
    let mut lines = Vec::new();
    if !replaced.is_empty() {
        lines.push(format!("replaced in contacts that existed: {}", replaced.join(", ")));
    }
    for (count, what) in [
        (placeholders, "texts that are no phone number, email address or name, such as N/A"),
        (further_values, "further phone numbers and email addresses of a cell"),
        (unknown_lead_sources, "words that are no lead source"),
    ] {
        if count > 0 {
            lines.push(format!("left out: {} {what}", HumanCount(count)));
        }
    }
    lines
}

/// Returns a number of rows in words.
fn counted(rows: u64) -> String {
    format!("{} {}", HumanCount(rows), if rows == 1 { "row" } else { "rows" })
}

/// Returns a number of rows of the file that are done, in words.
fn done(rows: u64) -> String {
    format!("{} of the file {} done", counted(rows), if rows == 1 { "is" } else { "are" })
}

/// Why an import has not done all it was told, where it has not.
///
/// # Errors
/// It was stopped, or rows failed.
pub(crate) fn judge(landed: Landed, failed_file: &Path) -> Result<(), Failure> {
    let Landed { tally, stop, rows_done, may_double } = landed;
    let resume = || {
        let resume = format!("`--skip {rows_done}` continues after the rows that are done");
        if !may_double {
            return resume;
        }
        format!(
            "{resume}; look first whether rows behind them are there already, as in the request that failed are some \
             that make new contacts at every run: `contacts list --sort=-created_at` shows them"
        )
    };
    match stop {
        Some(Stop::Interrupted) => {
            let stopped = Failure::new(Exit::Interrupted, "the import was stopped");
            Err(stopped.because(done(rows_done)).tip(resume()))
        }
        Some(Stop::Failed(failure)) => {
            let what = failure.tip.clone();
            let failure = what.into_iter().fold(failure, Failure::because);
            Err(failure.because(done(rows_done)).tip(resume()))
        }
        None if tally.failed > 0 => {
            let what = format!("{} of {} failed", HumanCount(tally.failed), counted(tally.rows()));
            let mut failure = Failure::new(Exit::Refused, what);
            failure.why.extend(tally.reasons.iter().map(|(line, why)| format!("line {line}: {why}")));
            let more = tally.failed - tally.reasons.len() as u64;
            if more > 0 {
                failure = failure.because(format!("and {} more", HumanCount(more)));
            }
            Err(failure.tip(format!(
                "{} has them with the reasons: correct it and import it again",
                failed_file.display()
            )))
        }
        None => Ok(()),
    }
}
