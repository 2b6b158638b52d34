//! The progress of a long command: a bar on a terminal, and a line every few seconds elsewhere.

use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use super::printer::Printer;
use super::{messages, terminal};

/// The interval of lines.
const LINES: Duration = Duration::from_secs(5);
const BAR: &str = "{wide_bar} {percent} %, {msg}, {eta} left";
/// For an unknown length.
const SPINNER: &str = "{spinner} {msg}";

/// Returns the number per second.
fn rate(count: u64, elapsed: Duration) -> HumanCount {
    HumanCount((count as f64 / elapsed.as_secs_f64().max(0.001)).round() as u64)
}

/// Shows the progress of a long command. A bar disappears when it is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    /// The plural of what is counted.
    things: &'static str,
    /// The bar, which is hidden unless standard error is a terminal.
    bar: ProgressBar,
    /// When the last line was printed, if there are lines.
    last_line: Option<Instant>,
}

impl Printer {
    /// Starts to show the progress of a long command on standard error, unless `--quiet` is given. `length` is the number of
    /// all steps or bytes, if it is known.
    pub(crate) fn progress(&self, things: &'static str, length: Option<u64>) -> Progress {
        let has_bar = terminal::is_standard_error();
        let target =
            if has_bar && !self.quiet { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        // A test checks that the templates are valid.
        let style = ProgressStyle::with_template(if length.is_some() { BAR } else { SPINNER });
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━━╌");
        let bar = ProgressBar::with_draw_target(length, target).with_style(style);
        let bar = bar.with_finish(ProgressFinish::AndClear);
        Progress { things, bar, last_line: (!has_bar && !self.quiet).then(Instant::now) }
    }
}

impl Progress {
    /// Returns the time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.bar.elapsed()
    }

    /// Shows the part of the length that is done, and the number of things that are done.
    pub(crate) fn show(&mut self, part: u64, done: u64) {
        let (things, elapsed) = (self.things, self.elapsed());
        let text = || format!("{} {things}, {} {things}/s", HumanCount(done), rate(done, elapsed));
        if !self.bar.is_hidden() {
            self.bar.set_message(text());
            self.bar.set_position(part);
            self.bar.tick();
        }
        if let Some(last) = self.last_line.as_mut().filter(|last| last.elapsed() >= LINES) {
            *last = Instant::now();
            messages::plain(&format!("{}{}", text(), left(part, self.bar.length(), elapsed)));
        }
    }

    /// Prints a note above the bar.
    pub(crate) fn say(&self, text: &str) {
        self.bar.suspend(|| messages::note(text));
    }

    /// Removes the bar.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// Returns the share that is done and the remaining time, if the length is known.
fn left(part: u64, length: Option<u64>, elapsed: Duration) -> String {
    let Some(length) = length.filter(|_| part > 0) else { return String::new() };
    let share = part as f64 / length.max(part) as f64;
    let rest = elapsed.mul_f64((1.0 - share) / share);
    format!(", {:.0} %, about {} left", share * 100.0, HumanDuration(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_are_valid() {
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
    fn a_line_contains_the_remaining_time() {
        let elapsed = Duration::from_secs(30);
        assert_eq!(left(250, Some(1_000), elapsed), ", 25 %, about 2 minutes left");
        assert_eq!(left(1_000, Some(1_000), elapsed), ", 100 %, about 0 seconds left");
        assert_eq!((left(250, None, elapsed), left(0, Some(1_000), elapsed)), (String::new(), String::new()));
    }
}
