//! Stores the changes of a set in PostgreSQL. One statement writes all rows of a kind.

use std::sync::LazyLock;

use super::connection::{Locking, PostgresConnection, commit_failure};
use super::statements::{Arrays, Statement, bind_columns, column, join_row_location};
use crate::contacts::columns::{COLUMNS, Column, DERIVED_COLUMNS, Group, columns_of, field_column};
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{Changes, ContactTransaction, NewContact, UpdatedContact};
use crate::{Result, StoreError};

/// Inserts contacts with their words and the times of their last change. For a contact that was deleted before it
/// was first stored, it inserts only the contact, because nothing may find it. The words are written in the order
/// of their index.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns = Arrays::default().with(COLUMNS).with(DERIVED_COLUMNS);
    format!(
        "WITH inserted AS (
             INSERT INTO contacts ({})
             SELECT * FROM unnest({})
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
         ORDER BY company_id, word, id",
        columns.names(),
        columns.parameters()
    )
});

static UPDATE: LazyLock<String> = LazyLock::new(|| update_statement(Group::is_updated, ""));
/// Does not write the matching keys, because a change of the company's country recomputes them without changing the
/// version of a contact.
static UPDATE_UNCHANGED: LazyLock<String> = LazyLock::new(|| {
    update_statement(
        |group| group.is_updated() && group != Group::MatchingKey,
        "AND c.version = n.stored_version",
    )
});

/// Returns a statement that updates these columns of contacts, and the times of their last change. The derived
/// columns keep their values if the new search text is NULL. If a row does not meet the condition, the statement
/// divides by zero, so that it fails and changes nothing.
fn update_statement(group: fn(Group) -> bool, condition: &str) -> String {
    let assignments: Vec<String> =
        columns_of(group).map(|column| format!("{0} = n.{0}", column.name)).collect();
    let columns = Arrays::default().with(updated_columns()).with(DERIVED_COLUMNS).with(STORED_COLUMNS);
    format!(
        "WITH changed AS (
             UPDATE contacts c SET {assignments},
                 name_key = CASE WHEN n.search_text IS NULL THEN c.name_key ELSE n.name_key END,
                 search_text = coalesce(n.search_text, c.search_text)
             FROM unnest({parameters}) AS n ({names}) {contact}
             WHERE c.ctid = found.ctid {condition}
             RETURNING c.company_id, c.id, c.updated_at, n.stored_updated_at
         ), moved AS (
             UPDATE contact_changes h SET updated_at = changed.updated_at
             FROM changed {change}
             WHERE h.ctid = found.ctid AND h.updated_at <> changed.updated_at
         )
         SELECT 1 / (count(*) = cardinality($1))::integer FROM changed",
        assignments = assignments.join(", "),
        parameters = columns.parameters(),
        names = columns.names(),
        contact = join_row_location!("contacts", "company_id = n.company_id AND id = n.id"),
        change = join_row_location!(
            "contact_changes",
            "company_id = changed.company_id AND updated_at = changed.stored_updated_at
                 AND contact_id = changed.id"
        ),
    )
}

/// The columns of a contact as it was loaded.
const STORED_COLUMNS: &[Column<ContactRecord>] = &[
    field_column!(stored_version, Fixed, |stored: ContactRecord| stored.version),
    field_column!(stored_updated_at, Fixed, |stored: ContactRecord| stored.updated_at),
];

/// Returns the columns that an update binds.
fn updated_columns() -> impl Iterator<Item = &'static Column<ContactRecord>> {
    columns_of(|group| group != Group::Fixed)
}

const PUT_CHANGES: &str = "INSERT INTO contact_changes (company_id, updated_at, contact_id)
     SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[])";
const REMOVE_CHANGES: &str = concat!(
    "DELETE FROM contact_changes h
     USING unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS removed (company_id, updated_at, contact_id) ",
    join_row_location!(
        "contact_changes",
        "company_id = removed.company_id AND updated_at = removed.updated_at AND contact_id = removed.contact_id"
    ),
    " WHERE h.ctid = found.ctid"
);
const ERASE: &str = concat!(
    "DELETE FROM contacts c USING unnest($1::uuid[], $2::uuid[]) AS removed (company_id, id) ",
    join_row_location!("contacts", "company_id = removed.company_id AND id = removed.id"),
    " WHERE c.ctid = found.ctid"
);
impl ContactTransaction for PostgresConnection<'_> {
    async fn write(&mut self, changes: &Changes) -> Result<()> {
        match self.locking {
            Locking::Pessimistic => self.write_all(changes).await,
            Locking::Optimistic => self.write_unchanged(changes).await,
        }
    }
}

