//! The log, on standard error.

use std::io::IsTerminal;
use std::panic::PanicHookInfo;

use clap::ValueEnum;
use tracing::Metadata;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object for each line, for programs.
    Json,
}

/// The target of audit events.
pub(crate) const AUDIT: &str = "audit";

/// The first parts of the targets that are logged: those of audit events and of our own crates.
///
/// Dependencies log the data they work on: phone numbers, statements with values, requests byte for byte. Therefore
/// their events are dropped at every level, and `RUST_LOG` cannot turn them on. If a dependency fails, one of these
/// crates logs the error.
const LOGGED: [&str; 4] = [AUDIT, "contact_model", "contact_server", "contact_store"];

/// The level if `RUST_LOG` is not set or cannot be read.
const DEFAULT_LEVEL: &str = "warn";

/// Starts the log. `RUST_LOG` selects what is logged of the targets in [`LOGGED`]. Audit events are logged at the
/// level `info` unless it sets another level for their target.
pub(crate) fn start(format: LogFormat) {
    let log = tracing_subscriber::fmt()
        .with_env_filter(env_filter())
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // This does not connect the `log` crate, which only dependencies use.
    let started = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(log.finish().with(filter_fn(is_logged))),
        LogFormat::Json => {
            tracing::subscriber::set_global_default(log.json().finish().with(filter_fn(is_logged)))
        }
    };
    if let Err(error) = started {
        tracing::debug!(%error, "a log was started before");
    }
    std::panic::set_hook(Box::new(log_panic));
}

/// Reads `RUST_LOG`. A later directive replaces an earlier one for the same target, so it can choose another level
/// for audit events.
fn env_filter() -> EnvFilter {
    let directives = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    let directives = if directives.is_empty() { DEFAULT_LEVEL } else { &directives };
    EnvFilter::try_new(format!("{AUDIT}=info,{directives}"))
        .unwrap_or_else(|_| EnvFilter::new(format!("{AUDIT}=info,{DEFAULT_LEVEL}")))
}

fn is_logged(metadata: &Metadata<'_>) -> bool {
    let first_part = metadata.target().split("::").next();
    first_part.is_some_and(|part| LOGGED.contains(&part))
}

/// Logs where a thread panicked. The message is logged only if it is fixed in the source: a formatted one may contain
/// a contact's data.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    let message = panic.payload().downcast_ref::<&'static str>();
    tracing::error!(location, message, "a thread panicked");
}
