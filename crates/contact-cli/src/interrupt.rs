//! Ctrl-C: the first one stops in order, the second one at once.
//!
//! SIGTERM is as good as Ctrl-C. So is the first hangup, where it is not ignored as under `nohup`; a further one
//! is not, for the shell and the system both send one where a terminal is closed.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::watch;

use self::system::Signals;
use crate::exit::Exit;
use crate::failure::Failure;

/// Whether someone asked the program to stop, as far as that is watched.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Takes Ctrl-C over for the rest of the program.
    ///
    /// # Errors
    /// The system does not let it.
    pub(crate) fn watch() -> Result<Self, Failure> {
        Self::watch_with(|| {})
    }

    /// The same, and does something as soon as the first signal comes, in a thread of its own: so it is done also
    /// where the program waits for something else.
    ///
    /// # Errors
    /// The system does not let it.
    pub(crate) fn watch_with(first: impl FnOnce() + Send + 'static) -> Result<Self, Failure> {
        Self::try_watch(first).map_err(|error| Failure::local("Ctrl-C cannot be watched", error))
    }

    fn try_watch(first: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let mut signals = Signals::take(&runtime)?;
        let (told, interrupt) = watch::channel(false);
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(signals.first());
            told.send_replace(true);
            first();
            runtime.block_on(signals.again());
            leave();
        })?;
        Ok(Self(interrupt))
    }

    /// Whether a signal has come.
    pub(crate) fn has_come(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for a signal.
    pub(crate) async fn comes(&self) {
        if self.0.clone().wait_for(|has_come| *has_come).await.is_err() {
            // No signal is watched any more, so none comes.
            std::future::pending::<()>().await;
        }
    }
}

/// Ends the program, whatever it is at.
pub(crate) fn leave() -> ! {
    std::process::exit(Exit::Interrupted as i32)
}

#[cfg(unix)]
mod system {
    use std::io;

    use tokio::runtime::Runtime;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    pub(super) struct Signals {
        interrupt: Signal,
        terminate: Signal,
        /// None where it is ignored: whoever started the program wants it to outlive the terminal.
        hangup: Option<Signal>,
    }

    impl Signals {
        /// Takes the signals over.
        ///
        /// # Errors
        /// The system does not let it.
        pub(super) fn take(runtime: &Runtime) -> io::Result<Self> {
            let _within = runtime.enter();
            Ok(Self {
                interrupt: signal(SignalKind::interrupt())?,
                terminate: signal(SignalKind::terminate())?,
                hangup: if ignores_hangup() { None } else { Some(signal(SignalKind::hangup())?) },
            })
        }

        /// Waits for any signal.
        pub(super) async fn first(&mut self) {
            match &mut self.hangup {
                Some(hangup) => {
                    tokio::select! {
                        _ = self.interrupt.recv() => {}
                        _ = self.terminate.recv() => {}
                        _ = hangup.recv() => {}
                    }
                }
                None => self.again().await,
            }
        }

        /// Waits for one that says that the program is not to wait for anything.
        pub(super) async fn again(&mut self) {
            tokio::select! {
                _ = self.interrupt.recv() => {}
                _ = self.terminate.recv() => {}
            }
        }
    }

    /// Whether the program was started so that a hangup does not end it. Where the system has no `/proc` to tell,
    /// that is so where it does not write to a terminal, which `nohup` takes care of.
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
mod system {
    use std::io;

    use tokio::runtime::Runtime;

    /// Ctrl-C is all that there is.
    pub(super) struct Signals;

    impl Signals {
        pub(super) fn take(_: &Runtime) -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn first(&mut self) {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        }

        pub(super) async fn again(&mut self) {
            self.first().await;
        }
    }
}
