//! The summary at the end of an import.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use contact_client::model::{ItemAnswer, OperationId};
use indicatif::HumanCount;
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::import::map::LeftOut;
use crate::import::row::Row;
use crate::output::messages;
use crate::output::record::Record;

/// The number of failed rows and of bad values that are shown.
const SHOWN: usize = 5;
/// The number of ignored keys that are counted.
const IGNORED_KEYS: usize = 100;
/// The status of an item that created a contact.
const CREATED: u16 = 201;

/// The outcome of an import, which is the summary for programs.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// The number of rows, without blank ones.
    pub(crate) rows: u64,
    /// Rows that created a contact.
    created: u64,
    /// Rows that found a contact, changed or not.
    updated: u64,
    failed: u64,
    /// Contacts whose name was replaced.
    replaced_names: u64,
    replaced_emails: u64,
    replaced_phones: u64,
    #[serde(flatten)]
    left_out: LeftOut,
    /// The file of failed rows, if a row failed.
    failed_file: Option<String>,
    /// The file with the receipts.
    report_file: Option<String>,
    dry_run: bool,
    /// The id by which the import can be undone.
    operation_id: Option<String>,
    /// Whether the file was read to its end.
    complete: bool,
    /// The number of rows at the beginning of the file that are done, which `--skip` takes.
    done: u64,
    seconds: f64,
    rows_per_second: f64,
    /// Whether rows after those that are done may be done too, and would create contacts again.
    #[serde(skip)]
    pub(crate) may_repeat: bool,
    /// Why the import stopped before the end of the file.
    #[serde(skip)]
    stop: Option<Failure>,
    /// The lines of the first failed rows, and why they failed.
    #[serde(skip)]
    reasons: Vec<(u64, String)>,
    /// The keys that the server ignored, each with the number of its rows and the first line.
    #[serde(skip)]
    ignored: BTreeMap<String, (u64, u64)>,
}

impl Record for Summary {
    const ID: &'static str = "rows";
    const COLUMNS: &'static [&'static str] = &["rows", "created", "updated", "failed"];
    const KEYS: &'static [&'static str] = Self::COLUMNS;
}

impl Summary {
    /// Creates the summary of an import that skips the rows that are done.
    pub(crate) fn new(
        done: u64,
        dry_run: bool,
        report_file: Option<&Path>,
        operation_id: Option<OperationId>,
    ) -> Self {
        let report_file = report_file.map(|path| path.display().to_string());
        let operation_id = operation_id.filter(|_| !dry_run).map(|id| id.as_str().to_owned());
        Self { done, dry_run, report_file, operation_id, ..Self::default() }
    }

    /// Counts a row that was sent, and what the server replaced and ignored.
    pub(crate) fn add_answer(&mut self, line: u64, answer: &ItemAnswer) {
        match answer.status {
            _ if answer.problem.is_some() => {}
            CREATED => self.created += 1,
            _ => self.updated += 1,
        }
        for key in &answer.replaced {
            match key.as_str() {
                "name" => self.replaced_names += 1,
                "email" => self.replaced_emails += 1,
                "phone" => self.replaced_phones += 1,
                _ => {}
            }
        }
        for key in &answer.ignored {
            if self.ignored.len() < IGNORED_KEYS || self.ignored.contains_key(key) {
                self.ignored.entry(key.clone()).or_insert((0, line)).0 += 1;
            }
        }
    }

    /// Records that rows are done, including those that failed.
    pub(crate) fn record(&mut self, failed: &[(&Row, String)], left_out: LeftOut, rows: u64) {
        self.failed += failed.len() as u64;
        self.rows = self.created + self.updated + self.failed;
        self.reasons.extend(failed.iter().map(|(row, why)| (row.line, why.clone())));
        self.reasons.truncate(SHOWN);
        self.left_out.add(left_out);
        self.left_out.reasons.truncate(SHOWN);
        self.done += rows;
        self.may_repeat = false;
    }

