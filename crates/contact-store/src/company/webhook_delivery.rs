//! Which webhooks a server sends changes to, and how far it came.
//!
//! A server claims a webhook for a limited time, and stores the new place in the log when it releases it. If it ends
//! before, another server begins at the stored place once the time is over, and sends some changes again.

use std::time::Duration;

use contact_model::webhooks::{DeliveryState, WebhookAttempt, WebhookFilter};
use contact_model::{CompanyId, Timestamp, WebhookId};
use uuid::Uuid;

use super::operation::operation;
use super::webhook::parse_list;
use super::webhook_attempt;
use crate::connection::{Row, Value};
use crate::{Result, StoreError};

/// The columns of a target, in the order that [`read`] expects.
macro_rules! columns {
    () => {
        "company_id, id, url, actions, fields, secret, coalesce(previous_secret, secret), previous_secret_until,
         sequence, failures, refusals, failing_since, next_attempt_at,
         coalesce((SELECT c.sequence FROM change_counters c WHERE c.company_id = webhooks.company_id), 0)"
    };
}

/// A webhook, as it is needed to send changes to it.
#[derive(Clone)]
pub struct WebhookTarget {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
    /// The URL that changes are sent to.
    pub url: String,
    /// The changes that are sent.
    pub filter: WebhookFilter,
    /// The encrypted secret.
    pub secret: Vec<u8>,
    /// The encrypted previous secret, and until when it is used.
    pub previous_secret: Option<(Vec<u8>, Timestamp)>,
    /// The number of the last change that was sent or not selected.
    pub sequence: i64,
    /// The number of the latest change of the company.
    pub latest: i64,
    /// How the attempts went so far.
    pub state: DeliveryState,
}

/// Lists webhooks of all companies that have changes to send, and that no server sends changes to. Those that have waited
/// longest since their last turn come first.
#[derive(Debug, Clone, Copy)]
pub struct ListDueWebhooks {
    /// The maximum number of webhooks to list.
    pub rows: u32,
}

operation!(ListDueWebhooks => Vec<(CompanyId, WebhookId)>, reads, |self, connection, clock| {
    let sql = "SELECT w.company_id, w.id
         FROM webhooks w JOIN change_counters c ON c.company_id = w.company_id AND c.sequence > w.sequence
         WHERE w.is_active AND w.next_attempt_at <= $1 AND w.leased_until <= $1
         ORDER BY w.leased_until, w.company_id, w.id LIMIT $2";
    let values = [Value::time(clock.now()), Value::Integer(self.rows.into())];
    connection.query(sql, &values, |row| Ok((row.uuid(0)?.into(), row.uuid(1)?.into()))).await
});

/// Claims webhooks for a server, except those that another server has claimed in the meantime.
#[derive(Debug, Clone)]
pub struct ClaimWebhooks {
    /// The webhooks, in the order of their ids, so that two servers lock the rows in the same order.
    pub webhooks: Vec<(CompanyId, WebhookId)>,
    /// Identifies the server.
    pub lease: Uuid,
    /// How long no other server may claim the webhooks.
    pub lease_time: Duration,
}

operation!(ClaimWebhooks => Vec<WebhookTarget>, takes_turn_of: None, |self, connection, clock| {
    let now = clock.now();
    let until = Value::time(now.later_by(self.lease_time));
    let sql = concat!(
        "UPDATE webhooks SET lease = $1, leased_until = $2
         WHERE company_id = $3 AND id = $4 AND is_active AND next_attempt_at <= $5 AND leased_until <= $5
         RETURNING ",
        columns!()
    );
    let mut claimed = Vec::new();
    for (company, id) in &self.webhooks {
        let values =
            [Value::uuid(self.lease), until, Value::uuid(*company), Value::uuid(*id), Value::time(now)];
        claimed.extend(connection.query_one(sql, &values, read).await?);
    }
    Ok(claimed)
});

/// Reads a webhook in order to send a single event to it. It takes a turn among the company's writes, so that it sees the
/// effects of the writes before it.
#[derive(Debug, Clone, Copy)]
pub struct GetWebhookTarget {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
}

