//! The summary at the end of an import.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::HumanCount;
use serde::Serialize;

use super::tally::Tally;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::import::map::LeftOut;
use crate::import::row::Row;
use crate::output::messages;
use crate::output::progress::rate;
use crate::output::record::Record;

/// The outcome of an import.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    /// Why the import stopped before the end of the file.
    pub(crate) stop: Option<Stop>,
    /// The number of rows at the beginning of the file that are done.
    pub(crate) rows_done: u64,
    /// Whether rows after them may be done too, and would create contacts again.
    pub(crate) may_repeat: bool,
    pub(crate) elapsed: Duration,
}

/// Why an import stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Ctrl-C.
    Interrupted,
    /// The file cannot be read, or the server cannot be used.
    Failed(Failure),
}

/// The summary for programs.
#[derive(Debug, Serialize)]
struct Summary<'o> {
    /// The number of rows, without blank ones.
    rows: u64,
    #[serde(flatten)]
    tally: &'o Tally,
    /// The file of failed rows, if a row failed.
    failed_file: Option<String>,
    /// The file with the receipts.
    report_file: Option<String>,
    dry_run: bool,
    /// Whether the file was read to its end.
    complete: bool,
    /// The number of rows at the beginning of the file that are done, which `--skip` takes.
    done: u64,
    seconds: f64,
    rows_per_second: f64,
}

impl Record for Summary<'_> {
    const ID: &'static str = "rows";
    const COLUMNS: &'static [&'static str] = &["rows", "created", "updated", "failed"];
    const KEYS: &'static [&'static str] = Self::COLUMNS;
}

impl Outcome {
    /// Records that rows are done, some of which have failed.
    pub(crate) fn record(&mut self, failed: &[(&Row, String)], left_out: LeftOut, rows: u64) {
        failed.iter().for_each(|(row, why)| self.tally.fail(row.line, why));
        self.tally.leave_out(left_out);
        self.rows_done += rows;
        self.may_repeat = false;
    }

    /// Returns the summary for programs.
    pub(crate) fn summary(
        &self,
        failed_file: &Path,
        report_file: Option<PathBuf>,
        dry_run: bool,
    ) -> impl Record {
        let seconds = (self.elapsed.as_secs_f64() * 1_000.0).round() / 1_000.0;
        let rows = self.tally.rows();
        Summary {
            rows,
            tally: &self.tally,
            failed_file: (self.tally.failed > 0).then(|| failed_file.display().to_string()),
            report_file: report_file.map(|path| path.display().to_string()),
            dry_run,
            complete: self.stop.is_none(),
            done: self.rows_done,
            seconds,
            rows_per_second: (rows as f64 / seconds.max(0.001)).round(),
        }
    }

    /// Prints the summary for people.
    pub(crate) fn print(&self, dry_run: bool) {
        let Self { tally, elapsed, .. } = self;
        for (name, (rows, line)) in &tally.ignored {
            let rows = count(*rows, "row");
            messages::warn(&format!("the server ignored `{name}` in {rows}, first in line {line}"));
        }
        for (line, why) in &tally.bad_value_reasons {
            messages::warn(&format!("line {line}: a value was left out: {why}"));
        }
        if tally.bad_values > 0 {
            let values = count(tally.bad_values, "custom field value");
            messages::warn(&format!("left out {values}; `--strict` refuses such rows"));
        }
        let (rows, seconds) = (tally.rows(), elapsed.as_secs_f64());
        messages::plain(&format!(
            "{} in {seconds:.1} s, {} rows/s",
            count(rows, "row"),
            rate(rows, *elapsed)
        ));
        let [created, updated, failed] = [tally.created, tally.updated, tally.failed].map(HumanCount);
        let would = if dry_run { "would be " } else { "" };
        messages::plain(&format!(
            "{created} {would}created, {updated} updated or unchanged, {failed} failed"
        ));
        let replaced = list(&[
            (tally.replaced_names, "name"),
            (tally.replaced_emails, "email address"),
            (tally.replaced_phones, "phone number"),
        ]);
        if !replaced.is_empty() {
            messages::plain(&format!("replaced in existing contacts: {replaced}"));
        }
        for (left_out, what) in [
            (list(&[(tally.placeholders, "placeholder")]), "such as N/A"),
            (
                list(&[(tally.further_values, "value")]),
                "after the first phone number or email address of a cell",
            ),
            (list(&[(tally.unknown_lead_sources, "text")]), "instead of a lead source"),
        ] {
            if !left_out.is_empty() {
                messages::plain(&format!("left out: {left_out} {what}"));
            }
        }
        if dry_run {
            messages::note("this was a dry run: nothing was written");
        }
    }

    /// Returns why the import has not done everything.
    ///
    /// # Errors
    /// The import stopped, or rows failed.
    pub(crate) fn into_result(self, failed_file: &Path) -> Result<(), Failure> {
        let Self { tally, stop, rows_done, may_repeat, .. } = self;
        let is_are = if rows_done == 1 { "is" } else { "are" };
        let done = format!("{} of the file {is_are} done", count(rows_done, "row"));
        let mut resume = format!("`--skip {rows_done}` continues after the rows that are done");
        if may_repeat {
            resume += "; first check whether the rows after them are there already, because the request that failed \
                       contains rows that create new contacts every time: `contacts list --sort=-created_at` shows \
                       the newest contacts";
        }
        match stop {
            Some(Stop::Interrupted) => {
                Err(Failure::new(Exit::Interrupted, "the import was stopped").because(done).tip(resume))
            }
            Some(Stop::Failed(mut failure)) => {
                let tip = failure.tip.take();
                Err(tip.into_iter().fold(failure, Failure::because).because(done).tip(resume))
            }
            None if tally.failed > 0 => {
                let what = format!("{} of {} failed", HumanCount(tally.failed), count(tally.rows(), "row"));
                let mut failure = Failure::new(Exit::Refused, what);
                failure.why.extend(tally.reasons.iter().map(|(line, why)| format!("line {line}: {why}")));
                let more = tally.failed - tally.reasons.len() as u64;
                if more > 0 {
                    failure = failure.because(format!("and {} more", HumanCount(more)));
                }
                Err(failure.tip(format!(
                    "{} contains them with the reasons: correct it and import it again",
                    failed_file.display()
                )))
            }
            None => Ok(()),
        }
    }
}

/// Returns a number of things in words.
fn count(number: u64, thing: &str) -> String {
    let plural = match thing {
        _ if number == 1 => "",
        thing if thing.ends_with('s') => "es",
        _ => "s",
    };
    format!("{} {thing}{plural}", HumanCount(number))
}

/// Returns the numbers of things that are not zero in words.
fn list(numbers: &[(u64, &str)]) -> String {
    let counted = numbers.iter().filter(|(number, _)| *number > 0);
    counted.map(|(number, thing)| count(*number, thing)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_singular_or_plural() {
        let counted =
            list(&[(1, "name"), (1, "email address"), (0, "row"), (2_000, "email address"), (3, "text")]);
        assert_eq!(counted, "1 name, 1 email address, 2,000 email addresses, 3 texts");
    }
}
