//! Stores the changes of a set in PostgreSQL. One statement writes all rows of a kind.

use std::collections::HashMap;
use std::sync::LazyLock;

use sqlx::AssertSqlSafe;

use super::change_log::{LOG_PARAMETERS, add_after, bind_log};
use super::connection::{Locking, PostgresConnection, commit_failure, failure};
use super::statements::{Arrays, Statement, bind_columns, column, join_row_location};
use crate::contacts::change_log::ChangeLog;
use crate::contacts::columns::{COLUMNS, Column, DERIVED_COLUMNS, Group, columns_of, field_column};
use crate::contacts::derived_rows::DerivedColumns;
use crate::contacts::record::{ContactRecord, ContactRef};
use crate::contacts::transaction::{Changes, ContactTransaction, NewContact, UpdatedContact};
use crate::{Result, StoreError};

/// Inserts contacts with their words. For a contact that was deleted before it was first stored, it inserts only the
/// contact, because nothing may find it. The words are written in the order of their index.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns = Arrays::from_parameter(1).with(COLUMNS).with(DERIVED_COLUMNS);
    format!(
        "WITH inserted AS (
             INSERT INTO contacts ({})
             SELECT * FROM unnest({})
             RETURNING company_id, id, deleted_at, search_text
         )
         INSERT INTO contact_words (company_id, word, contact_id)
         SELECT company_id, word, id
         FROM inserted CROSS JOIN LATERAL unnest(string_to_array(substr(search_text, 2), ' ')) AS words (word)
         WHERE deleted_at IS NULL
         ORDER BY company_id, word, id",
        columns.names(),
        columns.parameters()
    )
});

/// The version of a contact as it was loaded.
const STORED_VERSION: &[Column<ContactRecord>] =
    &[field_column!(stored_version, Fixed, |stored: ContactRecord| stored.version)];

/// An update of contacts. It writes only the columns that differ in at least one of them, because each column costs
/// time.
struct Update<'q> {
    contacts: &'q [UpdatedContact],
    /// The location of each contact's row.
    locations: Vec<Option<&'q str>>,
    /// The key of a contact and the columns to write.
    columns: Vec<&'static Column<ContactRecord>>,
    /// Whether the derived columns are written. A contact whose new search text is NULL keeps its values.
    writes_derived: bool,
}

impl<'q> Update<'q> {
    /// Returns the update of contacts that were loaded from these locations. `is_written` returns true for the groups
    /// of columns that it may write.
    fn of(
        contacts: &'q [UpdatedContact],
        locations: &'q HashMap<ContactRef, String>,
        is_written: fn(Group) -> bool,
    ) -> Self {
        let location =
            |contact: &UpdatedContact| locations.get(&contact.before.contact_ref()).map(String::as_str);
        let differs = |column: &Column<ContactRecord>| {
            contacts.iter().any(|contact| (column.value)(&contact.before) != (column.value)(&contact.after))
        };
        let keys = columns_of(|group| group == Group::Key);
        let changed = columns_of(is_written).filter(|column| differs(column));
        Self {
            contacts,
            locations: column(contacts, location),
            columns: keys.chain(changed).collect(),
            writes_derived: contacts.iter().any(|contact| contact.derived_columns.is_some()),
        }
    }

    /// Returns the statement, whose parameters begin with this number. It does not update a row that has changed since it
    /// was loaded. No index can compare the key with `IS NOT DISTINCT FROM`, so the row is found by its location.
    fn sql(&self, first_parameter: usize) -> String {
        let written = self.columns.iter().filter(|column| column.group != Group::Key);
        let mut assignments: Vec<String> =
            written.map(|column| format!("{0} = n.{0}", column.name)).collect();
        if self.writes_derived {
            assignments.push(
                "name_key = CASE WHEN n.search_text IS NULL THEN c.name_key ELSE n.name_key END,
                 search_text = coalesce(n.search_text, c.search_text)"
                    .to_owned(),
            );
        }
        let arrays = Arrays::from_parameter(first_parameter)
            .with(self.columns.iter().copied())
            .with(self.derived_columns())
            .with(STORED_VERSION)
            .with_location();
        format!(
            "UPDATE contacts c SET {assignments} FROM unnest({parameters}) AS n ({names})
             WHERE c.ctid = n.location::tid AND c.company_id IS NOT DISTINCT FROM n.company_id
                 AND c.id IS NOT DISTINCT FROM n.id AND c.version = n.stored_version
             RETURNING c.id",
            assignments = assignments.join(", "),
            parameters = arrays.parameters(),
            names = arrays.names(),
        )
    }

