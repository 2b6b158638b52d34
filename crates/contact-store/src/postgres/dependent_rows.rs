//! Stores the rows that depend on contacts in PostgreSQL: custom-field values, threads, tags and words.

use contact_model::{CompanyId, value_key};

use super::connection::PostgresConnection;
use super::statements::{column, join_row_location};
use crate::Result;
use crate::contacts::derived_rows::DerivedRows;
use crate::contacts::transaction::{Changes, CustomFieldValue, ThreadRow};

const WORDS: &str = concat!(
    "WITH removed AS (
         DELETE FROM contact_words w USING unnest($1::uuid[], $2::text[], $3::uuid[])
             AS removed (company_id, word, contact_id) ",
    join_row_location!(
        "contact_words",
        "company_id = removed.company_id AND word = removed.word AND contact_id = removed.contact_id"
    ),
    " WHERE w.ctid = found.ctid
     )
     INSERT INTO contact_words (company_id, word, contact_id)
     SELECT * FROM unnest($4::uuid[], $5::text[], $6::uuid[])
     ON CONFLICT DO NOTHING"
);
const TAGS: &str = concat!(
    "WITH removed AS (
         DELETE FROM contact_tags t USING unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[])
             AS removed (company_id, tag, created_at, contact_id) ",
    join_row_location!(
        "contact_tags",
        "company_id = removed.company_id AND tag = removed.tag AND created_at = removed.created_at
             AND contact_id = removed.contact_id"
    ),
    " WHERE t.ctid = found.ctid
     )
     INSERT INTO contact_tags (company_id, tag, created_at, contact_id)
     SELECT * FROM unnest($5::uuid[], $6::text[], $7::timestamptz[], $8::uuid[])
     ON CONFLICT DO NOTHING"
);
/// Locks the rows in the order of the array, which is the same in every transaction.
const TAG_COUNTS: &str = "INSERT INTO tag_counts (company_id, tag, contacts)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[])
     ON CONFLICT (company_id, tag) DO UPDATE SET contacts = tag_counts.contacts + excluded.contacts";
const DROP_TAGS: &str = concat!(
    "DELETE FROM tag_counts t USING unnest($1::uuid[], $2::text[]) AS removed (company_id, tag) ",
    join_row_location!("tag_counts", "company_id = removed.company_id AND tag = removed.tag"),
    " WHERE t.ctid = found.ctid AND t.contacts <= 0"
);
const PUT_VALUES: &str = "INSERT INTO custom_field_values
         (company_id, contact_id, field_id, value, value_key, created_at)
     SELECT n.company_id, n.contact_id, n.field_id, n.value, n.value_key, c.created_at
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
         AS n (company_id, contact_id, field_id, value, value_key)
     CROSS JOIN LATERAL (
         SELECT created_at FROM contacts WHERE company_id = n.company_id AND id = n.contact_id LIMIT 1
     ) c
     ON CONFLICT (company_id, contact_id, field_id)
         DO UPDATE SET value = excluded.value, value_key = excluded.value_key";
/// The order keeps PostgreSQL from using an index other than the primary key, which would find more rows.
const REMOVE_VALUES: &str = concat!(
    "DELETE FROM custom_field_values v
     USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS removed (company_id, contact_id, field_id) ",
    join_row_location!(
        "custom_field_values",
        "company_id = removed.company_id AND contact_id BETWEEN removed.contact_id AND removed.contact_id
             AND field_id = removed.field_id ORDER BY contact_id"
    ),
    " WHERE v.ctid = found.ctid"
);
const THREADS: &str = "INSERT INTO agent_threads (company_id, contact_id, id, agent_id, kind, status,
         direction, duration, created_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
         $7::text[], $8::double precision[], $9::timestamptz[])";

impl PostgresConnection<'_> {
    pub(super) async fn write_values(&mut self, changes: &Changes) -> Result<()> {
        let Changes { values_set: put, values_removed: removed, .. } = changes;
        if !put.is_empty() {
            let keys = column(put, |CustomFieldValue { value, .. }| value_key::for_stored(value));
            let statement = sqlx::query(PUT_VALUES)
                .bind(column(put, |value| value.contact.0.0))
                .bind(column(put, |value| value.contact.1.0))
                .bind(column(put, |value| value.field_id.0))
                .bind(column(put, |value| value.value.as_str()))
                .bind(keys);
            self.run(statement).await?;
        }
        if !removed.is_empty() {
            let statement = sqlx::query(REMOVE_VALUES)
                .bind(column(removed, |((company, _), _)| company.0))
                .bind(column(removed, |((_, contact), _)| contact.0))
                .bind(column(removed, |(_, field)| field.0));
            self.run(statement).await?;
        }
        Ok(())
    }

    pub(super) async fn write_derived(&mut self, derived: &DerivedRows) -> Result<()> {
        let DerivedRows { tags_added, tags_removed, tag_counts, words_added, words_removed } = derived;
        if !(tags_added.is_empty() && tags_removed.is_empty()) {
            let mut statement = sqlx::query(TAGS);
            for rows in [tags_removed, tags_added] {
                statement = statement
                    .bind(column(rows, |row| row.company_id.0))
                    .bind(column(rows, |row| row.tag.as_str()))
                    .bind(column(rows, |row| row.created_at.as_datetime()))
                    .bind(column(rows, |row| row.contact_id.0));
            }
            self.run(statement).await?;
            self.count_tags(tag_counts.iter().filter(|(_, more)| **more != 0).collect()).await?;
        }
        if !(words_added.is_empty() && words_removed.is_empty()) {
            let mut statement = sqlx::query(WORDS);
            for rows in [words_removed, words_added] {
                statement = statement
                    .bind(column(rows, |row| row.company_id.0))
                    .bind(column(rows, |row| row.word.as_str()))
                    .bind(column(rows, |row| row.contact_id.0));
            }
            self.run(statement).await?;
        }
        Ok(())
    }

    async fn count_tags(&mut self, counts: Vec<(&(CompanyId, String), &i64)>) -> Result<()> {
        if counts.is_empty() {
            return Ok(());
        }
        let statement = sqlx::query(TAG_COUNTS)
            .bind(column(&counts, |((company, _), _)| company.0))
            .bind(column(&counts, |((_, tag), _)| tag.as_str()))
            .bind(column(&counts, |(_, more)| **more));
        self.run(statement).await?;
        let fewer: Vec<_> = counts.into_iter().filter(|(_, more)| **more < 0).collect();
        if fewer.is_empty() {
            return Ok(());
        }
        let statement = sqlx::query(DROP_TAGS)
            .bind(column(&fewer, |((company, _), _)| company.0))
            .bind(column(&fewer, |((_, tag), _)| tag.as_str()));
        self.run(statement).await
    }

    pub(super) async fn insert_threads(&mut self, rows: &[ThreadRow]) -> Result<()> {
        let statement = sqlx::query(THREADS)
            .bind(column(rows, |row| row.contact.0.0))
            .bind(column(rows, |row| row.contact.1.0))
            .bind(column(rows, |row| row.thread.id.0))
            .bind(column(rows, |row| row.thread.agent_id.0))
            .bind(column(rows, |row| row.thread.kind.as_str()))
            .bind(column(rows, |row| row.thread.status.as_str()))
            .bind(column(rows, |row| row.thread.direction.as_str()))
            .bind(column(rows, |row| row.thread.duration))
            .bind(column(rows, |row| row.thread.created_at.as_datetime()));
        self.run(statement).await
    }
}
