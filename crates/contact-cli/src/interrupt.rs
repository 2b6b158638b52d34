//! Ctrl-C: the first one stops the command in order, the second one at once.
//!
//! SIGTERM has the same effect. So has the first hangup, unless it is ignored, as under `nohup`. Further hangups are
//! ignored, because both the shell and the system send one when a terminal is closed.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::watch;

use self::signals::Signals;
use crate::exit::Exit;
use crate::failure::Failure;

/// Whether a signal to stop has arrived.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Handles the signals until the program ends.
    ///
    /// # Errors
    /// The signals cannot be handled.
    pub(crate) fn watch() -> Result<Self, Failure> {
        Self::watch_with(|| {})
    }

    /// Like [`Interrupt::watch`], and calls `first` in another thread on the first signal.
    ///
    /// # Errors
    /// The signals cannot be handled.
    pub(crate) fn watch_with(first: impl FnOnce() + Send + 'static) -> Result<Self, Failure> {
        Self::try_watch(first).map_err(|error| Failure::local("cannot handle Ctrl-C", error))
    }

    fn try_watch(first: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let mut signals = runtime.block_on(async { Signals::new() })?;
        let (sender, interrupt) = watch::channel(false);
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(signals.first());
            sender.send_replace(true);
            first();
            runtime.block_on(signals.next());
            leave();
        })?;
        Ok(Self(interrupt))
    }

    /// Returns true if a signal has arrived.
    pub(crate) fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for a signal.
    pub(crate) async fn comes(&self) {
        if self.0.clone().wait_for(|has_come| *has_come).await.is_err() {
            // The thread has ended, so no signal is handled any more.
            std::future::pending::<()>().await;
        }
    }
}

/// Ends the program at once.
pub(crate) fn leave() -> ! {
    std::process::exit(Exit::Interrupted as i32)
}

#[cfg(unix)]
mod signals {
    use std::io;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        /// `None` if hangups are ignored, so that the program outlives the terminal.
        hangup: Option<Signal>,
    }

    impl Signals {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) },
            })
        }

        /// Waits for the first signal.
        pub(super) async fn first(&mut self) {
            match self.hangup.take() {
                Some(mut hangup) => tokio::select! {
                    () = self.next() => {}
                    _ = hangup.recv() => {}
                },
                None => self.next().await,
            }
        }

        /// Waits for a further signal.
        pub(super) async fn next(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }

    /// Returns true if the program was started with hangups ignored. On systems without `/proc`, returns true if
    /// standard error is not a terminal, which `nohup` ensures.
    fn ignores_hangup() -> bool {
        use std::io::IsTerminal as _;
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        match ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()) {
            Some(mask) => mask & (1 << (SignalKind::hangup().as_raw_value() - 1)) != 0,
            None => !std::io::stderr().is_terminal(),
        }
    }
}

#[cfg(not(unix))]
mod signals {
    /// Only Ctrl-C exists.
    pub(super) struct Signals;

    impl Signals {
        pub(super) fn new() -> std::io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn first(&mut self) {
            self.next().await;
        }

        pub(super) async fn next(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }
}
