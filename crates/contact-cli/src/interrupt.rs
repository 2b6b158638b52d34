//! Ctrl-C: the first one stops the command in order, the second one at once.
//!
//! SIGTERM has the same effect. So has the first hangup, unless it is ignored, as under `nohup`. Further hangups are
//! ignored, because both the shell and the system send one when a terminal is closed.

use std::{io, process, thread};

use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use crate::exit::Exit;
use crate::failure::Failure;
#[cfg(unix)]
use crate::output::terminal;

/// Whether a signal to stop has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(CancellationToken);

impl Interrupt {
    /// Handles the signals until the program ends. Calls `first` in another thread on the first signal.
    ///
    /// # Errors
    /// The signals cannot be handled.
    pub(crate) fn watch(first: impl FnOnce() + Send + 'static) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::local("cannot handle Ctrl-C", error);
        let runtime = Builder::new_current_thread().enable_io().build().map_err(failed)?;
        let mut signal = runtime.block_on(async { signals() }).map_err(failed)?;
        let interrupt = CancellationToken::new();
        let stopped = interrupt.clone();
        let thread = thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(signal(true));
            stopped.cancel();
            first();
            runtime.block_on(signal(false));
            process::exit(Exit::Interrupted as i32);
        });
        thread.map_err(failed)?;
        Ok(Self(interrupt))
    }

    /// Returns true if a signal has arrived.
    pub(crate) fn has_come(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits for a signal.
    pub(crate) async fn comes(&self) {
        self.0.cancelled().await;
    }
}

/// Handles the signals, and returns a function that waits for the first one (`true`) or a further one.
#[cfg(unix)]
fn signals() -> io::Result<impl AsyncFnMut(bool) + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let heeds_hangup = !ignores_hangup();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move |is_first| {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv(), if is_first && heeds_hangup => {}
        }
    })
}

/// Returns true if the program was started with hangups ignored. On systems without `/proc`, returns true if standard
/// error is not a terminal, which `nohup` ensures.
#[cfg(unix)]
fn ignores_hangup() -> bool {
    const HANGUP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    match ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
        Some(mask) => mask & HANGUP != 0,
        None => !terminal::is_standard_error(),
    }
}

/// Like the function for Unix. Only Ctrl-C exists.
#[cfg(not(unix))]
fn signals() -> io::Result<impl AsyncFnMut(bool) + Send> {
    Ok(async |_| {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
