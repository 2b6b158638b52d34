//! `list`

use clap::Args;
use contact_client::Call;
use contact_client::model::list::Sort;

use crate::args::{FilterArgs, IncludeArgs, PagesArgs};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts list --search 'jan do' --sort name
  contacts list --tag vip --tag lead --has-phone true --field Plan=gold
  contacts list --created-after 2026-01-01 --count
  contacts list --deleted --all
  contacts list --columns id,name,tags,custom_fields.Plan
  contacts list --tag spam --all --quiet | xargs -n 1 contacts delete

To write all contacts with all their fields to a file, use `contacts export`.")]
pub(crate) struct List {
    /// Order: created_at, updated_at, last_activity, name, or deleted_at with --deleted; `-` before it reverses it
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    sort: Option<Sort>,
    /// List deleted contacts, the last deleted first; accepts no filters
    #[arg(long)]
    deleted: bool,
    /// Print only the number of contacts; 100000+ if there are more than the server counts
    #[arg(long, conflicts_with_all = ["limit", "all", "cursor"])]
    count: bool,
    #[command(flatten)]
    pages: PagesArgs,
    #[command(flatten)]
    include: IncludeArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

impl List {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let call = self.filters.list(context.client()?);
        let call = self.include.apply_with(self.pages.columns.include(), call);
        let call = call.when_some(self.sort, Call::sort).when(self.deleted, Call::deleted);
        if self.count {
            return context.printer.text(&context.count(call)?.to_string());
        }
        context.show_pages(call, &self.pages)
    }
}
