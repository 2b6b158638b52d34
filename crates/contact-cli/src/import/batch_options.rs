//! How the batches of an import are written.

use contact_client::model::limits;
use contact_client::operation::WriteBatch;
use contact_client::{Body, Call, Client};

use crate::args::matching::MatchArgs;
use crate::args::write::StrictArgs;

/// Rows in one request if the response has a receipt for each: the server limits the size of such a response, and does
/// the batch in one transaction.
const ROWS_WITH_RECEIPTS: usize = 200;

/// How batches are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchOptions {
    pub(crate) matching: MatchArgs,
    pub(crate) strict: StrictArgs,
    pub(crate) dry_run: bool,
    /// Print the ids of the contacts.
    pub(crate) prints_ids: bool,
    /// Ask for the receipt of each write.
    pub(crate) asks_receipts: bool,
}

impl BatchOptions {
    /// How many rows are sent in one request.
    pub(super) fn rows_at_once(&self) -> usize {
        if self.asks_receipts { ROWS_WITH_RECEIPTS } else { limits::BATCH_ITEMS }
    }

    /// The request with a body of items.
    pub(crate) fn call(&self, client: &Client, body: Vec<u8>) -> Call<WriteBatch> {
        let call = client.write_batch(Body::from_json(body));
        let call = self.matching.apply(self.strict.apply(call));
        call.when(self.asks_receipts, Call::receipt).when(self.dry_run, Call::dry_run)
    }
}
