//! Stores the changes of a set in PostgreSQL. One statement writes all rows of a kind.

use chrono::{DateTime, Utc};
use contact_model::{CompanyId, Timestamp, value_key};

use super::connection::{Isolation, PostgresConnection, commit_failure, failure};
use super::contacts::column;
use crate::StoreError;
use crate::contacts::derived_rows::{DerivedRows, FoundBy};
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{
    Changes, CustomFieldValue, NewContact, Revision, ThreadRow, WriteContacts,
};

/// Inserts contacts with their words and the times of their last change. For a contact that was deleted before it
/// was first stored, it inserts only the contact, because nothing may find it. The words are written in the order
/// of their index.
const INSERT: &str = "WITH inserted AS (
         INSERT INTO contacts (company_id, id, name, first_name, last_name, email, email_key, phone, phone_key,
             business_name, notes, tags, lead_source, is_dnd, has_phone, profile_picture_url,
             active_agent_id, last_activity, updated_at, version, deleted_at, name_key, search_text,
             created_at)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
             $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
             $14::boolean[], $15::boolean[], $16::text[], $17::uuid[], $18::timestamptz[],
             $19::timestamptz[], $20::bigint[], $21::timestamptz[], $22::text[], $23::text[],
             $24::timestamptz[])
         RETURNING company_id, updated_at, id, deleted_at, search_text
     ), found AS (
         SELECT * FROM inserted WHERE deleted_at IS NULL
     ), changed AS (
         INSERT INTO contact_changes (company_id, updated_at, contact_id)
         SELECT company_id, updated_at, id FROM found
     )
     INSERT INTO contact_words (company_id, word, contact_id)
     SELECT company_id, word, id
     FROM found CROSS JOIN LATERAL unnest(string_to_array(substr(search_text, 2), ' ')) AS words (word)
     ORDER BY company_id, word, id";

/// Joins each row of a statement that updates or deletes with the row of a table that it names. The statement then
/// accesses that row by its location. If the statement compared the keys itself, PostgreSQL could scan the whole
/// table instead of looking up the rows: a plan is made once, possibly while the table is nearly empty.
///
/// Use it only for rows that no other transaction changes in the meantime, or with a condition that fails then.
macro_rules! row_of {
    ($table:literal, $key:literal) => {
        concat!(" CROSS JOIN LATERAL (SELECT ctid FROM ", $table, " WHERE ", $key, " LIMIT 1) AS found")
    };
}
pub(super) use row_of;

/// Updates contacts and the times of their last change. The derived columns keep their values if the new search
/// text is NULL. If a row does not meet the condition, the statement divides by zero, so that it fails and changes
/// nothing.
macro_rules! update {
    ($keys:literal, $condition:literal) => {
        concat!(
            "WITH changed AS (
                 UPDATE contacts c SET name = n.name, first_name = n.first_name, last_name = n.last_name, email =
                     n.email, phone = n.phone, ",
            $keys,
            "business_name = n.business_name, notes = n.notes, tags = n.tags, lead_source =
                     n.lead_source, is_dnd = n.is_dnd, has_phone = n.has_phone, profile_picture_url
                     = n.profile_picture_url, active_agent_id = n.active_agent_id, last_activity =
                     n.last_activity, updated_at = n.updated_at, version = n.version, deleted_at =
                     n.deleted_at,
                     name_key = CASE WHEN n.search_text IS NULL THEN c.name_key ELSE n.name_key END,
                     search_text = coalesce(n.search_text, c.search_text)
                 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[],
                     $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
                     $13::text[], $14::boolean[], $15::boolean[], $16::text[], $17::uuid[],
                     $18::timestamptz[], $19::timestamptz[], $20::bigint[], $21::timestamptz[],
                     $22::text[], $23::text[], $24::bigint[], $25::timestamptz[])
                     AS n (company_id, id, name, first_name, last_name, email, email_key, phone,
                         phone_key, business_name, notes, tags, lead_source, is_dnd, has_phone,
                         profile_picture_url, active_agent_id, last_activity, updated_at, version,
                         deleted_at, name_key, search_text, stored_version, stored_updated_at)",
            row_of!("contacts", "company_id = n.company_id AND id = n.id"),
            " WHERE c.ctid = found.ctid",
            $condition,
            " RETURNING c.company_id, c.id, c.updated_at, n.stored_updated_at
             ), moved AS (
                 UPDATE contact_changes h SET updated_at = changed.updated_at
                 FROM changed",
            row_of!(
                "contact_changes",
                "company_id = changed.company_id AND updated_at = changed.stored_updated_at
                     AND contact_id = changed.id"
            ),
            " WHERE h.ctid = found.ctid AND h.updated_at <> changed.updated_at
             )
             SELECT 1 / (count(*) = cardinality($24))::integer FROM changed"
        )
    };
}

