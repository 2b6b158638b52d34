//! `company create | update | list`

use std::slice::from_ref;

use clap::Subcommand;
use contact_model::company::Company;
use contact_model::{CompanyId, Country};
use contact_store::Store;
use contact_store::company::{CreateCompany, ListCompanies, UpdateCompany};

use super::output::{OutputFormat, table};
use crate::audit::{Change, Origin};

#[derive(Debug, Subcommand)]
pub(crate) enum CompanyCommand {
    /// Create a company
    Create {
        /// Its name
        #[arg(long)]
        name: String,
        /// The two-letter code of the country whose rules its phone numbers are read by
        #[arg(long, value_name = "CODE")]
        country: Country,
    },
    /// Change a company's name or country; a new country recomputes the keys by which phone numbers
    /// are matched
    Update {
        /// The company's id
        #[arg(value_name = "ID")]
        id: CompanyId,
        /// Its new name
        #[arg(long)]
        name: Option<String>,
        /// Its new country, by its two-letter code
        #[arg(long, value_name = "CODE", required_unless_present = "name")]
        country: Option<Country>,
    },
    /// List the companies
    List,
}

impl CompanyCommand {
    pub(super) async fn run(self, store: &Store, output: OutputFormat) -> anyhow::Result<()> {
        match self {
            Self::Create { name, country } => {
                let company = store.run(CreateCompany { name, country }).await?;
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
