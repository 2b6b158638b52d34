//! How far a long command is: a bar on a terminal, and a line every few seconds elsewhere.

use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use super::{messages, terminal};

/// How often a line is written.
const LINES: Duration = Duration::from_secs(5);
const BAR: &str = "{wide_bar} {percent} %, {msg}, {eta} left";
/// Where no one knows how long it is.
const SPINNER: &str = "{spinner} {msg}";

/// How many a second.
pub(crate) fn rate(count: u64, elapsed: Duration) -> HumanCount {
    HumanCount((count as f64 / elapsed.as_secs_f64().max(0.001)).round() as u64)
}

/// Shows how far a long command is. A bar goes when it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    /// What is counted, in the plural.
    things: &'static str,
    begun: Instant,
    length: Option<u64>,
    shown: Shown,
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { last: Instant },
}

impl Progress {
    /// Of a command that does so many things, or reads so many bytes; silent where output is to be quiet.
    pub(crate) fn begin(things: &'static str, length: Option<u64>, is_quiet: bool) -> Self {
        let begun = Instant::now();
        let shown = if is_quiet {
            Shown::Nothing
        } else if terminal::is_standard_error() {
            Shown::Bar(bar(length))
        } else {
            Shown::Lines { last: begun }
        };
        Self { things, begun, length, shown }
    }

    /// Since it began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Shows how far it is: which part of its length, and how many things are done.
    pub(crate) fn show(&mut self, part: u64, done: u64) {
        let (things, elapsed) = (self.things, self.begun.elapsed());
        let text = || format!("{} {things}, {} {things}/s", HumanCount(done), rate(done, elapsed));
        match &mut self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_message(text());
                bar.set_position(part);
                bar.tick();
            }
            Shown::Lines { last } if last.elapsed() >= LINES => {
                *last = Instant::now();
                messages::plain(&format!("{}{}", text(), left(part, self.length, elapsed)));
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
    let bar = bar.with_finish(ProgressFinish::AndClear);
    let template = if length.is_some() { BAR } else { SPINNER };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("━━╌")),
        // The templates are good, as a test shows.
        Err(_) => bar,
    }
}

/// Which share is done where the length is known, and how long the rest takes.
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
