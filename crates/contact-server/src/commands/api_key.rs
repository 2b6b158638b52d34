//! `api-key create | list | revoke`

use clap::Subcommand;
use contact_model::company::ApiKeyInfo;
use contact_model::{Access, ApiKey, ApiKeyId, CompanyId, Timestamp};
use contact_store::Store;
use contact_store::company::{CreateApiKey, ListAllApiKeys, RevokeApiKey};
use serde::Serialize;

use super::confirmation::Confirmation;
use super::output::{Output, table};
use crate::audit::{Change, Origin};

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Create an API key. It is printed only once
    Create {
        /// Id of the company
        #[arg(long, value_name = "ID")]
        company: CompanyId,
        /// Name of the key, such as the program that uses it
        #[arg(long)]
        name: Option<String>,
        /// Access of the key: read, write, or admin (write, and manage the company)
        #[arg(long, default_value_t = Access::Write)]
        access: Access,
        /// When the key expires, such as 2030-01-31T00:00:00Z [default: never]
        #[arg(long, value_name = "TIME")]
        expires_at: Option<Timestamp>,
    },
    /// List the API keys of a company, or of all companies, without their secrets
    List {
        /// Id of the company
        #[arg(long, value_name = "ID")]
        company: Option<CompanyId>,
    },
    /// Revoke an API key. Running servers refuse it within 5 seconds
    Revoke {
        /// Id of the key, from `api-key list`
        id: ApiKeyId,
        #[command(flatten)]
        confirmation: Confirmation,
    },
}

/// The data of a new key, with the key itself.
#[derive(Serialize)]
struct CreatedKey<'k> {
    #[serde(flatten)]
    info: &'k ApiKeyInfo,
    key: &'k str,
}

impl ApiKeyCommand {
    pub(super) async fn run(self, store: &Store, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Create { company, name, access, expires_at } => {
                let key = ApiKey::from_random(rand::random());
                let new = CreateApiKey { company_id: company, name, access, expires_at, key: key.clone() };
                let info = store.run(new).await?;
                Change::KeyCreated { id: info.listed.id, company_id: company, access }.log(Origin::default());
                output.print(&CreatedKey { info: &info, key: key.reveal() }, || {
                    let details = table(HEADINGS, &[row(&info)]);
                    format!(
                        "{details}\n\nStore the key now, because it is not shown again:\n\n    {}",
                        key.reveal()
                    )
                })
            }
            Self::List { company } => {
                let keys = store.run(ListAllApiKeys { company_id: company }).await?;
                output.print(&keys, || table(HEADINGS, &keys.iter().map(row).collect::<Vec<_>>()))
            }
            Self::Revoke { id, confirmation } => {
                confirmation.ask(&format!("Revoke API key {id} permanently?"))?;
                let key = store.run(RevokeApiKey { company_id: None, id }).await?;
                Change::KeyRevoked { id, company_id: key.company_id }.log(Origin::default());
                output.print(&key, || table(HEADINGS, &[row(&key)]))
            }
        }
    }
}

const HEADINGS: [&str; 9] =
    ["ID", "COMPANY", "NAME", "KEY", "ACCESS", "CREATED", "EXPIRES", "REVOKED", "LAST USED"];

fn row(ApiKeyInfo { company_id, listed: key }: &ApiKeyInfo) -> [String; 9] {
    let time = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.to_string());
    [
        key.id.to_string(),
        company_id.to_string(),
        key.name.clone().unwrap_or_else(|| "-".to_owned()),
        key.hint.clone(),
        key.access.to_string(),
        key.created_at.to_string(),
        time(key.expires_at),
        time(key.revoked_at),
        time(key.last_used_at),
    ]
}
