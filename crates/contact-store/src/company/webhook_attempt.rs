//! Attempts to send changes to webhooks, and changes that were set aside.

use contact_model::clock::Clock;
use contact_model::webhooks::{SetAsideChange, WebhookAttempt, WebhookAttemptList};
use contact_model::{CompanyId, WebhookId, limits};

use super::operation::operation;
use crate::connection::{Connection, Row, Value, parse_stored};
use crate::{Result, StoreError};

/// Lists the stored attempts of a webhook and the changes that were set aside, the latest first.
#[derive(Debug, Clone, Copy)]
pub struct ListWebhookAttempts {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
}

operation!(ListWebhookAttempts => WebhookAttemptList, reads, |self, connection, _clock| {
    let key = [Value::uuid(self.company_id), Value::uuid(self.id)];
    let exists = "SELECT id FROM webhooks WHERE company_id = $1 AND id = $2";
    connection.query_one(exists, &key, |row| row.uuid(0)).await?.ok_or(StoreError::WebhookNotFound)?;
    let sql = "SELECT at, sequence, outcome, status, error, duration_ms FROM webhook_attempts
         WHERE company_id = $1 AND webhook_id = $2 ORDER BY id DESC";
    let results = connection.query(sql, &key, read).await?;
    let sql = "SELECT sequence, at FROM webhook_set_aside
         WHERE company_id = $1 AND webhook_id = $2 ORDER BY sequence DESC";
    let read = |row: &dyn Row| Ok(SetAsideChange { sequence: row.integer(0)?, at: row.time(1)? });
    let set_aside = connection.query(sql, &key, read).await?;
    Ok(WebhookAttemptList { results, set_aside })
});

/// Stores an attempt to send one change again. If it succeeded, the change is not set aside any more.
#[derive(Debug, Clone)]
pub struct RecordResend {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
    /// The number of the change.
    pub sequence: i64,
    /// The attempt.
    pub attempt: WebhookAttempt,
    /// Whether the receiver accepted the change.
    pub is_accepted: bool,
}

operation!(RecordResend => (), takes_turn_of: Some(self.company_id), |self, connection, clock| {
    let key = [Value::uuid(self.company_id), Value::uuid(self.id)];
    let exists = "SELECT id FROM webhooks WHERE company_id = $1 AND id = $2";
    // It may have been deleted in the meantime.
    if connection.query_one(exists, &key, |row| row.uuid(0)).await?.is_none() {
        return Ok(());
    }
    add(connection, clock, (self.company_id, self.id), &self.attempt).await?;
    if self.is_accepted {
        let sql = "DELETE FROM webhook_set_aside WHERE company_id = $1 AND webhook_id = $2 AND sequence = $3";
        connection.execute(sql, &[key[0], key[1], Value::Integer(self.sequence)]).await?;
    }
    Ok(())
});

/// Stores an attempt, and removes the oldest ones.
pub(super) async fn add<C: Connection>(
    connection: &mut C,
    clock: &dyn Clock,
    (company, id): (CompanyId, WebhookId),
    attempt: &WebhookAttempt,
) -> Result<()> {
    let insert =
        "INSERT INTO webhook_attempts (company_id, webhook_id, id, at, sequence, outcome, status, error,
             duration_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let key = [Value::uuid(company), Value::uuid(id)];
    let values = [
        key[0],
        key[1],
        Value::uuid(clock.new_id()),
        Value::time(attempt.at),
        Value::Integer(attempt.sequence.unwrap_or_default()),
        Value::text(attempt.outcome.as_str()),
        Value::Integer(attempt.status.unwrap_or_default().into()),
        Value::Text(attempt.error.as_deref()),
        Value::Integer(attempt.duration_ms.into()),
    ];
    connection.execute(insert, &values).await?;
    let remove = "DELETE FROM webhook_attempts WHERE company_id = $1 AND webhook_id = $2 AND id <= (
             SELECT id FROM webhook_attempts WHERE company_id = $1 AND webhook_id = $2
             ORDER BY id DESC LIMIT 1 OFFSET $3
         )";
    connection.execute(remove, &[key[0], key[1], kept()]).await.map(|_| ())
}

/// Stores that a change was set aside, and removes the oldest ones.
pub(super) async fn set_aside<C: Connection>(
    connection: &mut C,
    clock: &dyn Clock,
    (company, id): (CompanyId, WebhookId),
    sequence: i64,
) -> Result<()> {
    // The change may have been sent again and refused again.
    let insert =
        "INSERT INTO webhook_set_aside (company_id, webhook_id, sequence, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (company_id, webhook_id, sequence) DO UPDATE SET at = excluded.at";
    let key = [Value::uuid(company), Value::uuid(id)];
    connection.execute(insert, &[key[0], key[1], Value::Integer(sequence), Value::time(clock.now())]).await?;
    let remove = "DELETE FROM webhook_set_aside WHERE company_id = $1 AND webhook_id = $2 AND sequence <= (
             SELECT sequence FROM webhook_set_aside WHERE company_id = $1 AND webhook_id = $2
             ORDER BY sequence DESC LIMIT 1 OFFSET $3
         )";
    connection.execute(remove, &[key[0], key[1], kept()]).await.map(|_| ())
}

fn kept() -> Value<'static> {
    Value::Integer(i64::try_from(limits::WEBHOOK_ATTEMPTS).unwrap_or(i64::MAX))
}

fn read(row: &dyn Row) -> Result<WebhookAttempt> {
    Ok(WebhookAttempt {
        at: row.time(0)?,
        sequence: Some(row.integer(1)?),
        outcome: parse_stored(&row.text(2)?)?,
        status: u16::try_from(row.integer(3)?).ok().filter(|status| *status > 0),
        error: row.optional_text(4)?,
        duration_ms: u32::try_from(row.integer(5)?).unwrap_or(u32::MAX),
    })
}
