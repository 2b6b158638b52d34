//! Flags of writes.

use clap::Args;
use contact_client::model::OperationId;
use contact_client::model::clock::{Clock as _, SystemClock};
use contact_client::operation::{Operation, TakesBody, Writes};
use contact_client::{Call, Client};

use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;

/// The flags of every write.
#[derive(Debug, Clone, Args)]
pub(crate) struct WriteArgs {
    /// Print the request without sending it
    #[arg(long)]
    pub(crate) preview: bool,
    /// Run the write on the server and roll it back
    #[arg(long, conflicts_with = "preview")]
    pub(crate) dry_run: bool,
    /// Idempotency key: a write repeated with it is done only once
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    idempotency_key: Option<String>,
    /// Id of the operation that the write is part of, for `contacts undo --operation`
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) operation_id: Option<OperationId>,
}

impl WriteArgs {
    /// Returns true if the write changes data.
    pub(crate) fn is_effective(&self) -> bool {
        !self.preview && !self.dry_run
    }

    /// Returns the flags of a dry run.
    pub(crate) fn for_dry_run() -> Self {
        Self { preview: false, dry_run: true, idempotency_key: None, operation_id: None }
    }

    /// Returns the same flags with a new operation id, unless one is given.
    pub(crate) fn with_operation_id(self) -> Self {
        let operation_id = self.operation_id.or_else(new_operation_id);
        Self { operation_id, ..self }
    }

    /// Returns the flags of a part of a write that takes several requests, which are numbered from 1.
    pub(crate) fn of_part(&self, part: usize) -> Self {
        let key = |key: &String| if part == 1 { key.clone() } else { format!("{key}-{part}") };
        Self { idempotency_key: self.idempotency_key.as_ref().map(key), ..self.clone() }
    }

    /// Returns the client that sends the write.
    pub(crate) fn client(&self, client: &Client) -> Client {
        self.operation_id.as_ref().map_or_else(|| client.clone(), |id| client.with_operation_id(id.clone()))
    }

    /// Applies the flags to a call.
    pub(crate) fn apply<O: Writes, A>(&self, call: Call<O, A>) -> Call<O, A> {
        let call = call.when(self.dry_run, Call::dry_run);
        call.when_some(self.idempotency_key.as_ref(), Call::idempotency_key)
    }
}

/// Returns a new id of an operation.
pub(crate) fn new_operation_id() -> Option<OperationId> {
    SystemClock.new_id().to_string().parse().ok()
}

/// The flags of a delete that cannot be undone.
#[derive(Debug, Clone, Args)]
pub(crate) struct DeleteArgs {
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    #[command(flatten)]
    pub(crate) write: WriteArgs,
}

impl DeleteArgs {
    /// Asks before a write that changes data.
    ///
    /// # Errors
    /// The user declined, or there is no terminal.
    pub(crate) fn confirm(&self, question: &str) -> Result<(), Failure> {
        if self.write.is_effective() { self.confirmation.ask(question) } else { Ok(()) }
    }
}

/// How the server reads a body.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct StrictArgs {
    /// Refuse keys and values that the server would otherwise ignore or replace
    #[arg(long)]
    pub(crate) strict: bool,
}

impl StrictArgs {
    /// Applies the flag to a call.
    pub(crate) fn apply<O: Operation + TakesBody, A>(self, call: Call<O, A>) -> Call<O, A> {
        call.when(self.strict, Call::strict)
    }
}

/// The response to a write of a contact.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ReceiptArgs {
    /// Print a receipt with the changes of each field
    #[arg(long)]
    pub(crate) receipt: bool,
}
