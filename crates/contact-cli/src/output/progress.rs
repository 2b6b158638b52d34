//! How far a long command is.

use std::fmt::Write;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressState, ProgressStyle};

/// A bar on the terminal that says how many of how many are done, and how many a second. Elsewhere it says
/// nothing. It goes when it is dropped, before anything else is said.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar on standard error, where that is a terminal and `is_wanted`. What is counted is named in the plural.
    pub(crate) fn of(things: &'static str, is_wanted: bool) -> Self {
        let target = if is_wanted { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target).with_finish(ProgressFinish::AndClear);
        Self(bar.with_message(things).with_style(style()))
    }

    /// True where someone sees it: what it takes to know the whole is asked for this alone.
    pub(crate) fn is_seen(&self) -> bool {
        !self.0.is_hidden()
    }

    /// Says how many there are to do.
    pub(crate) fn of_all(&self, all: u64) {
        self.0.set_length(all);
    }

    /// Says that so many more are done.
    pub(crate) fn add(&self, done: u64) {
        self.0.inc(done);
    }
}

fn style() -> ProgressStyle {
    let template = "{wide_bar} {human_pos} of {human_len} {msg}, {rate}, {eta} left";
    // A template that is none is a mistake that the tests show; the library's own does then.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━━╌").with_key("rate", |state: &ProgressState, text: &mut dyn Write| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{}/s", HumanCount(state.per_sec() as u64));
    })
}
