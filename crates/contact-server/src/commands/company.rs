//! `company create | update | list`

use std::slice::from_ref;

use clap::Subcommand;
use contact_model::company::Company;
use contact_model::{CompanyId, Country};
use contact_store::Store;
use contact_store::company::{CreateCompany, ListCompanies, UpdateCompany};

use super::name_arg::NameArg;
use super::output::{Output, table};
use crate::audit::{Change, Origin};

#[derive(Debug, Subcommand)]
pub(crate) enum CompanyCommand {
    /// Create a company
    Create {
        #[command(flatten)]
        name: NameArg,
        /// Two-letter code of the country for phone numbers without a country code
        #[arg(long, value_name = "CODE")]
        country: Country,
    },
    /// Update a company's name or country. A new country recomputes the keys that match phone numbers
    Update {
        /// Id of the company
        #[arg(value_name = "ID")]
        id: CompanyId,
        /// New name
        #[arg(long)]
        name: Option<String>,
        /// Two-letter code of the new country
        #[arg(long, value_name = "CODE", required_unless_present = "name")]
        country: Option<Country>,
    },
    /// List companies
    List,
}

impl CompanyCommand {
    pub(super) async fn run(self, store: &Store, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Create { name, country } => {
                let company = store.run(CreateCompany { name: name.into(), country }).await?;
                Change::CompanyCreated(company.id).log(Origin::default());
                output.print(&company, || list(from_ref(&company)))
            }
            Self::Update { id, name, country } => {
                let company = store.run(UpdateCompany { id, name, country }).await?;
                Change::CompanyChanged(company.id).log(Origin::default());
                output.print(&company, || list(from_ref(&company)))
            }
            Self::List => {
                let companies = store.run(ListCompanies).await?;
                output.print(&companies, || list(&companies))
            }
        }
    }
}

fn list(companies: &[Company]) -> String {
    let row = |Company { id, name, country, created_at }: &Company| {
        [id.to_string(), name.clone(), country.to_string(), created_at.to_string()]
    };
    let rows: Vec<_> = companies.iter().map(row).collect();
    table(["ID", "NAME", "COUNTRY", "CREATED"], &rows)
}
