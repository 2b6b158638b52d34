//! API keys. Only their hashes are stored.

use contact_model::company::api_key::{ApiKey, ApiKeyHash};
use contact_model::company::{ApiKeyInfo, RateLimits};
use contact_model::{Access, ApiKeyId, CompanyId, IdCursor, ListedApiKey, Timestamp};

use super::operation::operation;
use super::{Page, companies};
use crate::connection::{Row, Value, parse_stored};
use crate::{Result, StoreError};

/// The columns of a key, in the order that [`read`] expects.
macro_rules! columns {
    () => {
        "company_id, id, name, hint, access, created_at, expires_at, revoked_at, last_used_at"
    };
}

/// Stores a new key of a company.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// The company that the key belongs to.
    pub company_id: CompanyId,
    /// The purpose of the key.
    pub name: Option<String>,
    /// The access that the key grants.
    pub access: Access,
    /// When the key expires, if ever.
    pub expires_at: Option<Timestamp>,
    /// The key. Only its hash is stored.
    pub key: ApiKey,
}

operation!(CreateApiKey => ApiKeyInfo, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    if let Some(name) = &self.name {
        companies::check_name(name)?;
    }
    companies::get(connection, self.company_id).await?;
    let listed = ListedApiKey {
        id: clock.new_id().into(),
        name: self.name.clone(),
        hint: self.key.hint(),
        access: self.access,
        created_at: clock.now(),
        expires_at: self.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    connection
        .execute(
            "INSERT INTO api_keys (company_id, id, name, key_hash, hint, access, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                Value::uuid(self.company_id),
                Value::uuid(listed.id),
                Value::Text(listed.name.as_deref()),
                Value::Bytes(&self.key.hash()),
                Value::text(&listed.hint),
                Value::text(listed.access.as_str()),
                Value::time(listed.created_at),
                Value::Time(listed.expires_at),
            ],
        )
        .await?;
    Ok(ApiKeyInfo { company_id: self.company_id, listed })
});

/// Lists all keys of a company, or of all companies, the oldest first. It is for the command line, which shows the
/// whole list at once.
#[derive(Debug, Clone, Copy)]
pub struct ListAllApiKeys {
    /// The company, or `None` for all.
    pub company_id: Option<CompanyId>,
}

operation!(ListAllApiKeys => Vec<ApiKeyInfo>, reads, |self, connection, _clock| {
    if let Some(company) = self.company_id {
        companies::get(connection, company).await?;
    }
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM api_keys WHERE company_id = coalesce($1, company_id) ORDER BY created_at, id"
    );
    connection.query(sql, &[Value::Uuid(self.company_id.map(Into::into))], read).await
});

/// Reads a page of a company's keys in the order of their ids, so the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListApiKeys {
    /// The company.
    pub company_id: CompanyId,
    /// The key after which the page begins, or `None` to begin with the oldest.
    pub cursor: Option<IdCursor<ApiKeyId>>,
    /// The maximum number of keys on the page.
    pub size: u16,
}

operation!(ListApiKeys => Page<ApiKeyInfo>, reads, |self, connection, _clock| {
    companies::get(connection, self.company_id).await?;
    let sql =
        concat!("SELECT ", columns!(), " FROM api_keys WHERE company_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    let values = [Value::uuid(self.company_id), Value::id_lower_bound(self.cursor)];
    Page::read(connection, sql, &values, self.size, read).await
});

/// Revokes a key. A key that is already revoked stays revoked.
#[derive(Debug, Clone, Copy)]
pub struct RevokeApiKey {
    /// The company that the key must belong to, or `None` for a key of any company.
    pub company_id: Option<CompanyId>,
    /// The key.
    pub id: ApiKeyId,
}

operation!(RevokeApiKey => ApiKeyInfo, takes_turn_of: self.company_id, |self, connection, clock| {
    let sql = concat!(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $1)
         WHERE id = $2 AND company_id = coalesce($3, company_id) RETURNING ",
        columns!()
    );
    let company = Value::Uuid(self.company_id.map(Into::into));
    let values = [Value::time(clock.now()), Value::uuid(self.id), company];
    connection.query_one(sql, &values, read).await?.ok_or(StoreError::ApiKeyNotFound)
});

/// The identity and the access of a valid key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authorization {
    /// The key.
    pub key_id: ApiKeyId,
    /// The company that the key belongs to.
    pub company_id: CompanyId,
    /// The access that the key grants.
    pub access: Access,
    /// When the key expires, if ever.
    pub expires_at: Option<Timestamp>,
    /// How many requests the keys of the company may send.
    pub rate_limits: RateLimits,
}

/// Finds the authorization of a key. Returns `None` if the key is unknown or revoked.
#[derive(Debug, Clone, Copy)]
pub struct FindApiKey {
    /// The key's hash.
    pub hash: ApiKeyHash,
}

operation!(FindApiKey => Option<Authorization>, reads, |self, connection, _clock| {
    connection
        .query_one(
            "SELECT id, company_id, access, expires_at,
                 (SELECT read_rate_limit FROM companies WHERE companies.company_id = api_keys.company_id),
                 (SELECT write_rate_limit FROM companies WHERE companies.company_id = api_keys.company_id)
             FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL",
            &[Value::Bytes(&self.hash)],
            |row| {
                Ok(Authorization {
                    key_id: row.uuid(0)?.into(),
                    company_id: row.uuid(1)?.into(),
                    access: parse_stored(&row.text(2)?)?,
                    expires_at: row.optional_time(3)?,
                    rate_limits: RateLimits {
                        reads: parse_stored(&row.text(4)?)?,
                        writes: parse_stored(&row.text(5)?)?,
                    },
                })
            },
        )
        .await
});

fn read(row: &dyn Row) -> Result<ApiKeyInfo> {
    let listed = ListedApiKey {
        id: row.uuid(1)?.into(),
        name: row.optional_text(2)?,
        hint: row.text(3)?,
        access: parse_stored(&row.text(4)?)?,
        created_at: row.time(5)?,
        expires_at: row.optional_time(6)?,
        revoked_at: row.optional_time(7)?,
        last_used_at: row.optional_time(8)?,
    };
    Ok(ApiKeyInfo { company_id: row.uuid(0)?.into(), listed })
}
