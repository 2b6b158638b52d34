//! The webhooks of a company.

use std::time::Duration;

use contact_model::webhooks::{NewWebhook, Webhook, WebhookReplayed, WebhookUpdate};
use contact_model::{
    CompanyId, IdCursor, Timestamp, Violation, ViolationCode, Violations, WebhookId, limits,
};

use super::operation::operation;
use super::{Page, changes, companies};
use crate::connection::{Row, Value};
use crate::{Result, StoreError};

/// How long the previous secret of a webhook is used after a change.
const SECRET_OVERLAP: Duration = Duration::from_secs(24 * 60 * 60);

/// The columns of a webhook, in the order that [`read`] expects.
macro_rules! columns {
    () => {
        "id, url, actions, fields, is_active, created_at, sequence, failures, failing_since, next_attempt_at,
         disabled_at, disabled_reason, previous_secret_until"
    };
}

/// Creates a webhook, which gets the changes that follow.
#[derive(Clone)]
pub struct CreateWebhook {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub webhook: NewWebhook,
    /// Its secret, encrypted.
    pub secret: Vec<u8>,
}

operation!(CreateWebhook => Webhook, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    companies::get(connection, self.company_id).await?;
    // Otherwise two creates could exceed the limit together.
    connection.lock("webhooks").await?;
    let count = "SELECT count(*) FROM webhooks WHERE company_id = $1";
    let company = Value::uuid(self.company_id);
    let count = connection.query_one(count, &[company], |row| row.integer(0)).await?;
    if count.is_some_and(|count| usize::try_from(count).is_ok_and(|count| count >= limits::WEBHOOKS)) {
        return Err(StoreError::TooManyWebhooks);
    }
    let NewWebhook { url, actions, fields, active } = &self.webhook;
    let (now, latest) = (clock.now(), changes::latest(connection, self.company_id).await?);
    let (actions, fields) = (json(actions.as_ref())?, json(fields.as_ref())?);
    let sql = concat!(
        "INSERT INTO webhooks (company_id, id, url, actions, fields, is_active, created_at, secret, sequence,
             failures, refusals, next_attempt_at, leased_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $7, $7) RETURNING ",
        columns!()
    );
    let values = [
        company,
        Value::uuid(clock.new_id()),
        Value::text(url),
        Value::Text(actions.as_deref()),
        Value::Text(fields.as_deref()),
        Value::boolean(*active),
        Value::time(now),
        Value::Bytes(&self.secret),
        Value::Integer(latest),
    ];
    let created = connection.query_one(sql, &values, read).await?;
    created.ok_or_else(|| StoreError::unavailable("the webhook was not stored"))
});

/// Reads a page of a company's webhooks in the order of their ids, so the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListWebhooks {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook after which the page begins, or `None` to begin with the oldest.
    pub cursor: Option<IdCursor<WebhookId>>,
    /// The maximum number of webhooks on the page.
    pub size: u16,
}

operation!(ListWebhooks => Page<Webhook>, reads, |self, connection, _clock| {
    companies::get(connection, self.company_id).await?;
    let sql =
        concat!("SELECT ", columns!(), " FROM webhooks WHERE company_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    let values = [Value::uuid(self.company_id), Value::id_lower_bound(self.cursor)];
    Page::read(connection, sql, &values, self.size, read).await
});

/// Changes a webhook. A webhook that gets a new URL or is activated is tried at once.
#[derive(Debug, Clone)]
pub struct UpdateWebhook {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
    /// The changes.
    pub update: WebhookUpdate,
}

operation!(UpdateWebhook => Webhook, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    let WebhookUpdate { url, actions, fields, active } = &self.update;
    let is_tried_at_once = url.is_some() || *active == Some(true);
    let key = [Value::uuid(self.company_id), Value::uuid(self.id)];
    let (new_actions, new_fields) = (json(actions.value())?, json(fields.value())?);
    let set = "UPDATE webhooks SET url = coalesce($1, url), is_active = coalesce($2, is_active),
             actions = CASE WHEN $3 THEN $4 ELSE actions END, fields = CASE WHEN $5 THEN $6 ELSE fields END,
             disabled_at = CASE WHEN coalesce($2, is_active) THEN NULL ELSE disabled_at END,
             disabled_reason = CASE WHEN coalesce($2, is_active) THEN NULL ELSE disabled_reason END
         WHERE company_id = $7 AND id = $8";
    let values = [
        Value::Text(url.as_deref()),
        Value::Boolean(*active),
        Value::boolean(!actions.is_keep()),
        Value::Text(new_actions.as_deref()),
        Value::boolean(!fields.is_keep()),
        Value::Text(new_fields.as_deref()),
        key[0],
        key[1],
    ];
    if connection.execute(set, &values).await? == 0 {
        return Err(StoreError::WebhookNotFound);
    }
    if is_tried_at_once {
        let reset = "UPDATE webhooks SET failures = 0, refusals = 0, failing_since = NULL, next_attempt_at = $1
             WHERE company_id = $2 AND id = $3";
        connection.execute(reset, &[Value::time(clock.now()), key[0], key[1]]).await?;
    }
    let sql = concat!("SELECT ", columns!(), " FROM webhooks WHERE company_id = $1 AND id = $2");
    connection.query_one(sql, &key, read).await?.ok_or(StoreError::WebhookNotFound)
});

