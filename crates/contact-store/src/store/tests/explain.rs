//! Query plans of the statements that the store runs.

use std::collections::BTreeSet;

use contact_model::clock::Clock;

use crate::connection::{Connection, Dialect, ReadRow, Value};
use crate::contacts::duplicates::DUPLICATE_STATEMENTS;
use crate::contacts::list::{self, ContactListing};
use crate::contacts::transaction::{ContactRef, ContactTransaction, CustomFieldValue, LoadValues};
use crate::contacts::work::Work;
use crate::{Store, StoreError, postgres, sqlite};

/// A statement and its query plan.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) statement: String,
    /// The plan in the database's own words, one step per line.
    pub(super) steps: Vec<String>,
}

/// Returns the query plans of the statements that read a page of a list.
pub(super) async fn explain_list(store: &Store, listing: ContactListing) -> Vec<Plan> {
    store.inner.engine.run(&ExplainList(listing), &*store.inner.clock).await.unwrap()
}

/// Returns the query plans of the statements that look up contacts by their matching keys, or find duplicates.
pub(super) async fn explain_match(store: &Store) -> Vec<Plan> {
    store.inner.engine.run(&ExplainMatch, &*store.inner.clock).await.unwrap()
}

struct ExplainList(ContactListing);

impl Work for ExplainList {
    type Output = Vec<Plan>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        _clock: &dyn Clock,
    ) -> Result<Vec<Plan>, StoreError> {
        let mut explaining = Explaining { connection, plans: Vec::new() };
        list::list(&mut explaining, &self.0).await?;
        Ok(explaining.plans)
    }
}

struct ExplainMatch;

impl Work for ExplainMatch {
    type Output = Vec<Plan>;

    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        _clock: &dyn Clock,
    ) -> Result<Vec<Plan>, StoreError> {
        let statements = match C::DIALECT {
            Dialect::Sqlite => sqlite::MATCH_STATEMENTS,
            Dialect::Postgres => postgres::MATCH_STATEMENTS,
        };
        let mut plans = Vec::new();
        for (statement, parameters) in statements.iter().chain(DUPLICATE_STATEMENTS) {
            plans.push(explain(connection, statement, *parameters).await?);
        }
        Ok(plans)
    }
}

/// Returns the plan of a statement with this number of parameters. The plan does not depend on their values.
async fn explain<C: Connection>(
    connection: &mut C,
    sql: &str,
    parameters: usize,
) -> Result<Plan, StoreError> {
    let steps = match C::DIALECT {
        // A parameter without a value is NULL.
        Dialect::Sqlite => {
            connection.query_built(&format!("EXPLAIN QUERY PLAN {sql}"), &[], |row| row.text(3)).await?
        }
        Dialect::Postgres => {
            let nulls = vec!["NULL"; parameters].join(", ");
            let arguments = if parameters == 0 { String::new() } else { format!("({nulls})") };
            let explain = format!("EXPLAIN (COSTS OFF) EXECUTE explained{arguments}");
            connection.query_built(&format!("PREPARE explained AS {sql}"), &[], |_| Ok(())).await?;
            let steps = connection.query_built(&explain, &[], |row| row.text(0)).await?;
            connection.query("DEALLOCATE explained", &[], |_| Ok(())).await?;
            steps
        }
    };
    Ok(Plan { statement: sql.to_owned(), steps })
}

/// A connection that records the plan of each assembled statement before it runs the statement.
struct Explaining<'c, C> {
    connection: &'c mut C,
    plans: Vec<Plan>,
}

impl<C: Connection> Connection for Explaining<'_, C> {
    const DIALECT: Dialect = C::DIALECT;

    async fn query<T: Send>(
        &mut self,
        sql: &'static str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> Result<Vec<T>, StoreError> {
        self.connection.query(sql, values, read).await
    }

    async fn query_built<T: Send>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: ReadRow<T>,
    ) -> Result<Vec<T>, StoreError> {
        let plan = explain(self.connection, sql, values.len()).await?;
        self.plans.push(plan);
        self.connection.query_built(sql, values, read).await
    }

    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.connection.execute(sql, values).await
    }

    async fn lock(&mut self, name: &'static str) -> Result<(), StoreError> {
        self.connection.lock(name).await
    }
}

impl<C: LoadValues> LoadValues for Explaining<'_, C> {
    async fn load_values(
        &mut self,
        contacts: &BTreeSet<ContactRef>,
    ) -> Result<Vec<CustomFieldValue>, StoreError> {
        self.connection.load_values(contacts).await
    }
}
