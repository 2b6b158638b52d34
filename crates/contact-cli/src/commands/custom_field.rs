//! `custom-field list | create | rename | delete`

use clap::Subcommand;
use contact_client::model::custom_field::NewCustomField;
use contact_client::model::{CustomField, CustomFieldId, CustomFieldType};

use crate::args::{ColumnsArgs, DeleteArgs, StrictArgs, WriteArgs, ids, one_of};
use crate::context::Context;
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum CustomFieldCommand {
    /// List custom fields
    #[command(after_help = "Examples:
  contacts custom-field list")]
    List(ColumnsArgs),
    /// Create a custom field (requires an admin key)
    #[command(after_help = "Examples:
  contacts custom-field create Plan --type select --option silver --option gold")]
    Create {
        /// Name, which is its key in `custom_fields`
        name: String,
        /// Type of its values
        #[arg(long = "type", default_value_t = CustomFieldType::Any, value_name = "TYPE")]
        #[arg(value_parser = one_of::<CustomFieldType>(CustomFieldType::ALL.map(CustomFieldType::as_str)))]
        kind: CustomFieldType,
        /// Option of a select field; may be repeated
        #[arg(long = "option", value_name = "OPTION", allow_hyphen_values = true)]
        options: Vec<String>,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Rename a custom field and keep its values (requires an admin key)
    #[command(after_help = "Examples:
  contacts custom-field rename ID Tariff")]
    Rename {
        /// Id of the custom field
        #[arg(value_parser = ids::custom_field)]
        id: CustomFieldId,
        /// New name
        name: String,
        #[command(flatten)]
        strict: StrictArgs,
        #[command(flatten)]
        write: WriteArgs,
    },
    /// Delete a custom field and all its values (requires an admin key)
    #[command(after_help = "Examples:
  contacts custom-field delete ID")]
    Delete {
        /// Id of the custom field
        #[arg(value_parser = ids::custom_field)]
        id: CustomFieldId,
        #[command(flatten)]
        how: DeleteArgs,
    },
}

impl CustomFieldCommand {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::List(columns) => {
                let columns = context.printer.columns::<CustomField>(&columns)?;
                let fields = context.send(context.client()?.list_custom_fields())?.into_body().results;
                context.printer.all(fields, columns)
            }
            Self::Create { name, kind, options, strict, write } => {
                let field = NewCustomField { name, kind, options };
                context.write(&write, |client| strict.apply(client.create_custom_field(field)))
            }
            Self::Rename { id, name, strict, write } => {
                context.write(&write, |client| strict.apply(client.rename_custom_field(id, name)))
            }
            Self::Delete { id, how } => {
                how.confirm(&format!("Delete the custom field {id} and its values in all contacts?"))?;
                context.delete(&how.write, id, |client| client.delete_custom_field(id))
            }
        }
    }
}