/// Deletes a webhook.
#[derive(Debug, Clone, Copy)]
pub struct DeleteWebhook {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
}

operation!(DeleteWebhook => (), takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let values = [Value::uuid(self.company_id), Value::uuid(self.id)];
    // Deletes its attempts and the changes that were set aside too, because their tables refer to this one with ON
    // DELETE CASCADE.
    match connection.execute("DELETE FROM webhooks WHERE company_id = $1 AND id = $2", &values).await? {
        0 => Err(StoreError::WebhookNotFound),
        _ => Ok(()),
    }
});

/// Replaces the secret of a webhook. Returns until when the previous secret is used too.
#[derive(Clone)]
pub struct RotateWebhookSecret {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
    /// The new secret, encrypted.
    pub secret: Vec<u8>,
}

operation!(RotateWebhookSecret => Timestamp, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    let until = clock.now().later_by(SECRET_OVERLAP);
    let sql = "UPDATE webhooks SET previous_secret = secret, previous_secret_until = $1, secret = $2
         WHERE company_id = $3 AND id = $4";
    let values =
        [Value::time(until), Value::Bytes(&self.secret), Value::uuid(self.company_id), Value::uuid(self.id)];
    match connection.execute(sql, &values).await? {
        0 => Err(StoreError::WebhookNotFound),
        _ => Ok(until),
    }
});

/// Moves the place of a webhook in the log, so that it gets the changes from there on.
#[derive(Debug, Clone, Copy)]
pub struct ReplayWebhook {
    /// The company.
    pub company_id: CompanyId,
    /// The webhook.
    pub id: WebhookId,
    /// The number of the first change, at most one more than the latest.
    pub from: i64,
}

operation!(ReplayWebhook => WebhookReplayed, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    let company = Value::uuid(self.company_id);
    let latest = changes::latest(connection, self.company_id).await?;
    let first = changes::earliest(connection, self.company_id).await?;
    let from = self.from.max(first.unwrap_or(latest + 1));
    let sql = "UPDATE webhooks SET sequence = $1, failures = 0, refusals = 0, failing_since = NULL,
             next_attempt_at = $2
         WHERE company_id = $3 AND id = $4";
    let values = [Value::Integer(from - 1), Value::time(clock.now()), company, Value::uuid(self.id)];
    if connection.execute(sql, &values).await? == 0 {
        return Err(StoreError::WebhookNotFound);
    }
    if from > latest + 1 {
        let detail = format!("from takes a number up to {}, which is one more than the latest change.", latest + 1);
        return Err(Violations::from(Violation::new("/from", ViolationCode::InvalidValue, detail)).into());
    }
    Ok(WebhookReplayed { from, count: latest + 1 - from })
});

fn json<T: serde::Serialize>(list: Option<&Vec<T>>) -> Result<Option<String>> {
    list.map(serde_json::to_string).transpose().map_err(StoreError::unavailable)
}

/// Parses a list that was stored as JSON.
pub(super) fn parse_list<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<Vec<T>>> {
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(StoreError::unavailable)
}

fn read(row: &dyn Row) -> Result<Webhook> {
    let failing_since = row.optional_time(8)?;
    let next_attempt_at = row.time(9)?;
    Ok(Webhook {
        id: row.uuid(0)?.into(),
        url: row.text(1)?,
        actions: parse_list(row.optional_text(2)?)?,
        fields: parse_list(row.optional_text(3)?)?,
        active: row.boolean(4)?,
        created_at: row.time(5)?,
        sequence: row.integer(6)?,
        failures: u32::try_from(row.integer(7)?).unwrap_or(u32::MAX),
        failing_since,
        next_attempt_at: failing_since.map(|_| next_attempt_at),
        disabled_at: row.optional_time(10)?,
        disabled_reason: row.optional_text(11)?,
        previous_secret_until: row.optional_time(12)?,
    })
}
