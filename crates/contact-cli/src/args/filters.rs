//! Which contacts are meant.

use clap::Args;
use contact_client::model::list::read_time;
use contact_client::model::{LeadSource, Timestamp};
use contact_client::operation::ListContacts;
use contact_client::{Call, Client, Filters};

use super::contact_fields::lead_source_parser;

/// Which contacts are meant: those that fit everything that is said.
#[derive(Debug, Clone, Args)]
pub(crate) struct FilterArgs {
    /// Contacts of whose name, email, phone and business name a word begins with each of these words;
    /// the last four or more digits of a phone number find it too
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
}

fn name_and_value(word: &str) -> Result<(String, String), String> {
    let (name, value) = word.split_once('=').ok_or("use NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl FilterArgs {
    /// The list of these contacts.
    pub(crate) fn list(self, client: &Client) -> Call<ListContacts> {
        let call = client.list_contacts(Filters {
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
        });
        match &self.search {
            Some(words) => call.search(words),
            None => call,
        }
    }
}
