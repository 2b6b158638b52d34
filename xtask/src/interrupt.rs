//! Ctrl-C and other signals that ask the program to end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Whether a signal has arrived. Everything that waits checks it and then fails, so that processes and directories are
/// removed in the usual way, by the values that own them.
static REQUESTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// Handles SIGINT, SIGTERM and SIGHUP from now on.
///
/// # Errors
/// The system does not allow it.
pub fn watch() -> Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&REQUESTED))
            .with_context(|| format!("cannot handle signal {signal}"))?;
    }
    Ok(())
}

/// Returns whether a signal has arrived.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Fails if a signal has arrived.
///
/// # Errors
/// A signal has arrived.
pub fn check() -> Result<()> {
    if requested() {
        bail!("interrupted");
    }
    Ok(())
}