const UPDATE: &str = update!("email_key = n.email_key, phone_key = n.phone_key, ", "");
/// Does not write the matching keys, because a change of the company's country recomputes them without changing the
/// version of a contact.
const UPDATE_UNCHANGED: &str = update!("", " AND c.version = n.stored_version");
const PUT_CHANGES: &str = "INSERT INTO contact_changes (company_id, updated_at, contact_id)
     SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[])";
const REMOVE_CHANGES: &str = concat!(
    "DELETE FROM contact_changes h
     USING unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS gone (company_id, updated_at, contact_id)",
    row_of!(
        "contact_changes",
        "company_id = gone.company_id AND updated_at = gone.updated_at AND contact_id = gone.contact_id"
    ),
    " WHERE h.ctid = found.ctid"
);
const ERASE: &str = concat!(
    "DELETE FROM contacts c USING unnest($1::uuid[], $2::uuid[]) AS gone (company_id, id)",
    row_of!("contacts", "company_id = gone.company_id AND id = gone.id"),
    " WHERE c.ctid = found.ctid"
);
const WORDS: &str = concat!(
    "WITH removed AS (
         DELETE FROM contact_words w USING unnest($1::uuid[], $2::text[], $3::uuid[])
             AS gone (company_id, word, contact_id)",
    row_of!(
        "contact_words",
        "company_id = gone.company_id AND word = gone.word AND contact_id = gone.contact_id"
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
             AS gone (company_id, tag, created_at, contact_id)",
    row_of!(
        "contact_tags",
        "company_id = gone.company_id AND tag = gone.tag AND created_at = gone.created_at
             AND contact_id = gone.contact_id"
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
    "DELETE FROM tag_counts t USING unnest($1::uuid[], $2::text[]) AS gone (company_id, tag)",
    row_of!("tag_counts", "company_id = gone.company_id AND tag = gone.tag"),
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
     USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS gone (company_id, contact_id, field_id)",
    row_of!(
        "custom_field_values",
        "company_id = gone.company_id AND contact_id BETWEEN gone.contact_id AND gone.contact_id
             AND field_id = gone.field_id ORDER BY contact_id"
    ),
    " WHERE v.ctid = found.ctid"
);
const THREADS: &str = "INSERT INTO agent_threads (company_id, contact_id, id, agent_id, kind, status,
         direction, duration, created_at)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[],
         $7::text[], $8::double precision[], $9::timestamptz[])";

type Statement<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

impl WriteContacts for PostgresConnection<'_> {
    async fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        match self.isolation {
            Isolation::Locked => self.write_all(changes).await,
            Isolation::Optimistic => self.write_unchanged(changes).await,
        }
    }
}

