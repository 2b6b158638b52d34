//! The caller of the API: its API key, and the company that the key belongs to.

use contact_model::company::{Whoami, WhoamiApiKey, WhoamiCompany};
use contact_model::{ApiKeyId, CompanyId};

use super::operation::operation;
use crate::connection::{Row, Value, parse_stored};
use crate::{Result, StoreError};

/// Describes an API key and its company.
#[derive(Debug, Clone, Copy)]
pub struct DescribeCaller {
    /// The company.
    pub company_id: CompanyId,
    /// The company's API key.
    pub key_id: ApiKeyId,
}

operation!(DescribeCaller => Whoami, reads, |self, connection, _clock| {
    let sql = "SELECT companies.company_id, companies.name, companies.country,
             api_keys.id, api_keys.name, api_keys.access, api_keys.expires_at
         FROM api_keys JOIN companies ON companies.company_id = api_keys.company_id
         WHERE api_keys.company_id = $1 AND api_keys.id = $2";
    let key = [Value::uuid(self.company_id), Value::uuid(self.key_id)];
    connection.query_one(sql, &key, read).await?.ok_or(StoreError::ApiKeyNotFound)
});

fn read(row: &dyn Row) -> Result<Whoami> {
    Ok(Whoami {
        company: WhoamiCompany {
            id: row.uuid(0)?.into(),
            name: row.text(1)?,
            country: parse_stored(&row.text(2)?)?,
        },
        api_key: WhoamiApiKey {
            id: row.uuid(3)?.into(),
            name: row.optional_text(4)?,
            access: parse_stored(&row.text(5)?)?,
            expires_at: row.optional_time(6)?,
        },
    })
}
