//! `watch`, `mirror` and `change-hash`

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Subcommand;
use contact_client::model::changes::{
    ChangeAction, ChangeCursor, ChangeEntry, ChangeFilter, ChangeQuery, FeedPosition, LogHash,
};
use contact_client::model::limits;

use super::mirror;
use crate::args::one_of;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::cell::printable;
use crate::output::list_printer::ListPrinter;
use crate::output::messages;
use crate::output::record::records;

#[derive(Debug, Subcommand)]
pub(crate) enum ChangesCommand {
    /// Print changes of contacts as they are made
    ///
    /// Prints the changes from now on, or those after a cursor. After Ctrl-C, prints the cursor with which to continue.
    /// If the server cannot be reached, tries again until it can.
    #[command(after_help = "Examples:
  contacts watch
  contacts watch --action created,deleted --output ndjson
  contacts watch --field email --contact --output ndjson
  contacts watch --from-start --once --output ndjson > changes.ndjson")]
    Watch {
        /// Continue after this cursor, which an earlier command printed
        #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
        after: Option<FeedPosition>,
        /// Begin with the earliest change that the server keeps
        #[arg(long, conflicts_with = "after")]
        from_start: bool,
        /// Only changes with these actions
        #[arg(long, value_name = "ACTION", value_delimiter = ',')]
        #[arg(value_parser = one_of::<ChangeAction>(ChangeAction::ALL.iter().map(|action| action.as_str())))]
        action: Vec<ChangeAction>,
        /// Only updates that changed one of these fields, such as email or custom_fields.Plan
        #[arg(long, value_name = "FIELD", value_delimiter = ',')]
        field: Vec<String>,
        /// Add the contact as it is now to each change
        #[arg(long)]
        contact: bool,
        /// End after the latest change
        #[arg(long)]
        once: bool,
    },
    /// Keep a copy of all changes in a file, and verify it
    ///
    /// Adds the changes that the file does not have, one JSON object per line, and compares the hash of the last one
    /// with the server's. The hash covers all changes, so the copy has missed nothing if it is the same. If a contact was
    /// erased, its values are removed from the file.
    #[command(after_help = "Examples:
  contacts mirror changes.ndjson
  contacts mirror changes.ndjson --follow")]
    Mirror {
        /// File with the copy; created if it does not exist
        file: PathBuf,
        /// Continue with new changes until Ctrl-C
        #[arg(long)]
        follow: bool,
    },
    /// Print the hash of a change, which covers all changes before it
    #[command(after_help = "Examples:
  contacts change-hash
  contacts change-hash 1042")]
    ChangeHash {
        /// Number of the change [default: the latest]
        #[arg(value_parser = clap::value_parser!(i64).range(0..))]
        number: Option<i64>,
    },
}

records! { LogHash, "hash", ["sequence", "hash"], ["sequence", "hash"]; }

impl ChangesCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Watch { after, from_start, action, field, contact, once } => {
                let query = ChangeQuery {
                    after: after.or((!from_start).then_some(FeedPosition::Latest)),
                    limit: limits::PAGE_SIZE,
                    filter: ChangeFilter { actions: action, fields: field },
                    include_contact: contact,
                    ..ChangeQuery::default()
                };
                if once { print_all(query, context) } else { follow(query, context) }
            }
            Self::Mirror { file, follow } => mirror::run(&file, follow, context),
            Self::ChangeHash { number } => {
                let hash = context.send(context.client()?.verify_changes(number))?;
                context.printer.one(hash.body(), None)
            }
        }
    }
}

/// Prints the changes that there are.
fn print_all(mut query: ChangeQuery, context: &Context) -> Result<(), Failure> {
    let mut printer = ChangePrinter::new(context);
    loop {
        let feed = context.send(context.client()?.read_changes(&query))?.into_body();
        feed.results.iter().try_for_each(|change| printer.add(change))?;
        if !feed.more {
            messages::note(&format!("continue with `--after {}`", feed.cursor));
            return Ok(());
        }
        query.after = Some(FeedPosition::After(feed.cursor));
    }
}

/// Prints changes as they are made, until Ctrl-C.
fn follow(query: ChangeQuery, context: &Context) -> Result<(), Failure> {
    let last = Arc::new(Mutex::new(None::<ChangeCursor>));
    let printed = Arc::clone(&last);
    Interrupt::watch(move || {
        if let Some(cursor) = *printed.lock().unwrap_or_else(PoisonError::into_inner) {
            messages::note(&format!("continue with `--after {cursor}`"));
        }
        std::process::exit(Exit::Interrupted as i32);
    })?;
    let mut printer = ChangePrinter::new(context);
    for change in context.client()?.follow_changes(query).wait() {
        let change = change.map_err(|error| context.failure(&error))?;
        printer.add(&change)?;
        *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(ChangeCursor::after(&change));
    }
    Ok(())
}

/// Prints changes one by one.
struct ChangePrinter<'c> {
    context: &'c Context,
    list: ListPrinter<ChangeEntry>,
}

impl<'c> ChangePrinter<'c> {
    fn new(context: &'c Context) -> Self {
        Self { context, list: ListPrinter::new(context.printer.of_stream(), Vec::new()) }
    }

    fn add(&mut self, change: &ChangeEntry) -> Result<(), Failure> {
        if self.context.printer.is_table() && !self.context.printer.quiet {
            self.context.printer.text(&printable(&line(change)))
        } else {
            self.list.add(change)
        }
    }
}

/// Returns a change as a line for people.
fn line(change: &ChangeEntry) -> String {
    let contact = change.contact_id.map_or_else(|| "all contacts".to_owned(), |id| id.to_string());
    let fields = change.changed.keys().map(String::as_str).filter(|field| *field != "updated_at");
    let fields = fields.collect::<Vec<_>>().join(", ");
    let key = change.key.as_ref().map(|key| key.name.clone().unwrap_or_else(|| key.id.to_string()));
    let by = key.map(|key| format!(" by {key}")).unwrap_or_default();
    let line = format!("{} {contact} {}{by}: {fields}", change.at, change.action);
    line.trim_end_matches(": ").to_owned()
}
