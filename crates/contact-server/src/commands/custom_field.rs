//! `custom-field create | rename | list | delete`

use std::sync::Arc;

use std::slice::from_ref;

use anyhow::bail;
use clap::{Args, Subcommand};
use contact_model::custom_field::{NewCustomField, named};
use contact_model::{CompanyId, CustomField, CustomFieldType};
use contact_store::Store;
use contact_store::company::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};
use serde_json::json;

use super::confirmation::Confirmation;
use super::name_arg::NameArg;
use super::output::{Output, table};

#[derive(Debug, Subcommand)]
pub(crate) enum CustomFieldCommand {
    /// Create a custom field
    Create {
        #[command(flatten)]
        company: CompanyArg,
        #[command(flatten)]
        name: NameArg,
        /// Type of its values: any, text, number, boolean, date or select
        #[arg(long = "type", default_value_t = CustomFieldType::Any, value_name = "TYPE")]
        kind: CustomFieldType,
        /// Option of a select field; may be repeated
        #[arg(long = "option", value_name = "OPTION")]
        options: Vec<String>,
    },
    /// Rename a custom field and keep its values
    Rename {
        #[command(flatten)]
        company: CompanyArg,
        #[command(flatten)]
        name: NameArg,
        /// New name
        #[arg(value_name = "NEW_NAME", required_unless_present = "new_name")]
        new: Option<String>,
        #[arg(long, hide = true, conflicts_with = "new")]
        new_name: Option<String>,
    },
    /// List the custom fields of a company
    List(CompanyArg),
    /// Delete a custom field and all its values
    Delete {
        #[command(flatten)]
        company: CompanyArg,
        #[command(flatten)]
        name: NameArg,
        #[command(flatten)]
        confirmation: Confirmation,
    },
}

/// The company of a custom field.
#[derive(Debug, Clone, Args)]
pub(crate) struct CompanyArg {
    /// Id of the company
    #[arg(long = "company", value_name = "ID")]
    id: CompanyId,
}

impl CustomFieldCommand {
    pub(super) async fn run(self, store: &Store, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Create { company, name, kind, options } => {
                let field = NewCustomField { name: name.into(), kind, options };
                let field = store.run(CreateCustomField { company_id: company.id, field }).await?;
                output.print(&field, || list(from_ref(&field)))
            }
            Self::Rename { company, name, new, new_name } => {
                let id = find(store, company.id, &String::from(name)).await?.id;
                // clap requires one of the two.
                let name = new.or(new_name).unwrap_or_default();
                let rename = RenameCustomField { company_id: company.id, id, name, origin: Arc::default() };
                let field = store.run(rename).await?;
                output.print(&field, || list(from_ref(&field)))
            }
            Self::List(company) => {
                let fields = store.run(ListCustomFields { company_id: company.id }).await?;
                output.print(&fields, || list(&fields))
            }
            Self::Delete { company, name, confirmation } => {
                let field = find(store, company.id, &String::from(name)).await?;
                let name = &field.name;
                confirmation.ask(&format!("Delete the custom field `{name}` and all its values?"))?;
                store
                    .run(DeleteCustomField { company_id: company.id, id: field.id, origin: Arc::default() })
                    .await?;
                output.print(&json!({ "deleted": field }), || {
                    format!("Deleted the custom field `{name}` and all its values.")
                })
            }
        }
    }
}

async fn find(store: &Store, company: CompanyId, name: &str) -> anyhow::Result<CustomField> {
    let fields = store.run(ListCustomFields { company_id: company }).await?;
    match named(&fields, name) {
        Some(field) => Ok(field.clone()),
        None if fields.is_empty() => bail!("the company has no custom fields"),
        None => {
            let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
            bail!("the company has no custom field named `{name}`; it has: {}", names.join(", "))
        }
    }
}

fn list(fields: &[CustomField]) -> String {
    let row = |field: &CustomField| {
        [field.id.to_string(), field.name.clone(), field.kind.to_string(), field.options.join(", ")]
    };
    let rows: Vec<_> = fields.iter().map(row).collect();
    table(["ID", "NAME", "TYPE", "OPTIONS"], &rows)
}
