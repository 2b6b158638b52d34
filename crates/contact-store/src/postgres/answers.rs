//! Stored answers in PostgreSQL: each statement moves a whole set.

use std::collections::BTreeSet;

use sqlx::Row as _;
use uuid::Uuid;

use super::advisory_lock;
use super::connection::{PostgresConnection, failure};
use super::contacts::column;
use crate::StoreError;
use crate::contacts::record::ContactRecord;
use crate::once::stored_answer::{AnswerKey, KeptAnswer, answer_columns};

/// Waits for no one, so the order does not matter.
const TRY_LOCKS: &str = "SELECT key, pg_try_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS keys (key)";
const LOAD: &str = concat!(
    "SELECT ",
    answer_columns!(),
    " FROM stored_answers a JOIN unnest($1::uuid[], $2::bytea[]) AS wanted (company_id, name)
         ON a.company_id = wanted.company_id AND a.name = wanted.name"
);
const REMOVE: &str = "DELETE FROM stored_answers a
     USING unnest($1::uuid[], $2::bytea[]) AS gone (company_id, name)
     WHERE a.company_id = gone.company_id AND a.name = gone.name";
const PUT: &str = "WITH stored AS (
         INSERT INTO stored_answers
             (company_id, name, fingerprint, status, headers, body, sealed, created_at)
         SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bigint[], $5::text[], $6::bytea[],
             $7::boolean[], $8::timestamptz[])
     )
     INSERT INTO stored_answer_contacts (company_id, contact_id, name)
     SELECT * FROM unnest($9::uuid[], $10::uuid[], $11::bytea[])";
const REMOVE_OF: &str = "DELETE FROM stored_answers a
     USING unnest($1::uuid[], $2::uuid[]) AS gone (company_id, id)
     JOIN stored_answer_contacts of_contact
         ON of_contact.company_id = gone.company_id AND of_contact.contact_id = gone.id
     WHERE a.company_id = of_contact.company_id AND a.name = of_contact.name";

impl PostgresConnection<'_> {
    pub(super) async fn try_locks(
        &mut self,
        keys: &BTreeSet<AnswerKey>,
    ) -> Result<BTreeSet<AnswerKey>, StoreError> {
        let locks: Vec<i64> = keys.iter().map(lock_of).collect();
        let rows =
            sqlx::query(TRY_LOCKS).bind(locks).fetch_all(&mut *self.connection).await.map_err(failure)?;
        let mut taken = BTreeSet::new();
        for row in &rows {
            if row.try_get(1).map_err(failure)? {
                taken.insert(row.try_get::<i64, _>(0).map_err(failure)?);
            }
        }
        Ok(keys.iter().filter(|key| taken.contains(&lock_of(key))).copied().collect())
    }

    pub(super) async fn read_answers(
        &mut self,
        keys: &BTreeSet<AnswerKey>,
    ) -> Result<Vec<KeptAnswer>, StoreError> {
        let (companies, names) = columns(keys);
        let load = sqlx::query(LOAD).bind(companies).bind(names);
        let rows = load.fetch_all(&mut *self.connection).await.map_err(failure)?;
        rows.iter().map(|row| KeptAnswer::read(row)).collect()
    }

    pub(super) async fn drop_answers(&mut self, keys: &BTreeSet<AnswerKey>) -> Result<(), StoreError> {
        let (companies, names) = columns(keys);
        self.run(sqlx::query(REMOVE).bind(companies).bind(names)).await
    }

    pub(super) async fn insert_answers(&mut self, answers: &[KeptAnswer]) -> Result<(), StoreError> {
        let headers = answers.iter().map(KeptAnswer::headers_json).collect::<Result<Vec<String>, _>>()?;
        let contacts: Vec<_> = answers
            .iter()
            .flat_map(|kept| kept.answer.contacts.iter().map(|contact| (&kept.request, contact)))
            .collect();
        let put = sqlx::query(PUT)
            .bind(column(answers, |kept| kept.request.company_id.0))
            .bind(column(answers, |kept| kept.request.name.as_slice()))
            .bind(column(answers, |kept| kept.request.fingerprint.as_slice()))
            .bind(column(answers, |kept| i64::from(kept.answer.status)))
            .bind(headers)
            .bind(column(answers, |kept| kept.answer.body.as_slice()))
            .bind(column(answers, |kept| kept.answer.sealed))
            .bind(column(answers, |kept| kept.created_at.as_datetime()))
            .bind(column(&contacts, |(request, _)| request.company_id.0))
            .bind(column(&contacts, |(_, contact)| contact.0))
            .bind(column(&contacts, |(request, _)| request.name.as_slice()));
        self.run(put).await
    }

    /// Drops the answers that tell of contacts.
    pub(super) async fn drop_answers_of(&mut self, contacts: &[&ContactRecord]) -> Result<(), StoreError> {
        let remove = sqlx::query(REMOVE_OF)
            .bind(column(contacts, |record| record.company_id.0))
            .bind(column(contacts, |record| record.id.0));
        self.run(remove).await
    }
}

fn columns(keys: &BTreeSet<AnswerKey>) -> (Vec<Uuid>, Vec<&[u8]>) {
    keys.iter().map(|(company, name)| (company.0, name.as_slice())).unzip()
}

/// The advisory lock of a request: held by the transaction that is at it, and gone with it.
fn lock_of((company, name): &AnswerKey) -> i64 {
    advisory_lock::of(&[company.0.as_bytes(), b"answer", name])
}
