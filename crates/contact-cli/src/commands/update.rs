//! `update ID`

use clap::Args;
use contact_client::{Body, ContactId, ContactUpdate};

use crate::args::body::BodySource;
use crate::args::contact_fields::ContactFieldArgs;
use crate::args::contact_write::ContactWriteArgs;
use crate::args::ids;
use crate::args::tag_changes::TagChangeArgs;
use crate::args::write::StrictArgs;
use crate::failure::Failure;
use crate::session::Session;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts update ID --full-name 'Jane Doe' --email '' --clear notes
  contacts update ID --tag vip --untag lead --dnd true --field Plan=gold
  contacts update ID --set-tags vip,lead
  contacts update ID --clear custom_fields.Plan --receipt
  contacts update ID --notes 'Called' --if-match \"$(contacts get ID --etag)\"
  echo '{\"notes\": null}' | contacts update ID --json - --strict")]
pub(crate) struct Update {
    /// The contact
    #[arg(value_parser = ids::contact)]
    id: ContactId,
    #[command(flatten)]
    fields: ContactFieldArgs,
    #[command(flatten)]
    tags: TagChangeArgs,
    /// Send the JSON in this file, or `-` for standard input, as it is
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fields", "tag_changes"])]
    json: Option<BodySource>,
    #[command(flatten)]
    strict: StrictArgs,
    #[command(flatten)]
    how: ContactWriteArgs,
}

impl Update {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let body = match &self.json {
            Some(source) => Body::from_json(source.read()?),
            None => {
                let update = self.fields.into_update(&self.tags)?;
                if update == ContactUpdate::new() {
                    return Err(Failure::usage("no field was given, so there is nothing to change").tip(
                        "give one or more, such as `--notes 'Called today'`; `contacts update --help` lists them",
                    ));
                }
                update.into()
            }
        };
        let call = session.client.update_contact(self.id, body);
        session.write_contact(self.strict.say_on(call), &self.how)
    }
}