operation!(GetWebhookTarget => WebhookTarget, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let sql = concat!("SELECT ", columns!(), " FROM webhooks WHERE company_id = $1 AND id = $2");
    let values = [Value::uuid(self.company_id), Value::uuid(self.id)];
    connection.query_one(sql, &values, read).await?.ok_or(StoreError::WebhookNotFound)
});

/// How far a server came with the changes for a webhook.
#[derive(Debug, Clone)]
pub struct WebhookProgress {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
    /// The place in the log when the webhook was claimed.
    pub claimed_sequence: i64,
    /// The number of the last change that was sent or not selected.
    pub sequence: i64,
    /// How the attempts went.
    pub state: DeliveryState,
    /// Why the webhook is disabled, if it is.
    pub disabled_reason: Option<String>,
    /// The attempts to store.
    pub attempts: Vec<WebhookAttempt>,
    /// The changes that were set aside.
    pub set_aside: Vec<i64>,
}

/// Stores how far a server came, and releases the webhooks. Only releases a webhook whose place was changed in the
/// meantime, and does nothing for one that the server has not claimed any more.
#[derive(Debug, Clone)]
pub struct StoreWebhookProgress {
    /// Identifies the server.
    pub lease: Uuid,
    /// The webhooks, in the order of their ids, so that two servers lock the rows in the same order.
    pub progress: Vec<WebhookProgress>,
}

operation!(StoreWebhookProgress => (), takes_turn_of: None, |self, connection, clock| {
    let now = Value::time(clock.now());
    for progress in &self.progress {
        let WebhookProgress { company_id, id, state, .. } = progress;
        let reason = progress.disabled_reason.as_deref();
        let sql = "UPDATE webhooks SET sequence = $1, failures = $2, refusals = $3, failing_since = $4,
                 next_attempt_at = $5, lease = NULL, leased_until = $6, is_active = is_active AND NOT $7,
                 disabled_at = CASE WHEN $7 THEN $6 ELSE disabled_at END,
                 disabled_reason = coalesce($8, disabled_reason)
             WHERE company_id = $9 AND id = $10 AND lease = $11 AND sequence = $12";
        let key = [Value::uuid(*company_id), Value::uuid(*id), Value::uuid(self.lease)];
        let values = [
            Value::Integer(progress.sequence),
            Value::Integer(state.failures.into()),
            Value::Integer(state.refusals.into()),
            Value::Time(state.failing_since),
            Value::time(state.next_attempt_at),
            now,
            Value::boolean(reason.is_some()),
            Value::Text(reason),
            key[0],
            key[1],
            key[2],
            Value::Integer(progress.claimed_sequence),
        ];
        if connection.execute(sql, &values).await? == 0 {
            let release = "UPDATE webhooks SET lease = NULL, leased_until = $1
                 WHERE company_id = $2 AND id = $3 AND lease = $4";
            connection.execute(release, &[now, key[0], key[1], key[2]]).await?;
            continue;
        }
        for attempt in &progress.attempts {
            webhook_attempt::add(connection, clock, (*company_id, *id), attempt).await?;
        }
        for sequence in &progress.set_aside {
            webhook_attempt::set_aside(connection, clock, (*company_id, *id), *sequence).await?;
        }
    }
    Ok(())
});

fn read(row: &dyn Row) -> Result<WebhookTarget> {
    let previous_secret = row.bytes(6)?;
    let integer = |column| Ok::<_, StoreError>(u32::try_from(row.integer(column)?).unwrap_or(u32::MAX));
    Ok(WebhookTarget {
        company_id: row.uuid(0)?.into(),
        id: row.uuid(1)?.into(),
        url: row.text(2)?,
        filter: WebhookFilter {
            actions: parse_list(row.optional_text(3)?)?,
            fields: parse_list(row.optional_text(4)?)?,
        },
        secret: row.bytes(5)?,
        previous_secret: row.optional_time(7)?.map(|until| (previous_secret, until)),
        sequence: row.integer(8)?,
        latest: row.integer(13)?,
        state: DeliveryState {
            failures: integer(9)?,
            refusals: integer(10)?,
            failing_since: row.optional_time(11)?,
            next_attempt_at: row.time(12)?,
        },
    })
}
