//! `custom-field list | create | rename | delete`

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use contact_client::model::custom_field::NewCustomField;
use contact_client::model::{CustomFieldId, CustomFieldType};

use crate::args::columns::ColumnsArgs;
use crate::args::ids;
use crate::args::write::{StrictArgs, WriteArgs};
use crate::confirmation::ConfirmationArgs;
use crate::failure::Failure;
use crate::output::deleted::Deleted;
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub(crate) enum CustomFieldCommand {
    /// List the custom fields
    #[command(after_help = "Examples:
  contacts custom-field list")]
    List(ColumnsArgs),
    /// Define a custom field; it needs an admin key
    #[command(after_help = "Examples:
  contacts custom-field create Plan --type select --option silver --option gold")]
    Create {
        /// Its name, the key in `custom_fields`
        name: String,
        /// What values it takes
        #[arg(long = "type", default_value_t = CustomFieldType::Any, value_name = "TYPE", value_parser = type_parser())]
        kind: CustomFieldType,
        /// What a select field may be; repeat it for each
        #[arg(long = "option", value_name = "OPTION")]
        options: Vec<String>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Give a custom field another name; its values stay. It needs an admin key
    #[command(after_help = "Examples:
  contacts custom-field rename ID Tariff")]
    Rename {
        /// The custom field
        #[arg(value_parser = ids::custom_field)]
        id: CustomFieldId,
        /// Its new name
        name: String,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a custom field and every value of it; it needs an admin key
    #[command(after_help = "Examples:
  contacts custom-field delete ID")]
    Delete {
        /// The custom field
        #[arg(value_parser = ids::custom_field)]
        id: CustomFieldId,
        #[command(flatten)]
        confirmation: ConfirmationArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
}

fn type_parser() -> impl clap::builder::TypedValueParser<Value = CustomFieldType> {
    PossibleValuesParser::new(CustomFieldType::ALL.map(CustomFieldType::as_str))
        .try_map(|word| word.parse::<CustomFieldType>())
}

impl CustomFieldCommand {
    pub(super) fn run(self, session: &Session) -> Result<(), Failure> {
        let client = &session.client;
        match self {
            Self::List(columns) => session.show_all(client.list_custom_fields(), &columns),
            Self::Create { name, kind, options, strict, write } => {
                let field = NewCustomField { name, kind, options };
                session.write(strict.say_on(client.create_custom_field(field)), &write)
            }
            Self::Rename { id, name, strict, write } => {
                session.write(strict.say_on(client.rename_custom_field(id, name)), &write)
            }
            Self::Delete { id, confirmation, write } => {
                if write.loses_something() {
                    confirmation
                        .ask(&format!("Delete the custom field {id} and every contact's value of it?"))?;
                }
                session.delete(client.delete_custom_field(id), &write, Deleted::of(id))
            }
        }
    }
}
