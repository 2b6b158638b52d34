//! `list`

use clap::Args;
use contact_client::Filters;
use contact_client::model::list::{Sort, read_time};
use contact_client::model::{LeadSource, Timestamp};

use crate::args::contact_fields::lead_source_parser;
use crate::args::include::IncludeArgs;
use crate::args::pages::PagesArgs;
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts list --search 'jan do' --sort name
  contacts list --tag vip --tag lead --has-phone true --field Plan=gold
  contacts list --created-after 2026-01-01 --count
  contacts list --all --output csv > contacts.csv
  contacts list --tag spam --all --quiet | xargs -n 1 contacts delete")]
pub(crate) struct List {
    /// Contacts of whose name, email, phone and business name a word begins with each of these words
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Contacts with this email address, in any case
    #[arg(long)]
    email: Option<String>,
    /// Contacts with this phone number, in any spelling
    #[arg(long, visible_alias = "phone-number", value_name = "NUMBER")]
    phone: Option<String>,
    /// Contacts with this tag; repeat it for those with each of several
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Contacts that came from there
    #[arg(long, value_name = "SOURCE", value_parser = lead_source_parser())]
    lead_source: Option<LeadSource>,
    /// Contacts that are to be left alone, or that are not
    #[arg(long, value_name = "BOOL")]
    dnd: Option<bool>,
    /// Contacts with a phone number, or without one
    #[arg(long, value_name = "BOOL")]
    has_phone: Option<bool>,
    /// Contacts that were created at this time or later, such as 2026-01-31 or 2026-01-31T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    created_after: Option<Timestamp>,
    /// Contacts that were created before this time
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    created_before: Option<Timestamp>,
    /// Contacts that last changed at this time or later
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    updated_after: Option<Timestamp>,
    /// Contacts that last changed before this time
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    updated_before: Option<Timestamp>,
    /// Contacts with this value of a custom field; repeat it for each
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = name_and_value)]
    custom_fields: Vec<(String, String)>,
    /// In this order: created_at, updated_at, last_activity or name, with `-` before it for descending
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true)]
    sort: Option<Sort>,
    /// Print how many there are, and list none
    #[arg(long, conflicts_with_all = ["limit", "all", "cursor"])]
    count: bool,
    #[command(flatten)]
    pages: PagesArgs,
    #[command(flatten)]
    include: IncludeArgs,
}

fn name_and_value(word: &str) -> Result<(String, String), String> {
    let (name, value) = word.split_once('=').ok_or("use NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl List {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let filters = Filters {
            email: self.email,
            phone: self.phone,
            tags: self.tags.into_iter().collect(),
            lead_source: self.lead_source,
            is_dnd: self.dnd,
            has_phone: self.has_phone,
            created_after: self.created_after,
            created_before: self.created_before,
            updated_after: self.updated_after,
            updated_before: self.updated_before,
            custom_fields: self.custom_fields.into_iter().collect(),
        };
        let call = self.include.say_on(session.client.list_contacts(filters));
        let call = match &self.search {
            Some(words) => call.search(words),
            None => call,
        };
        let call = match self.sort {
            Some(order) => call.sort(order),
            None => call,
        };
        if self.count {
            let page = session.send(call.count().page_size(1))?;
            let count =
                page.count.ok_or_else(|| Failure::local("the server did not count", "it is too old"))?;
            return session.printer.text(&count.to_string());
        }
        session.show_pages(call, &self.pages)
    }
}