    /// Returns a condition that is true if the rows of `first` are all contacts of the update. Otherwise it divides by
    /// zero, so that the statement fails and changes nothing.
    fn condition(first_parameter: usize) -> String {
        format!("1 / (count(*) = cardinality(${first_parameter}))::integer = 1")
    }

    fn bind(self, statement: Statement<'q>) -> Result<Statement<'q>> {
        let contacts = self.contacts;
        let columns = self.columns.iter().copied();
        let update = bind_columns(statement, columns, contacts, |contact| Some(&contact.after))?;
        let update = bind_columns(update, self.derived_columns(), contacts, |contact| {
            contact.derived_columns.as_ref()
        })?;
        let update = bind_columns(update, STORED_VERSION, contacts, |contact| Some(&contact.before))?;
        Ok(update.bind(self.locations))
    }

    fn derived_columns(&self) -> &'static [Column<DerivedColumns>] {
        if self.writes_derived { DERIVED_COLUMNS } else { &[] }
    }
}

const ERASE: &str = concat!(
    "DELETE FROM contacts c USING unnest($1::uuid[], $2::uuid[]) AS removed (company_id, id) ",
    join_row_location!("contacts", "company_id = removed.company_id AND id = removed.id"),
    " WHERE c.ctid = found.ctid"
);

impl ContactTransaction for PostgresConnection<'_> {
    async fn write(&mut self, changes: &Changes) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        match self.locking {
            Locking::Pessimistic => self.write_all(changes).await?,
            Locking::Optimistic => return Err(needs_transaction()),
        }
        // The rows that were updated have other locations now.
        self.locations.clear();
        Ok(())
    }

    async fn write_log(&mut self, log: &ChangeLog) -> Result<()> {
        match self.locking {
            Locking::Pessimistic => self.add_to_log(log).await,
            Locking::Optimistic if log.is_empty() => Ok(()),
            Locking::Optimistic => Err(needs_transaction()),
        }
    }

    async fn write_with_log(&mut self, changes: &Changes, log: &ChangeLog) -> Result<()> {
        match self.locking {
            Locking::Pessimistic => {
                self.write(changes).await?;
                self.write_log(log).await
            }
            Locking::Optimistic => self.write_unchanged(changes, log).await,
        }
    }
}

/// Reports that the work needs several statements, so that it is done again in a transaction.
fn needs_transaction() -> StoreError {
    StoreError::conflict("several statements need a transaction")
}

impl PostgresConnection<'_> {
    /// Stores changes and their entries in the log by one statement, if the rows have not changed since they were loaded.
    /// It does not write the matching keys, because a change of the company's country recomputes them without
    /// changing the version of a contact.
    async fn write_unchanged(&mut self, changes: &Changes, log: &ChangeLog) -> Result<()> {
        if !changes.updates_only_rows() {
            return Err(needs_transaction());
        }
        if changes.updated.is_empty() {
            return Ok(());
        }
        let is_written = |group: Group| group.is_updated() && group != Group::MatchingKey;
        let update = Update::of(&changes.updated, &self.locations, is_written);
        let parameter = LOG_PARAMETERS + 1;
        let first = update.sql(parameter);
        let sql = add_after(&format!("first AS ({first})"), &Update::condition(parameter));
        let statement = update.bind(bind_log(sqlx::query(AssertSqlSafe(sql)), log))?;
        // The statement commits itself, so it may have committed if the connection breaks now.
        statement.execute(&mut *self.connection).await.map(|_| ()).map_err(commit_failure)
    }

    async fn write_all(&mut self, changes: &Changes) -> Result<()> {
        if !changes.inserted.is_empty() {
            self.run(bind_new(&changes.inserted)?).await?;
        }
        if !changes.updated.is_empty() {
            let update = Update::of(&changes.updated, &self.locations, Group::is_updated);
            let condition = Update::condition(1);
            let sql = format!("WITH first AS ({}) SELECT FROM first HAVING {condition}", update.sql(1));
            let update = update.bind(sqlx::query(AssertSqlSafe(sql)))?;
            update.execute(&mut *self.connection).await.map_err(failure)?;
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
            self.delete_responses_with(&erased).await?;
        }
        self.write_derived(&changes.derived).await
    }
}

/// Binds the columns of an insert.
fn bind_new(contacts: &[NewContact]) -> Result<Statement<'_>> {
    let insert =
        bind_columns(sqlx::query(INSERT.as_str()), COLUMNS, contacts, |contact| Some(&contact.record))?;
    bind_columns(insert, DERIVED_COLUMNS, contacts, |contact| Some(&contact.derived_columns))
}
