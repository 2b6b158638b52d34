//! `duplicates`

use clap::Args;
use contact_client::ContactId;
use contact_client::model::Timestamp;
use contact_client::model::list::DuplicateReason;
use serde::Serialize;

use crate::args::{PagesArgs, one_of};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::record::records;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts duplicates
  contacts duplicates --reason phone --all --output csv")]
pub(crate) struct Duplicates {
    /// What the contacts have in common: phone, email or name (with the business name); repeatable [default: all]
    #[arg(long = "reason", value_name = "REASON", value_delimiter = ',', value_parser =
        one_of::<DuplicateReason>(DuplicateReason::ALL.map(DuplicateReason::as_str)))]
    reasons: Vec<DuplicateReason>,
    #[command(flatten)]
    pages: PagesArgs,
}

/// A contact of a group.
#[derive(Debug, Serialize)]
struct Duplicate {
    group: u64,
    reason: DuplicateReason,
    id: ContactId,
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    business_name: Option<String>,
    created_at: Option<Timestamp>,
}

records! {
    Duplicate, "id", ["group", "reason", "id", "name", "phone", "email", "business_name"],
        ["group", "reason", "id", "name", "phone", "email", "business_name", "created_at"];
}

impl Duplicates {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self { reasons, pages } = self;
        let call = context.client()?.list_duplicates(reasons);
        let mut group = 0;
        context.show_rows(call, &pages, |found| {
            group += 1;
            let reason = found.reason;
            let row = move |contact: contact_client::model::Contact| Duplicate {
                group,
                reason,
                id: contact.id,
                name: contact.name,
                phone: contact.phone,
                email: contact.email,
                business_name: contact.business_name,
                created_at: contact.created_at,
            };
            found.contacts.into_iter().map(row).collect::<Vec<_>>()
        })
    }
}
