//! What an import says at its end.

use std::path::Path;
use std::time::Duration;

use indicatif::HumanCount;
use serde::Serialize;

use super::flight::{Landed, Stop};
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
    /// The file of the rows that failed.
    failed_file: Option<String>,
    /// Whether nothing was done, as it was a rehearsal.
    rehearsal: bool,
    /// Whether the file was read to its end.
    complete: bool,
    /// Rows of the file that are done, from its beginning: what `--skip` takes.
    done: u64,
    seconds: f64,
    rows_per_second: f64,
}

impl Record for Summary {
    const COLUMNS: &'static [&'static str] = &["rows", "created", "updated", "failed"];
    const KEYS: &'static [&'static str] = &[
        "rows",
        "created",
        "updated",
        "failed",
        "bad_values",
        "failed_file",
        "rehearsal",
        "complete",
        "done",
        "seconds",
        "rows_per_second",
    ];

    /// An import has none: where ids alone are printed, they are its contacts'.
    fn id(&self) -> String {
        String::new()
    }
}

impl Summary {
    /// Of an import that has ended.
    pub(crate) fn of(landed: &Landed, elapsed: Duration, failed_file: &Path, rehearsal: bool) -> Self {
        let tally = &landed.tally;
        let seconds = (elapsed.as_secs_f64() * 1_000.0).round() / 1_000.0;
        Self {
            rows: tally.rows(),
            created: tally.created,
            updated: tally.updated,
            failed: tally.failed,
            bad_values: tally.bad_values,
            failed_file: (tally.failed > 0).then(|| failed_file.display().to_string()),
            rehearsal,
            complete: landed.stop.is_none(),
            done: landed.rows_done,
            seconds,
            rows_per_second: (tally.rows() as f64 / seconds.max(0.001)).round(),
        }
    }
}

/// Tells people what became of the file.
pub(crate) fn tell(landed: &Landed, elapsed: Duration, rehearsal: bool) {
    let tally = &landed.tally;
    for (name, (rows, line)) in &tally.ignored {
        messages::warn(&format!(
            "the server ignored `{name}` of {} rows, the first of them in line {line}",
            HumanCount(*rows)
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
    messages::plain(&format!("{} rows in {seconds:.1} s, {} rows/s", HumanCount(rows), rate(rows, elapsed)));
    let [created, updated, failed] = [tally.created, tally.updated, tally.failed].map(HumanCount);
    let would = if rehearsal { "would be " } else { "" };
    messages::plain(&format!("{created} {would}created, {updated} updated or unchanged, {failed} failed"));
    if rehearsal {
        messages::note("a rehearsal: nothing was done");
    }
}

/// Why an import has not done all it was told, where it has not.
///
/// # Errors
/// It was stopped, or rows failed.
pub(crate) fn judge(landed: Landed, failed_file: &Path) -> Result<(), Failure> {
    let Landed { tally, stop, rows_done, may_double } = landed;
    let resume = || {
        let resume = format!("`--skip {rows_done}` goes on behind the rows that are done");
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
            Err(stopped.because(format!("{} rows of the file are done", HumanCount(rows_done))).tip(resume()))
        }
        Some(Stop::Failed(failure)) => {
            let what = failure.tip.clone();
            let failure = what.into_iter().fold(failure, Failure::because);
            Err(failure.because(format!("{} rows of the file are done", HumanCount(rows_done))).tip(resume()))
        }
        None if tally.failed > 0 => {
            let what = format!("{} of {} rows failed", HumanCount(tally.failed), HumanCount(tally.rows()));
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
