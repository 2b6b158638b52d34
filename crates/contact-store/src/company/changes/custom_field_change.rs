//! Who causes changes, and entries of the log of changes that concern all contacts of a company.

use contact_model::changes::{Change, ChangeAction, FieldChanges};
use contact_model::clock::Clock;
use contact_model::{ApiKeyId, CompanyId, JsonText};

use crate::connection::{Connection, Value};
use crate::{Result, StoreError};

/// Who causes a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The API key of the request. `None` if the server or its operator makes the change.
    pub key_id: Option<ApiKeyId>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The id of the operation that the request is part of, such as an import.
    pub operation_id: Option<String>,
}

const COUNT: &str = "INSERT INTO change_counters (company_id, sequence) VALUES ($1, 1)
     ON CONFLICT (company_id) DO UPDATE SET sequence = change_counters.sequence + 1
     RETURNING sequence";
const ADD: &str = "INSERT INTO changes (company_id, sequence, contact_id, action, at, key_id, request_id,
         operation_id, previous, changed, salt)
     VALUES ($1, $2, NULL, $3, $4, $5, $6, $7, 0, $8, $9)";

/// Adds an entry to the log of a company: a custom field was renamed, or deleted if it has no new name. This locks the
/// counter of the company until the transaction ends, so it is the last step of a transaction.
pub(crate) async fn add_custom_field_change<C: Connection>(
    connection: &mut C,
    clock: &dyn Clock,
    company: CompanyId,
    origin: &Origin,
    names: (&str, Option<&str>),
) -> Result<()> {
    let (before, after) = names;
    let action = match after {
        Some(_) => ChangeAction::CustomFieldRenamed,
        None => ChangeAction::CustomFieldDeleted,
    };
    let json = |name: Option<&str>| -> Result<JsonText> {
        Ok(JsonText::from_stored(serde_json::to_string(&name).map_err(StoreError::unavailable)?))
    };
    let change = Change { before: json(Some(before))?, after: json(after)? };
    let changed = FieldChanges::from([("custom_field".to_owned(), change)]);
    let changed = serde_json::to_string(&changed).map_err(StoreError::unavailable)?;
    let company = Value::uuid(company);
    let sequence = connection.query_one(COUNT, &[company], |row| row.integer(0)).await?;
    let sequence = sequence.ok_or_else(|| StoreError::unavailable("the counter returned no number"))?;
    let Origin { key_id, request_id, operation_id } = origin;
    let values = [
        company,
        Value::Integer(sequence),
        Value::text(action.as_str()),
        Value::time(clock.now()),
        Value::Uuid(key_id.map(Into::into)),
        Value::Text(request_id.as_deref()),
        Value::Text(operation_id.as_deref()),
        Value::text(&changed),
        Value::uuid(clock.salt()),
    ];
    connection.execute(ADD, &values).await.map(|_| ())
}
