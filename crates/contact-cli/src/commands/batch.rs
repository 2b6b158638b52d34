//! `batch`

use clap::Args;
use contact_client::model::BatchAnswer;
use contact_client::{Body, Call};

use crate::args::body::BodySource;
use crate::args::include::IncludeArgs;
use crate::args::matching::MatchArgs;
use crate::args::write::{ReceiptArgs, StrictArgs, WriteArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::columns::Columns;
use crate::output::messages;
use crate::session::Session;

/// Refused items of which standard error says why.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts batch --json writes.json --dry-run
  contacts batch --json - --atomic < writes.json

The JSON is {\"items\": [...]}. An item has a key `op`, which is upsert, update,
delete or insert, and the keys that this operation takes:
  {\"items\": [{\"op\": \"update\", \"id\": \"ID\", \"notes\": null}]}

The exit code is 1 if an item was refused.")]
pub(crate) struct Batch {
    /// Send the JSON in this file, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    json: BodySource,
    /// Do all items, or none where one is refused
    #[arg(long)]
    atomic: bool,
    #[command(flatten)]
    matching: MatchArgs,
    /// Show each item's contact
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
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call =
            session.client.write_batch(Body::from_json(self.json.read()?)).when(self.atomic, Call::atomic);
        let call = self.matching.say_on(self.strict.say_on(self.include.say_on(call)));
        let call = call.when(self.contacts, Call::contacts).when(self.receipt.receipt, Call::receipt);
        let Some(response) = session.done(call, &self.write)? else { return Ok(()) };
        let results = response.into_body();
        let refused = refusal(&results);
        let printed = session.printer.before_a_verdict().all(results, Columns::default());
        messages::last_of([printed, refused.map_or(Ok(()), Err)])
    }
}

/// Which items were refused and why, where any was. Items are counted from 0, as in the server's pointers.
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
