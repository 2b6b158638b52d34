//! Secrets that all servers of a database share.

use super::operation::operation;
use crate::StoreError;
use crate::connection::Value;

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
    let select = "SELECT secret FROM server_secrets WHERE name = $1";
    let secret = connection.query_one(select, &[Value::text(self.name)], |row| row.bytes(0)).await?;
    let secret = secret.and_then(|bytes| bytes.try_into().ok());
    secret.ok_or_else(|| StoreError::unavailable(format!("the secret `{}` is not 32 bytes long", self.name)))
});
