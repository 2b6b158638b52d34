//! `list`

use clap::Args;
use contact_client::Call;
use contact_client::model::list::Sort;

use crate::args::filters::FilterArgs;
use crate::args::include::IncludeArgs;
use crate::args::pages::PagesArgs;
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts list --search 'jan do' --sort name
  contacts list --tag vip --tag lead --has-phone true --field Plan=gold
  contacts list --created-after 2026-01-01 --count
  contacts list --deleted --all
  contacts list --columns id,name,tags,custom_fields.Plan
  contacts list --tag spam --all --quiet | xargs -n 1 contacts delete

`contacts export` writes all of them to a file, with every field that they have.")]
pub(crate) struct List {
    #[command(flatten)]
    filters: FilterArgs,
    /// In this order: created_at, updated_at, last_activity, name or (with --deleted) deleted_at; with `-` before it for descending
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true)]
    sort: Option<Sort>,
    /// List the deleted contacts, the last deleted first, each with its deleted_at; takes no filters
    #[arg(long)]
    deleted: bool,
    /// Print how many there are, and list none; 100000+ if there are more than the server counts
    #[arg(long, conflicts_with_all = ["limit", "all", "cursor"])]
    count: bool,
    #[command(flatten)]
    pages: PagesArgs,
    #[command(flatten)]
    include: IncludeArgs,
}

impl List {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let call = self.include.and(self.pages.columns.include(), self.filters.list(&session.client));
        let call = call.when_some(self.sort, Call::sort).when(self.deleted, Call::deleted);
        if self.count {
            return session.printer.text(&session.count(call)?.to_string());
        }
        session.show_pages(call, &self.pages)
    }
}
