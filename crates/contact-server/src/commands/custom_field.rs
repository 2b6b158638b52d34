//! `custom-field create | rename | list | delete`

use std::slice::from_ref;

use anyhow::bail;
use clap::Subcommand;
use contact_model::custom_field::{NewCustomField, named};
use contact_model::{CompanyId, CustomField, CustomFieldType};
use contact_store::Store;
use contact_store::company::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};
use serde_json::json;

use super::output::{OutputFormat, table};

#[derive(Debug, Subcommand)]
pub(crate) enum CustomFieldCommand {
    /// Define a custom field
    Create {
        /// The company
        #[arg(long, value_name = "ID")]
        company: CompanyId,
        /// Its name, the key in `custom_fields`
        #[arg(long)]
        name: String,
        /// The type of its values: any, text, number, boolean, date or select
        #[arg(long = "type", default_value_t = CustomFieldType::Any, value_name = "TYPE")]
        kind: CustomFieldType,
        /// An option of a select field; may be repeated
        #[arg(long = "option", value_name = "OPTION")]
        options: Vec<String>,
    },
    /// Give a custom field another name; its values stay
    Rename {
        /// The company
        #[arg(long, value_name = "ID")]
        company: CompanyId,
        /// Its current name
        #[arg(long)]
        name: String,
        /// Its new name
        #[arg(long, value_name = "NAME")]
        new_name: String,
    },
    /// List a company's custom fields
    List {
        /// The company
        #[arg(long, value_name = "ID")]
        company: CompanyId,
    },
    /// Delete a custom field and every value of it
    Delete {
        /// The company
        #[arg(long, value_name = "ID")]
        company: CompanyId,
        /// Its name
        #[arg(long)]
        name: String,
    },
}

impl CustomFieldCommand {
    pub(super) async fn run(self, store: &Store, output: OutputFormat) -> anyhow::Result<()> {
        match self {
            Self::Create { company, name, kind, options } => {
                let field = NewCustomField { name, kind, options };
                let field = store.run(CreateCustomField { company_id: company, field }).await?;
                output.print(&field, || list(from_ref(&field)))
            }
            Self::Rename { company, name, new_name } => {
                let id = find(store, company, &name).await?.id;
                let rename = RenameCustomField { company_id: company, id, name: new_name };
                let field = store.run(rename).await?;
                output.print(&field, || list(from_ref(&field)))
            }
            Self::List { company } => {
                let fields = store.run(ListCustomFields { company_id: company }).await?;
                output.print(&fields, || list(&fields))
            }
            Self::Delete { company, name } => {
                let field = find(store, company, &name).await?;
                store.run(DeleteCustomField { company_id: company, id: field.id }).await?;
                output.print(&json!({ "deleted": field }), || {
                    format!("The custom field `{name}` and its values are deleted.")
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
