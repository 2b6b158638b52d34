//! How far an import is: a bar on a terminal, and a line every few seconds elsewhere.

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::tally::Tally;
use crate::output::messages;

/// How often a line is written.
const LINES: Duration = Duration::from_secs(5);
const BAR: &str = "{bar:20} {percent:>3} %  {msg}  {eta} left";
/// Where no one knows how long the file is.
const SPINNER: &str = "{spinner} {msg}";

/// How many a second.
pub(crate) fn rate(count: u64, elapsed: Duration) -> HumanCount {
    HumanCount((count as f64 / elapsed.as_secs_f64().max(0.001)).round() as u64)
}

/// Shows how far an import is.
pub(crate) struct Progress {
    begun: Instant,
    length: Option<u64>,
    shown: Shown,
}

enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { last: Instant },
}

impl Progress {
    /// Of a file that is so long; silent where output is to be quiet.
    pub(crate) fn begin(length: Option<u64>, is_quiet: bool) -> Self {
        let begun = Instant::now();
        let shown = if is_quiet {
            Shown::Nothing
        } else if io::stderr().is_terminal() {
            Shown::Bar(bar(length))
        } else {
            Shown::Lines { last: begun }
        };
        Self { begun, length, shown }
    }

    /// Since it began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Shows how far it is.
    pub(crate) fn show(&mut self, tally: &Tally) {
        let elapsed = self.begun.elapsed();
        let text = || format!("{} rows, {} rows/s", HumanCount(tally.rows()), rate(tally.rows(), elapsed));
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_message(text());
                bar.set_position(tally.bytes);
                bar.tick();
            }
            Shown::Lines { last } if last.elapsed() >= LINES => {
                *last = Instant::now();
                messages::plain(&format!("{}{}", text(), left(tally.bytes, self.length, elapsed)));
            }
            Shown::Lines { .. } => {}
        }
    }

    /// Says something that the bar is not to overwrite.
    pub(crate) fn say(&self, text: &str) {
        match &self.shown {
            Shown::Bar(bar) => bar.suspend(|| messages::note(text)),
            Shown::Nothing | Shown::Lines { .. } => messages::note(text),
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn bar(length: Option<u64>) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    let template = if length.is_some() { BAR } else { SPINNER };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("##-")),
        // The templates are good, as a test shows.
        Err(_) => bar,
    }
}

/// How far a file of known length is, and how long the rest takes.
fn left(bytes: u64, length: Option<u64>, elapsed: Duration) -> String {
    let Some(length) = length.filter(|_| bytes > 0) else { return String::new() };
    let share = bytes as f64 / length.max(bytes) as f64;
    let rest = elapsed.mul_f64((1.0 - share) / share);
    format!(", {:.0} %, about {} left", share * 100.0, HumanDuration(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_good() {
        for template in [BAR, SPINNER] {
            ProgressStyle::with_template(template).unwrap();
        }
    }

    #[test]
    fn a_rate_is_a_whole_number() {
        assert_eq!(rate(30_000, Duration::from_millis(1_500)).to_string(), "20,000");
        assert_eq!(rate(0, Duration::ZERO).to_string(), "0");
    }

    #[test]
    fn a_line_tells_how_long_it_takes() {
        let elapsed = Duration::from_secs(30);
        assert_eq!(left(250, Some(1_000), elapsed), ", 25 %, about 2 minutes left");
        assert_eq!(left(1_000, Some(1_000), elapsed), ", 100 %, about 0 seconds left");
        assert_eq!((left(250, None, elapsed), left(0, Some(1_000), elapsed)), (String::new(), String::new()));
    }
}
