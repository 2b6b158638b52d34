//! Query plans of the statements that read a list.

use std::collections::BTreeSet;

use crate::StoreError;
use crate::connection::{Connection, Dialect, ReadRow, Value};
use crate::contacts::transaction::{ContactKey, CustomFieldValue, LoadValues};

/// A statement and its query plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The statement.
    pub statement: String,
    /// The plan in the database's own words, one step per line.
    pub steps: Vec<String>,
}

/// A connection that records the plan of each assembled statement before it runs the statement.
pub(crate) struct Explaining<'c, C> {
    connection: &'c mut C,
    pub(crate) plans: Vec<Plan>,
}

impl<'c, C> Explaining<'c, C> {
    pub(crate) fn new(connection: &'c mut C) -> Self {
        Self { connection, plans: Vec::new() }
    }
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
        let steps = self.connection.explain(sql, values.len()).await?;
        self.plans.push(Plan { statement: sql.to_owned(), steps });
        self.connection.query_built(sql, values, read).await
    }

    async fn explain(&mut self, sql: &str, parameters: usize) -> Result<Vec<String>, StoreError> {
        self.connection.explain(sql, parameters).await
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
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<Vec<CustomFieldValue>, StoreError> {
        self.connection.load_values(contacts).await
    }
}
