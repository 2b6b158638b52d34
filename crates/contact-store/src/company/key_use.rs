//! When API keys were last used.

use contact_model::{ApiKeyId, CompanyId, Timestamp};

use super::operation::operation;
use crate::connection::Value;

/// A use of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUse {
    /// The key's company.
    pub company_id: CompanyId,
    /// The key.
    pub key_id: ApiKeyId,
    /// When it was used.
    pub used_at: Timestamp,
}

/// Stores when API keys were last used. If several servers store uses of the same key, the latest use counts.
#[derive(Debug, Clone)]
pub struct RecordKeyUses {
    /// The uses, in the order of the keys' ids, so that two servers lock the rows in the same order.
    pub uses: Vec<KeyUse>,
}

operation!(RecordKeyUses => (), takes_turn_of: None, |self, connection, _clock| {
    for KeyUse { company_id, key_id, used_at } in &self.uses {
        let sql = "UPDATE api_keys SET last_used_at = $1
             WHERE company_id = $2 AND id = $3 AND (last_used_at IS NULL OR last_used_at < $1)";
        let values = [Value::time(*used_at), Value::uuid(*company_id), Value::uuid(*key_id)];
        connection.execute(sql, &values).await?;
    }
    Ok(())
});
