//! `batch`

use clap::Args;
use contact_client::model::BatchAnswer;
use contact_client::{Body, Call};

use crate::args::{BodySource, IncludeArgs, MatchArgs, ReceiptArgs, StrictArgs, WriteArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::messages;

/// The number of refused items whose reasons are printed.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts batch --json writes.json --dry-run
  contacts batch --json - --atomic < writes.json

The JSON is {\"items\": [...]}. An item has a key `op`, which is upsert, update,
delete or insert, and the keys of that operation:
  {\"items\": [{\"op\": \"update\", \"id\": \"ID\", \"notes\": null}]}

The exit code is 1 if an item was refused.")]
pub(crate) struct Batch {
    /// File with the JSON, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    json: BodySource,
    /// Write all items, or none if one is refused
    #[arg(long)]
    atomic: bool,
    #[command(flatten)]
    matching: MatchArgs,
    /// Print the contact of each item
    #[arg(long, conflicts_with = "receipt")]
    contacts: bool,
    #[command(flatten)]
    receipt: ReceiptArgs,
    #[command(flatten)]
    include: IncludeArgs,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl Batch {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let body = Body::from_json(self.json.read()?);
        let write = if self.write.is_effective() { self.write.with_operation_id() } else { self.write };
        let answer = context.send_write(&write, |client| {
            let call = client.write_batch(body).when(self.atomic, Call::atomic);
            let call = self.matching.apply(self.strict.apply(self.include.apply(call)));
            call.when(self.contacts, Call::contacts).when(self.receipt.receipt, Call::receipt)
        })?;
        let Some(answer) = answer else { return Ok(()) };
        let answer = answer.into_body();
        let refused = refusal(&answer);
        let printed = context.printer.all(answer.results, Vec::new());
        messages::last_of([printed, refused.map_or(Ok(()), Err)])
    }
}

/// Returns an error with the refused items, if there are any. Items are counted from 0, as in the server's pointers.
fn refusal(answer: &BatchAnswer) -> Option<Failure> {
    let places = answer.results.iter().enumerate();
    let refused: Vec<_> = places.filter_map(|(place, item)| Some((place, item.problem.as_ref()?))).collect();
    if refused.is_empty() {
        return None;
    }
    let what = format!("{} of {} items were refused", refused.len(), answer.results.len());
    let mut failure = Failure::new(Exit::Refused, what);
    for (place, problem) in refused.iter().take(SHOWN) {
        failure = failure.because(format!("item {place}: {}", problem.detail));
        failure.why.extend(problem.errors.iter().map(|bad| format!("  {}: {}", bad.pointer, bad.detail)));
    }
    let more = refused.len().saturating_sub(SHOWN);
    Some(if more == 0 { failure } else { failure.because(format!("and {more} more")) })
}
