//! Query plans of the statements that read a list.

use std::collections::{BTreeSet, HashMap};

use contact_model::{CompanyId, Country};

use crate::StoreError;
use crate::connection::{Connection, Dialect, ReadRow, Value};
use crate::contacts::transaction::{
    Changes, ContactKey, ContactTransaction, CustomFieldValue, LoadedContacts, MatchingKey, SoughtKeys,
};
use crate::idempotency::ledger::LoadedResponses;
use crate::idempotency::stored_response::{RequestKey, ResponseRow};

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

impl<C: ContactTransaction> Connection for Explaining<'_, C> {
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
        let steps = self.connection.explain(sql, values).await?;
        self.plans.push(Plan { statement: sql.to_owned(), steps });
        self.connection.query_built(sql, values, read).await
    }

    async fn explain(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<String>, StoreError> {
        self.connection.explain(sql, values).await
    }

    async fn execute(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.connection.execute(sql, values).await
    }

    async fn lock(&mut self, name: &'static str) -> Result<(), StoreError> {
        self.connection.lock(name).await
    }
}

impl<C: ContactTransaction> ContactTransaction for Explaining<'_, C> {
    async fn countries(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> Result<HashMap<CompanyId, Country>, StoreError> {
        self.connection.countries(companies).await
    }

    async fn lock_keys(&mut self, keys: &BTreeSet<MatchingKey>) -> Result<(), StoreError> {
        self.connection.lock_keys(keys).await
    }

    async fn count_contacts(
        &mut self,
        phones: &SoughtKeys,
    ) -> Result<HashMap<MatchingKey, usize>, StoreError> {
        self.connection.count_contacts(phones).await
    }

    async fn load_contacts(
        &mut self,
        keys: &SoughtKeys,
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<LoadedContacts, StoreError> {
        self.connection.load_contacts(keys, contacts).await
    }

    async fn load_values(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<Vec<CustomFieldValue>, StoreError> {
        self.connection.load_values(contacts).await
    }

    async fn lock_requests(
        &mut self,
        keys: &BTreeSet<RequestKey>,
    ) -> Result<BTreeSet<RequestKey>, StoreError> {
        self.connection.lock_requests(keys).await
    }

    async fn load_responses(
        &mut self,
        keys: &BTreeSet<RequestKey>,
        first_hour: i64,
    ) -> Result<LoadedResponses, StoreError> {
        self.connection.load_responses(keys, first_hour).await
    }

    async fn remove_responses(&mut self, keys: &BTreeSet<RequestKey>) -> Result<(), StoreError> {
        self.connection.remove_responses(keys).await
    }

    async fn store_responses(&mut self, answers: &[ResponseRow]) -> Result<(), StoreError> {
        self.connection.store_responses(answers).await
    }

    async fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.connection.write(changes).await
    }
}
