//! The output of a run: a heading before each step, and a table of all steps at the end.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// The result of a step that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    /// It did not run, for this reason.
    Skipped(&'static str),
}

/// The steps of a run with their results.
pub(super) struct Report<W> {
    out: W,
    steps: Vec<&'static str>,
    /// The results of the steps that have run, in their order; none for a failure.
    results: Vec<(Option<Outcome>, Duration)>,
    started: Instant,
}

impl<W: Write> Report<W> {
    pub(super) fn new(out: W, steps: impl Iterator<Item = &'static str>) -> Self {
        Self { out, steps: steps.collect(), results: Vec::new(), started: Instant::now() }
    }

    /// Records that the next step does not run.
    pub(super) fn skip(&mut self, reason: &'static str) {
        self.results.push((Some(Outcome::Skipped(reason)), Duration::ZERO));
    }

    /// Runs the next step below its heading. The error of a step begins with its name.
    pub(super) fn run(&mut self, work: impl FnOnce() -> Result<Outcome>) -> Result<()> {
        let index = self.results.len();
        let step = self.steps[index];
        writeln!(self.out, "\n==> {}/{} {step}", index + 1, self.steps.len())?;
        self.out.flush()?;
        let begin = Instant::now();
        let result = work();
        self.results.push((result.as_ref().ok().copied(), begin.elapsed()));
        result.with_context(|| format!("failed at the step \"{step}\"")).map(|_| ())
    }

    /// Prints the table of all steps.
    pub(super) fn summary(&mut self) -> io::Result<()> {
        let width = self.steps.iter().map(|name| name.len()).max().unwrap_or_default();
        writeln!(self.out)?;
        for (index, name) in self.steps.iter().enumerate() {
            let line = match self.results.get(index) {
                None => format!("  {name:width$}  not run"),
                Some((Some(Outcome::Skipped(reason)), _)) => {
                    format!("  {name:width$}  skipped  ({reason})")
                }
                Some((Some(Outcome::Passed), time)) => {
                    format!("  {name:width$}  passed   {}", seconds(*time))
                }
                Some((None, time)) => format!("  {name:width$}  FAILED   {}", seconds(*time)),
            };
            writeln!(self.out, "{line}")?;
        }
        writeln!(self.out, "  {:width$}           {}", "total", seconds(self.started.elapsed()))
    }
}

fn seconds(time: Duration) -> String {
    format!("{:6.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn summary_lists_every_step() {
        let mut report = Report::new(Vec::new(), ["format", "database", "tests", "fuzz"].into_iter());
        report.run(|| Ok(Outcome::Passed)).unwrap();
        report.skip("--fast");
        let error = report.run(|| bail!("two of them")).unwrap_err();
        assert_eq!(format!("{error:#}"), "failed at the step \"tests\": two of them");
        report.summary().unwrap();
        insta::assert_snapshot!(String::from_utf8(report.out).unwrap(), @"
        
        ==> 1/4 format

        ==> 3/4 tests

          format    passed      0.0 s
          database  skipped  (--fast)
          tests     FAILED      0.0 s
          fuzz      not run
          total                 0.0 s
        ");
    }
}
