//! What a run prints of itself: a heading before each step, and a table of all of them at the end.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The steps of a run, and how each went.
pub(super) struct Report<W> {
    out: W,
    steps: Vec<(&'static str, Outcome)>,
    started: Instant,
}

#[derive(Debug, Clone, Copy)]
enum Outcome {
    NotReached,
    LeftOut(&'static str),
    Passed(Duration),
    Failed(Duration),
}

impl<W: Write> Report<W> {
    /// A report on these steps, none of which has run.
    pub(super) fn new(out: W, steps: &[&'static str]) -> Self {
        Self {
            out,
            steps: steps.iter().map(|step| (*step, Outcome::NotReached)).collect(),
            started: Instant::now(),
        }
    }

    /// Says something between the output of the steps.
    pub(super) fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "    {text}")?;
        self.out.flush()
    }

    /// Marks a step that this run does without.
    pub(super) fn leave_out(&mut self, step: &'static str, reason: &'static str) {
        self.record(step, Outcome::LeftOut(reason));
    }

    /// Runs a step under its heading; the error of one that fails begins with its name.
    pub(super) fn step<T>(
        &mut self,
        step: &'static str,
        work: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let number = self.steps.iter().position(|(name, _)| *name == step);
        let number = number.map_or(self.steps.len(), |index| index + 1);
        writeln!(self.out, "\n==> {number}/{} {step}", self.steps.len())?;
        self.out.flush()?;

        let begun = Instant::now();
        let result = work(self);
        let time = begun.elapsed();
        let (outcome, word) = match result {
            Ok(_) => (Outcome::Passed(time), "passed"),
            Err(_) => (Outcome::Failed(time), "failed"),
        };
        self.record(step, outcome);
        writeln!(self.out, "<== {step}: {word} after {}", seconds(time))?;
        self.out.flush()?;
        result.with_context(|| format!("failed at the step \"{step}\""))
    }

    /// Prints the table of all steps.
    pub(super) fn summary(&mut self) -> io::Result<()> {
        let width = self.steps.iter().map(|(name, _)| name.len()).max();
        let width = width.unwrap_or_default();
        writeln!(self.out)?;
        for (name, outcome) in &self.steps {
            let (word, rest) = match outcome {
                Outcome::NotReached => ("not reached", String::new()),
                Outcome::LeftOut(reason) => ("left out", format!("({reason})")),
                Outcome::Passed(time) => ("passed", seconds(*time)),
                Outcome::Failed(time) => ("FAILED", seconds(*time)),
            };
            let line = format!("  {name:width$}  {word:11}  {rest:>8}");
            writeln!(self.out, "{}", line.trim_end())?;
        }
        writeln!(self.out, "  {:width$}  {:11}  {:>8}", "all", "", seconds(self.started.elapsed()))?;
        self.out.flush()
    }

    fn record(&mut self, step: &'static str, outcome: Outcome) {
        if let Some(entry) = self.steps.iter_mut().find(|(name, _)| *name == step) {
            entry.1 = outcome;
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn the_summary_says_how_every_step_went() {
        let mut report = Report::new(Vec::new(), &["format", "database", "tests", "fuzz"]);
        report.leave_out("database", "--fast");
        report.step("format", |_| Ok(())).unwrap();
        let error = report.step("tests", |_| -> Result<()> { bail!("two of them") }).unwrap_err();
        assert_eq!(format!("{error:#}"), "failed at the step \"tests\": two of them");

        report.summary().unwrap();
        let text = String::from_utf8(report.out).unwrap();
        let table: Vec<_> = text.lines().skip_while(|line| !line.is_empty()).collect();
        let table = table.join("\n");
        for line in [
            "==> 1/4 format",
            "==> 3/4 tests",
            "<== tests: failed after 0.0 s",
            "  format    passed          0.0 s",
            "  database  left out     (--fast)",
            "  tests     FAILED          0.0 s",
            "  fuzz      not reached",
        ] {
            assert!(table.lines().any(|have| have == line), "{line}\n{table}");
        }
    }
}
