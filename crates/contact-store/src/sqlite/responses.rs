//! Stored responses in SQLite. [`response_columns`] explains the names of the tables and columns.

use std::collections::BTreeSet;

use contact_model::{CompanyId, Timestamp, idempotency};

use super::connection::SqliteConnection;
use crate::Result;
use crate::connection::Value;
use crate::contacts::record::ContactRecord;
use crate::idempotency::response_row::{RequestKey, ResponseRow, response_columns};
use crate::idempotency::stored_responses::{LoadedRequests, StoredResponses};
use crate::idempotency::usage;

const LOAD: &str =
    concat!("SELECT ", response_columns!(), " FROM stored_answers a WHERE a.company_id = $1 AND a.name = $2");
const REMOVE: &str = "DELETE FROM stored_answers WHERE company_id = $1 AND name = $2";
const PUT: &str = "INSERT INTO stored_answers
         (company_id, name, fingerprint, status, headers, body, compressed, sealed, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const LOAD_USAGE: &str = "SELECT bytes, hour FROM stored_answer_usage WHERE company_id = $1 AND hour >= $2";
const ADD_USAGE: &str =
    "INSERT INTO stored_answer_usage (company_id, hour, slot, bytes) VALUES ($1, $2, 0, $3)
     ON CONFLICT (company_id, hour, slot) DO UPDATE SET bytes = bytes + excluded.bytes";
const INSERT_CONTACT: &str =
    "INSERT INTO stored_answer_contacts (company_id, contact_id, name) VALUES ($1, $2, $3)";
const REMOVE_OF_CONTACTS: &str = "DELETE FROM stored_answers WHERE company_id = $1 AND name IN
         (SELECT name FROM stored_answer_contacts WHERE company_id = $1 AND contact_id = $2)";

impl StoredResponses for SqliteConnection {
    /// Counts all requests as locked, because a transaction that writes locks the whole file.
    async fn load_requests(&mut self, keys: &BTreeSet<RequestKey>, now: Timestamp) -> Result<LoadedRequests> {
        let mut loaded = LoadedRequests { locked: keys.clone(), ..LoadedRequests::default() };
        for (company, name) in keys {
            let key = [Value::uuid(*company), Value::Bytes(name)];
            loaded.responses.extend(self.one(LOAD, &key, ResponseRow::read)?);
        }
        let companies: BTreeSet<CompanyId> = keys.iter().map(|(company, _)| *company).collect();
        let first_hour = Value::Integer(idempotency::first_counted_hour(now));
        for company in companies {
            self.for_each(LOAD_USAGE, &[Value::uuid(company), first_hour], |row| {
                let bytes = u64::try_from(row.integer(0)?).unwrap_or_default();
                usage::add(&mut loaded.used, company, bytes, row.integer(1)?, now);
                Ok(())
            })?;
        }
        Ok(loaded)
    }

    async fn store_responses(&mut self, expired: &BTreeSet<RequestKey>, new: &[ResponseRow]) -> Result<()> {
        for (company, name) in expired {
            self.run(REMOVE, &[Value::uuid(*company), Value::Bytes(name)])?;
        }
        for row in new {
            let (request, response) = (&row.request, &row.response);
            let (company, key_hash) = (Value::uuid(request.company_id), Value::Bytes(&request.key_hash));
            let headers = row.headers_json()?;
            let values = [
                company,
                key_hash,
                Value::Bytes(&request.content_hash),
                Value::Integer(response.status.into()),
                Value::text(&headers),
                Value::Bytes(&response.body.bytes),
                Value::boolean(response.body.is_compressed),
                Value::boolean(response.is_encrypted),
                Value::time(row.created_at),
            ];
            self.run(PUT, &values)?;
            for contact in &response.contacts {
                self.run(INSERT_CONTACT, &[company, Value::uuid(*contact), key_hash])?;
            }
        }
        for ((company, hour), bytes) in usage::by_hour(new) {
            self.run(ADD_USAGE, &[Value::uuid(company), Value::Integer(hour), Value::Integer(bytes)])?;
        }
        Ok(())
    }
}

impl SqliteConnection {
    /// Removes the stored responses that contain data of a contact.
    pub(super) fn delete_responses_with(&mut self, record: &ContactRecord) -> Result<()> {
        self.run(REMOVE_OF_CONTACTS, &[Value::uuid(record.company_id), Value::uuid(record.id)]).map(|_| ())
    }
}