impl PostgresConnection<'_> {
    /// Stores changes that need only one statement, if the rows still have the versions that were loaded.
    async fn write_unchanged(&mut self, changes: &Changes) -> Result<()> {
        if !changes.updates_only_rows() {
            return Err(StoreError::conflict("several statements need a transaction"));
        }
        if changes.updated.is_empty() {
            return Ok(());
        }
        // The statement commits itself, so it may have committed if the connection breaks now.
        let update = bind_updated(&UPDATE_UNCHANGED, &changes.updated)?;
        update.execute(&mut *self.connection).await.map(|_| ()).map_err(commit_failure)
    }

    async fn write_all(&mut self, changes: &Changes) -> Result<()> {
        if !changes.inserted.is_empty() {
            self.run(bind_new(&changes.inserted)?).await?;
        }
        if !changes.updated.is_empty() {
            self.run(bind_updated(&UPDATE, &changes.updated)?).await?;
            self.move_deleted(&changes.updated).await?;
        }
        self.write_values(changes).await?;
        if !changes.threads.is_empty() {
            self.insert_threads(&changes.threads).await?;
        }
        if !changes.erased.is_empty() {
            let erased: Vec<&ContactRecord> = changes.erased.iter().map(|record| &**record).collect();
            let erase = sqlx::query(ERASE)
                .bind(column(&erased, |record| record.company_id.0))
                .bind(column(&erased, |record| record.id.0));
            self.run(erase).await?;
            self.run_for_changes(REMOVE_CHANGES, &erased).await?;
            self.delete_responses_with(&erased).await?;
        }
        self.write_derived(&changes.derived).await
    }

    /// Removes deleted contacts from the list of last changes, and adds restored ones.
    async fn move_deleted(&mut self, contacts: &[UpdatedContact]) -> Result<()> {
        let changed_to = |is_deleted: bool| -> Vec<&ContactRecord> {
            let contacts = contacts.iter().filter(|UpdatedContact { before, after, .. }| {
                after.is_deleted() == is_deleted && before.is_deleted() != is_deleted
            });
            contacts.map(|contact| &*contact.after).collect()
        };
        self.run_for_changes(REMOVE_CHANGES, &changed_to(true)).await?;
        self.run_for_changes(PUT_CHANGES, &changed_to(false)).await
    }

    /// Runs a statement for the rows of the last changes of contacts, if there are any.
    async fn run_for_changes(&mut self, sql: &'static str, contacts: &[&ContactRecord]) -> Result<()> {
        if contacts.is_empty() {
            return Ok(());
        }
        let statement = sqlx::query(sql)
            .bind(column(contacts, |record| record.company_id.0))
            .bind(column(contacts, |record| record.updated_at.as_datetime()))
            .bind(column(contacts, |record| record.id.0));
        self.run(statement).await
    }
}

/// Binds the columns of an insert.
fn bind_new(contacts: &[NewContact]) -> Result<Statement<'_>> {
    let insert =
        bind_columns(sqlx::query(INSERT.as_str()), COLUMNS, contacts, |contact| Some(&contact.record))?;
    bind_columns(insert, DERIVED_COLUMNS, contacts, |contact| Some(&contact.derived_columns))
}

/// Binds the columns of an update.
fn bind_updated<'q>(sql: &'static str, contacts: &'q [UpdatedContact]) -> Result<Statement<'q>> {
    let update = bind_columns(sqlx::query(sql), updated_columns(), contacts, |contact| Some(&contact.after))?;
    let update = bind_columns(update, DERIVED_COLUMNS, contacts, |contact| contact.derived_columns.as_ref())?;
    bind_columns(update, STORED_COLUMNS, contacts, |contact| Some(&contact.before))
}
