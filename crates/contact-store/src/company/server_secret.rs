//! Secrets that all servers of a database share.

use super::operation::operation;
use crate::connection::{Connection, Value};
use crate::{Result, StoreError};

/// Returns the secret with the given name. If there is none yet, stores the candidate as the secret, only once even
/// if several servers do so at the same time.
#[derive(Clone)]
pub struct GetOrCreateSecret {
    /// The purpose of the secret.
    pub name: &'static str,
    /// Random bytes.
    pub candidate: [u8; 32],
}

operation!(GetOrCreateSecret => [u8; 32], takes_turn_of: None, |self, connection, _clock| {
    let insert = "INSERT INTO server_secrets (name, secret) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    connection.execute(insert, &[Value::text(self.name), Value::Bytes(&self.candidate)]).await?;
    let secret = find(connection, self.name).await?;
    secret.ok_or_else(|| StoreError::unavailable(format!("the secret `{}` was deleted", self.name)))
});

/// Returns the secret with the given name, if there is one. Unlike [`GetOrCreateSecret`], this needs no write, so it
/// works on a full disk, too.
#[derive(Debug, Clone)]
pub struct FindSecret {
    /// The purpose of the secret.
    pub name: &'static str,
}

operation!(FindSecret => Option<[u8; 32]>, reads, |self, connection, _clock| {
    find(connection, self.name).await
});

async fn find<C: Connection>(connection: &mut C, name: &str) -> Result<Option<[u8; 32]>> {
    let select = "SELECT secret FROM server_secrets WHERE name = $1";
    let Some(bytes) = connection.query_one(select, &[Value::text(name)], |row| row.bytes(0)).await? else {
        return Ok(None);
    };
    let secret = bytes.try_into();
    secret.map(Some).map_err(|_| StoreError::unavailable(format!("the secret `{name}` is not 32 bytes long")))
}
