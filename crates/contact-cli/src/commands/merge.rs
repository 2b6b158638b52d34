//! `merge`

use clap::Args;
use contact_client::{ContactId, ContactMerge};

use super::contact::Existing;
use crate::args::{StrictArgs, ids};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts merge ID OTHER
  contacts merge ID OTHER --prefer email --prefer custom_fields.Plan
  contacts merge ID OTHER --dry-run --receipt")]
pub(crate) struct Merge {
    #[command(flatten)]
    contact: Existing,
    /// Id of the contact to merge into it
    #[arg(value_name = "OTHER", value_parser = ids::contact)]
    other: ContactId,
    /// Field whose value is taken from the other contact even if both have one, such as email or custom_fields.Plan;
    /// repeatable
    #[arg(long, value_name = "FIELD", value_delimiter = ',')]
    prefer: Vec<String>,
    #[command(flatten)]
    strict: StrictArgs,
}

impl Merge {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self { contact: Existing { id, mut how }, other, prefer, strict } = self;
        if how.write.is_effective() {
            how.write = how.write.with_operation_id();
        }
        let merge = prefer.into_iter().fold(ContactMerge::new(other), ContactMerge::preferring);
        context.write_contact(&how, |client| strict.apply(client.merge_contacts(id, merge)))?;
        if let Some(id) = how.write.operation_id.as_ref().filter(|_| how.write.is_effective()) {
            messages::to_undo(id.as_str());
        }
        Ok(())
    }
}