    /// Records the end of the import.
    pub(crate) fn end(&mut self, stop: Option<Failure>, elapsed: Duration, failed_file: &Path) {
        self.seconds = (elapsed.as_secs_f64() * 1_000.0).round() / 1_000.0;
        self.rows_per_second = (self.rows as f64 / self.seconds.max(0.001)).round();
        self.failed_file = (self.failed > 0).then(|| failed_file.display().to_string());
        self.complete = stop.is_none();
        self.stop = stop;
    }

    /// Prints the summary for people.
    pub(crate) fn print(&self) {
        for (name, (rows, line)) in &self.ignored {
            let rows = count(*rows, "row");
            messages::warn(&format!("the server ignored `{name}` in {rows}, first in line {line}"));
        }
        let LeftOut { bad_values, placeholders, further_values, unknown_lead_sources, reasons } =
            &self.left_out;
        for (line, why) in reasons {
            messages::warn(&format!("line {line}: a value was left out: {why}"));
        }
        if *bad_values > 0 {
            let values = count(*bad_values, "custom field value");
            messages::warn(&format!("left out {values}; `--strict` refuses such rows"));
        }
        let (rows, rate) = (count(self.rows, "row"), HumanCount(self.rows_per_second as u64));
        messages::plain(&format!("{rows} in {:.1} s, {rate} rows/s", self.seconds));
        let [created, updated, failed] = [self.created, self.updated, self.failed].map(HumanCount);
        let would = if self.dry_run { "would be " } else { "" };
        messages::plain(&format!(
            "{created} {would}created, {updated} updated or unchanged, {failed} failed"
        ));
        let replaced = [
            (self.replaced_names, "name"),
            (self.replaced_emails, "email address"),
            (self.replaced_phones, "phone number"),
        ];
        let replaced = replaced.into_iter().filter(|(number, _)| *number > 0);
        let replaced: Vec<_> = replaced.map(|(number, thing)| count(number, thing)).collect();
        if !replaced.is_empty() {
            messages::plain(&format!("replaced in existing contacts: {}", replaced.join(", ")));
        }
        for (number, thing, what) in [
            (placeholders, "placeholder", "such as N/A"),
            (further_values, "value", "after the first phone number or email address of a cell"),
            (unknown_lead_sources, "text", "instead of a lead source"),
        ] {
            if *number > 0 {
                messages::plain(&format!("left out: {} {what}", count(*number, thing)));
            }
        }
        if self.dry_run {
            messages::note("this was a dry run: nothing was written");
        }
        if let Some(id) = self.operation_id.as_ref().filter(|_| self.created + self.updated > 0) {
            messages::to_undo(id);
        }
    }

    /// Returns why the import has not done everything.
    ///
    /// # Errors
    /// The import stopped, or rows failed.
    pub(crate) fn into_result(self) -> Result<(), Failure> {
        let Self { rows, failed, done, reasons, .. } = self;
        if let Some(mut failure) = self.stop {
            let is_are = if done == 1 { "is" } else { "are" };
            let mut resume = format!("`--skip {done}` continues after the rows that are done");
            if self.may_repeat {
                resume += "; first check whether the rows after them are there already, because the request that failed \
                           contains rows that create new contacts every time: `contacts list --sort=-created_at` shows \
                           the newest contacts";
            }
            failure.why.extend(failure.tip.take());
            return Err(failure
                .because(format!("{} of the file {is_are} done", count(done, "row")))
                .tip(resume));
        }
        let Some(failed_file) = self.failed_file else { return Ok(()) };
        let what = format!("{} of {} failed", HumanCount(failed), count(rows, "row"));
        let mut failure = Failure::new(Exit::Refused, what);
        failure.why.extend(reasons.iter().map(|(line, why)| format!("line {line}: {why}")));
        let more = failed - reasons.len() as u64;
        if more > 0 {
            failure = failure.because(format!("and {} more", HumanCount(more)));
        }
        Err(failure
            .tip(format!("{failed_file} contains them with the reasons: correct it and import it again")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_singular_or_plural() {
        for (number, thing, words) in [
            (1, "name", "1 name"),
            (1, "email address", "1 email address"),
            (2_000, "email address", "2,000 email addresses"),
            (3, "text", "3 texts"),
        ] {
            assert_eq!(count(number, thing), words);
        }
    }
}
