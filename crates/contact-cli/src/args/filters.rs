//! Filters of contacts.

use clap::Args;
use contact_client::model::list::read_time;
use contact_client::model::{LeadSource, Timestamp};
use contact_client::operation::ListContacts;
use contact_client::{Call, Client, Filters};

use super::words::one_of;

/// Filters of contacts. A contact must match all of them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
    /// Beginnings of words in the name, email, phone or business name, or at least the last four digits of the phone
    #[arg(long, value_name = "WORDS", allow_hyphen_values = true)]
    search: Option<String>,
    /// Email address, in any case
    #[arg(long)]
    email: Option<String>,
    /// Phone number, in any format
    #[arg(long, visible_alias = "phone-number", value_name = "NUMBER")]
    phone: Option<String>,
    /// Tag; repeat it to require several tags
    #[arg(long = "tag", value_name = "TAG", allow_hyphen_values = true)]
    tags: Vec<String>,
    /// Lead source
    #[arg(long, value_name = "SOURCE", value_parser = one_of::<LeadSource>(LeadSource::ALL.map(LeadSource::as_str)))]
    lead_source: Option<LeadSource>,
    /// Whether the contact is marked do-not-disturb
    #[arg(long, value_name = "BOOL")]
    dnd: Option<bool>,
    /// Whether the contact has a phone number
    #[arg(long, value_name = "BOOL")]
    has_phone: Option<bool>,
    /// Created at or after this time, such as 2026-01-31 or 2026-01-31T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    created_after: Option<Timestamp>,
    /// Created before this time
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    created_before: Option<Timestamp>,
    /// Updated at or after this time
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    updated_after: Option<Timestamp>,
    /// Updated before this time
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    updated_before: Option<Timestamp>,
    /// Value of a custom field; may be repeated
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = name_and_value, allow_hyphen_values = true)]
    custom_fields: Vec<(String, String)>,
}

fn name_and_value(word: &str) -> Result<(String, String), String> {
    let (name, value) = word.split_once('=').ok_or("use NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl FilterArgs {
    /// Returns the call that lists the matching contacts.
    pub(crate) fn list(self, client: &Client) -> Call<ListContacts> {
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
        client.list_contacts(filters).when_some(self.search.as_deref(), Call::search)
    }
}
