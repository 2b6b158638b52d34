//! How a write is done.

use clap::Args;
use contact_client::Call;
use contact_client::operation::{Operation, TakesBody, Writes};

/// How a write is done.
#[derive(Debug, Clone, Args)]
pub(crate) struct WriteArgs {
    /// Show the request and send nothing
    #[arg(long)]
    pub(crate) preview: bool,
    /// Run the write on the server and roll it back
    #[arg(long, conflicts_with = "preview")]
    pub(crate) dry_run: bool,
    /// Send this idempotency key: the same write, sent again with it, is done once
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

impl WriteArgs {
    /// Returns true if the write is neither a preview nor a dry run.
    pub(crate) fn loses_something(&self) -> bool {
        !self.preview && !self.dry_run
    }

    /// Applies the flags to a call.
    pub(crate) fn say_on<O: Writes, A>(&self, call: Call<O, A>) -> Call<O, A> {
        let call = call.when(self.dry_run, Call::dry_run);
        call.when_some(self.idempotency_key.as_ref(), Call::idempotency_key)
    }
}

/// How a body is read.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct StrictArgs {
    /// Have the server refuse what it would ignore or store as another value
    #[arg(long)]
    pub(crate) strict: bool,
}

impl StrictArgs {
    /// As if the flag were said.
    pub(crate) const STRICT: Self = Self { strict: true };

    /// Returns true if the server refuses what it would ignore.
    pub(crate) fn is_strict(self) -> bool {
        self.strict
    }

    /// Says how the body is read.
    pub(crate) fn say_on<O: Operation + TakesBody, A>(self, call: Call<O, A>) -> Call<O, A> {
        call.when(self.strict, Call::strict)
    }
}

/// What a write of a contact is answered with.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ReceiptArgs {
    /// Show what the write did, field by field
    #[arg(long)]
    pub(crate) receipt: bool,
}
