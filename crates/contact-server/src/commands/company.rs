//! `company create | update | list`

use std::slice::from_ref;

use clap::{ArgGroup, Subcommand};
use contact_model::company::{Company, RateLimit};
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
    /// Update a company's name, country or rate limits. A new country recomputes the keys that match phone numbers
    #[command(group = ArgGroup::new("change").required(true).multiple(true))]
    Update {
        /// Id of the company
        #[arg(value_name = "ID")]
        id: CompanyId,
        /// New name
        #[arg(long, group = "change")]
        name: Option<String>,
        /// Two-letter code of the new country
        #[arg(long, group = "change", value_name = "CODE")]
        country: Option<Country>,
        /// Reads per second of each API key: a number, `none`, or `default` for the limit of the server
        #[arg(long, group = "change", value_name = "N")]
        read_rate_limit: Option<RateLimit>,
        /// Writes per second of each API key: a number, `none`, or `default` for the limit of the server
        #[arg(long, group = "change", value_name = "N")]
        write_rate_limit: Option<RateLimit>,
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
            Self::Update { id, name, country, read_rate_limit, write_rate_limit } => {
                let update = UpdateCompany { id, name, country, read_rate_limit, write_rate_limit };
                let company = store.run(update).await?;
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
    let row = |Company { id, name, country, read_rate_limit, write_rate_limit, created_at }: &Company| {
        let (reads, writes) = (read_rate_limit.to_string(), write_rate_limit.to_string());
        [id.to_string(), name.clone(), country.to_string(), reads, writes, created_at.to_string()]
    };
    let rows: Vec<_> = companies.iter().map(row).collect();
    table(["ID", "NAME", "COUNTRY", "READS/S", "WRITES/S", "CREATED"], &rows)
}
