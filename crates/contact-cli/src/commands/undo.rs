//! `undo`

use clap::Args;
use contact_client::ContactId;
use contact_client::model::changes::revert::RevertedContact;
use contact_client::model::receipt::Action;
use contact_client::model::{ApiKeyId, OperationId, RevertChanges, Timestamp};

use crate::args::{StrictArgs, WriteArgs, ids};
use crate::confirmation::ConfirmationArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list_printer::ListPrinter;
use crate::output::messages;

/// The number of contacts that are shown before the question.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts undo --operation 018bab2f-5d60-7c31-9a55-8dd25736052a
  contacts undo --request 018bab2f-5d60-7c31-9a55-8dd25736052a --dry-run
  contacts undo --key KEY --since 2026-01-31T09:00:00Z
  contacts undo --contact ID --since 2026-01-31T09:00:00Z --yes
  contacts undo --change 1042

`contacts history` and the message at the end of an import show the ids.")]
pub(crate) struct Undo {
    #[command(flatten)]
    selected: SelectedArgs,
    /// Also undo what changed again later
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Which changes to undo.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct SelectedArgs {
    /// Changes of this operation, such as an import
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    operation: Option<OperationId>,
    /// Changes of the request with this `X-Request-Id`
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Changes that this API key made
    #[arg(long, value_name = "KEY", value_parser = ids::api_key)]
    key: Option<ApiKeyId>,
    /// Changes of this contact
    #[arg(long, value_name = "ID", value_parser = ids::contact)]
    contact: Option<ContactId>,
    /// The change with this number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    change: Option<i64>,
    /// Changes at or after this time
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Changes before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

/// The number of contacts that were changed, and of results with something that was left alone.
#[derive(Default)]
struct Totals {
    reverted: u64,
    left: u64,
    results: u64,
}

impl Undo {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self { selected, force, confirmation, strict, write } = self;
        let selection = selected.into_selection(force);
        let call = |client: &contact_client::Client| strict.apply(client.revert_changes(selection.clone()));
        if write.preview {
            return context.send_write(&write, call).map(|_| ());
        }
        let undo = Parts { context, selection: &selection, strict };
        if write.is_effective() && !confirmation.is_given() {
            let mut lines = Vec::new();
            let totals = undo.run(&WriteArgs::for_dry_run(), |result| {
                if lines.len() < SHOWN {
                    lines.push(line(&result));
                }
                Ok(())
            })?;
            messages::plain(&context.printer.lines(&lines));
            let more = totals.results.saturating_sub(SHOWN as u64);
            if more > 0 {
                messages::plain(&format!("and {more} more"));
            }
            if totals.reverted == 0 {
                messages::note("there is nothing to undo");
                return Ok(());
            }
            let question = format!("Undo the changes of {}?", contacts(totals.reverted));
            confirmation.ask_because("changes are undone only after a confirmation", &question)?;
        }
        let write = write.with_operation_id();
        let mut list = ListPrinter::new(context.printer, Vec::new());
        let totals = undo.run(&write, |result| list.add(&result))?;
        list.end()?;
        let left = match totals.left {
            0 => String::new(),
            left => format!(", {left} left alone at least in part"),
        };
        if write.dry_run {
            messages::note(&format!("dry run: {} would be changed{left}", contacts(totals.reverted)));
        } else {
            messages::note(&format!("{} changed{left}", contacts(totals.reverted)));
            if let Some(id) = write.operation_id.as_ref().filter(|_| totals.reverted > 0) {
                messages::to_undo(id.as_str());
            }
        }
        Ok(())
    }
}

impl SelectedArgs {
    fn into_selection(self, force: bool) -> RevertChanges {
        let Self { operation, request, key, contact, change, since, until } = self;
        RevertChanges {
            contact_id: contact,
            sequence: change,
            request_id: request,
            operation_id: operation.map(|id| id.as_str().to_owned()),
            key_id: key,
            from: since,
            until,
            force,
            cursor: None,
        }
    }
}

/// Undoes changes in as many requests as it takes.
struct Parts<'a> {
    context: &'a Context,
    selection: &'a RevertChanges,
    strict: StrictArgs,
}

impl Parts<'_> {
    /// Sends the requests, and passes on what was undone.
    ///
    /// # Errors
    /// A call failed, or no change is selected.
    fn run(
        &self,
        write: &WriteArgs,
        mut show: impl FnMut(RevertedContact) -> Result<(), Failure>,
    ) -> Result<Totals, Failure> {
        let client = write.client(self.context.client()?);
        let (mut selection, mut totals) = (self.selection.clone(), Totals::default());
        for part in 1_usize.. {
            let call = self.strict.apply(client.revert_changes(selection.clone()));
            let answer = self.context.send(write.of_part(part).apply(call))?.into_body();
            totals.reverted += answer.reverted;
            totals.left += answer.left;
            for result in answer.results {
                totals.results += 1;
                show(result)?;
            }
            selection.cursor = answer.next_cursor;
            if selection.cursor.is_none() {
                break;
            }
        }
        if totals.results == 0 {
            return Err(Failure::new(Exit::NotFound, "no such changes were found"));
        }
        Ok(totals)
    }
}

/// Returns a line about a result: the contact, and what would be done.
fn line(result: &RevertedContact) -> (String, String) {
    let contact = result.contact_id.map_or_else(|| "custom field".to_owned(), |id| id.to_string());
    let mut parts = Vec::new();
    match result.action {
        Action::Deleted => parts.push("delete".to_owned()),
        Action::Restored => parts.push("restore".to_owned()),
        _ => {}
    }
    if !result.reverted.is_empty() {
        parts.push(format!("set back {}", result.reverted.join(", ")));
    }
    for left in &result.left {
        let field = left.field.as_deref().unwrap_or("it");
        parts.push(format!("leave {field} ({})", left.reason.as_str().replace('_', " ")));
    }
    if parts.is_empty() {
        parts.push("nothing to do".to_owned());
    }
    (contact, parts.join("; "))
}

fn contacts(number: u64) -> String {
    if number == 1 { "1 contact".to_owned() } else { format!("{number} contacts") }
}