impl PostgresConnection<'_> {
    /// Stores changes that need only one statement, if the rows still have the versions that were loaded.
    async fn write_unchanged(&mut self, changes: &Changes) -> Result<(), StoreError> {
        if !changes.only_update_rows() {
            return Err(StoreError::conflict("several statements need a transaction"));
        }
        if changes.updated.is_empty() {
            return Ok(());
        }
        // The statement commits itself, so it may have committed if the connection breaks now.
        let update = bind_revisions(UPDATE_UNCHANGED, &changes.updated)?;
        update.execute(&mut *self.connection).await.map(|_| ()).map_err(commit_failure)
    }

    async fn write_all(&mut self, changes: &Changes) -> Result<(), StoreError> {
        if !changes.inserted.is_empty() {
            self.run(bind_new(&changes.inserted)?).await?;
        }
        if !changes.updated.is_empty() {
            self.run(bind_revisions(UPDATE, &changes.updated)?).await?;
            self.move_deleted(&changes.updated).await?;
        }
        self.write_values(changes).await?;
        if !changes.threads.is_empty() {
            self.run(bind_threads(&changes.threads)).await?;
        }
        if !changes.erased.is_empty() {
            let erased: Vec<&ContactRecord> = changes.erased.iter().map(|record| &**record).collect();
            let erase = sqlx::query(ERASE)
                .bind(column(&erased, |record| record.company_id.0))
                .bind(column(&erased, |record| record.id.0));
            self.run(erase).await?;
            self.run(bind_changes(REMOVE_CHANGES, &erased)).await?;
            self.delete_responses_with(&erased).await?;
        }
        self.write_derived(&changes.derived).await
    }

    /// Removes deleted contacts from the list of last changes, and adds restored ones.
    async fn move_deleted(&mut self, revisions: &[Revision]) -> Result<(), StoreError> {
        let became = |deleted: bool| -> Vec<&ContactRecord> {
            let revisions = revisions.iter().filter(|Revision { stored, now, .. }| {
                now.is_deleted() == deleted && stored.is_deleted() != deleted
            });
            revisions.map(|revision| &*revision.now).collect()
        };
        let (gone, back) = (became(true), became(false));
        if !gone.is_empty() {
            self.run(bind_changes(REMOVE_CHANGES, &gone)).await?;
        }
        if !back.is_empty() {
            self.run(bind_changes(PUT_CHANGES, &back)).await?;
        }
        Ok(())
    }

    async fn write_values(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let Changes { values_put: put, values_removed: removed, .. } = changes;
        if !put.is_empty() {
            let keys = column(put, |CustomFieldValue { value, .. }| value_key::of_stored(value));
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

    async fn write_derived(&mut self, derived: &DerivedRows) -> Result<(), StoreError> {
        let DerivedRows { tags_put, tags_removed, tag_counts, words_put, words_removed } = derived;
        if !(tags_put.is_empty() && tags_removed.is_empty()) {
            let mut statement = sqlx::query(TAGS);
            for rows in [tags_removed, tags_put] {
                statement = statement
                    .bind(column(rows, |row| row.company_id.0))
                    .bind(column(rows, |row| row.tag.as_str()))
                    .bind(column(rows, |row| row.created_at.as_datetime()))
                    .bind(column(rows, |row| row.contact_id.0));
            }
            self.run(statement).await?;
            self.count_tags(tag_counts.iter().filter(|(_, more)| **more != 0).collect()).await?;
        }
        if !(words_put.is_empty() && words_removed.is_empty()) {
            let mut statement = sqlx::query(WORDS);
            for rows in [words_removed, words_put] {
                statement = statement
                    .bind(column(rows, |row| row.company_id.0))
                    .bind(column(rows, |row| row.word.as_str()))
                    .bind(column(rows, |row| row.contact_id.0));
            }
            self.run(statement).await?;
        }
        Ok(())
    }

    async fn count_tags(&mut self, counts: Vec<(&(CompanyId, String), &i64)>) -> Result<(), StoreError> {
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

    pub(super) async fn run(&mut self, statement: Statement<'_>) -> Result<(), StoreError> {
        statement.execute(&mut *self.connection).await.map(|_| ()).map_err(failure)
    }
}

/// Binds the columns that the insert and the update share, one array each.
fn bind_records<'q>(sql: &'static str, records: &[&'q ContactRecord]) -> Result<Statement<'q>, StoreError> {
    let tags = records.iter().map(|record| record.tags_json()).collect::<Result<Vec<String>, _>>()?;
    let text = |of: fn(&'q ContactRecord) -> Option<&'q str>| -> Vec<Option<&'q str>> {
        records.iter().map(|record| of(record)).collect()
    };
    let time = |at: Timestamp| -> DateTime<Utc> { at.as_datetime() };
    Ok(sqlx::query(sql)
        .bind(column(records, |record| record.company_id.0))
        .bind(column(records, |record| record.id.0))
        .bind(text(|record| record.state.name.as_deref()))
        .bind(text(|record| record.state.first_name.as_deref()))
        .bind(text(|record| record.state.last_name.as_deref()))
        .bind(text(|record| record.state.email.as_deref()))
        .bind(text(|record| record.email_key.as_deref()))
        .bind(text(|record| record.state.phone.as_deref()))
        .bind(text(|record| record.phone_key.as_deref()))
        .bind(text(|record| record.state.business_name.as_deref()))
        .bind(text(|record| record.state.notes.as_deref()))
        .bind(tags)
        .bind(column(records, |record| record.state.lead_source.as_str()))
        .bind(column(records, |record| record.state.is_dnd))
        .bind(column(records, |record| record.has_phone()))
        .bind(text(|record| record.profile_picture_url.as_deref()))
        .bind(column(records, |record| record.active_agent_id.map(|agent| agent.0)))
        .bind(column(records, |record| record.last_activity.map(time)))
        .bind(column(records, |record| time(record.updated_at)))
        .bind(column(records, |record| record.version))
        .bind(column(records, |record| record.deleted_at.map(time))))
}

/// Binds the derived columns.
fn bind_found_by<'q>(statement: Statement<'q>, found_by: &[Option<&'q FoundBy>]) -> Statement<'q> {
    statement
        .bind(column(found_by, |found_by| found_by.and_then(|found_by| found_by.name_key.as_deref())))
        .bind(column(found_by, |found_by| found_by.map(|found_by| found_by.search_text.as_str())))
}

/// Binds the columns of an insert.
fn bind_new(contacts: &[NewContact]) -> Result<Statement<'_>, StoreError> {
    let records = column(contacts, |contact| &*contact.record);
    let found_by = column(contacts, |contact| Some(&contact.found_by));
    Ok(bind_found_by(bind_records(INSERT, &records)?, &found_by)
        .bind(column(contacts, |contact| contact.record.created_at.as_datetime())))
}

/// Binds the columns of an update.
fn bind_revisions<'q>(sql: &'static str, revisions: &'q [Revision]) -> Result<Statement<'q>, StoreError> {
    let records = column(revisions, |revision| &*revision.now);
    let found_by = column(revisions, |revision| revision.found_by.as_ref());
    Ok(bind_found_by(bind_records(sql, &records)?, &found_by)
        .bind(column(revisions, |revision| revision.stored.version))
        .bind(column(revisions, |revision| revision.stored.updated_at.as_datetime())))
}

/// Binds the rows of the last changes of contacts.
fn bind_changes<'q>(sql: &'static str, records: &[&'q ContactRecord]) -> Statement<'q> {
    sqlx::query(sql)
        .bind(column(records, |record| record.company_id.0))
        .bind(column(records, |record| record.updated_at.as_datetime()))
        .bind(column(records, |record| record.id.0))
}

fn bind_threads(rows: &[ThreadRow]) -> Statement<'_> {
    sqlx::query(THREADS)
        .bind(column(rows, |row| row.contact.0.0))
        .bind(column(rows, |row| row.contact.1.0))
        .bind(column(rows, |row| row.thread.id.0))
        .bind(column(rows, |row| row.thread.agent_id.0))
        .bind(column(rows, |row| row.thread.kind.as_str()))
        .bind(column(rows, |row| row.thread.status.as_str()))
        .bind(column(rows, |row| row.thread.direction.as_str()))
        .bind(column(rows, |row| row.thread.duration))
        .bind(column(rows, |row| row.thread.created_at.as_datetime()))
}
