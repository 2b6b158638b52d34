//! A store with a temporary database, and functions that create writes.

use std::sync::Arc;

use contact_model::clock::{Clock, SystemClock};
use contact_model::custom_field::NewCustomField;
use contact_model::{
    Agent, AgentId, Company, CompanyId, ContactCreate, ContactDetail, ContactId, ContactUpdate, CustomField,
    CustomFieldType, Include, MatchPolicy, NewAgent, NewThread, RequestBody as _,
};
use contact_store::company::{CreateAgent, CreateCompany, CreateCustomField, StoreOperation, UpdateCompany};
use contact_store::{ContactLookup, ContactWrite, Store, StoreError, StoreOptions, WriteOperation, Written};
use contact_testing::{Backend, TestDatabase};
use serde_json::{Value, json};

/// All optional keys of a contact.
pub(crate) const ALL: Include = Include::ALL;

/// A store with an empty database.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    pub(crate) database: TestDatabase,
}

impl Fixture {
    pub(crate) async fn new(backend: Backend) -> Self {
        Self::with_clock(backend, Arc::new(SystemClock)).await
    }

    pub(crate) async fn with_clock(backend: Backend, clock: Arc<dyn Clock>) -> Self {
        Self::open(TestDatabase::new(backend).await, clock).await
    }

    pub(crate) async fn on(database: TestDatabase) -> Self {
        Self::open(database, Arc::new(SystemClock)).await
    }

    async fn open(database: TestDatabase, clock: Arc<dyn Clock>) -> Self {
        let store = Store::open_with_clock(database.url(), &options(), clock).await.unwrap();
        Self { store, database }
    }

    /// Opens a second store on the same database, like a second server.
    pub(crate) async fn another_store(&self) -> Store {
        Store::open(self.database.url(), &options()).await.unwrap()
    }

    /// Runs operations one after the other.
    pub(crate) async fn run_all<O: StoreOperation>(
        &self,
        operations: impl IntoIterator<Item = O>,
    ) -> Vec<Result<O::Output, StoreError>> {
        let mut results = Vec::new();
        for operation in operations {
            results.push(self.store.run(operation).await);
        }
        results
    }

    pub(crate) async fn company(&self) -> CompanyId {
        let create = CreateCompany { name: "Example Ltd".to_owned(), country: "US".parse().unwrap() };
        self.store.run(create).await.unwrap().id
    }

    pub(crate) async fn set_country(&self, company: CompanyId, country: &str) -> Company {
        let update = UpdateCompany { country: Some(country.parse().unwrap()), ..UpdateCompany::of(company) };
        self.store.run(update).await.unwrap()
    }

    pub(crate) async fn field(
        &self,
        company_id: CompanyId,
        name: &str,
        kind: CustomFieldType,
    ) -> CustomField {
        let field = NewCustomField { name: name.to_owned(), kind, options: Vec::new() };
        self.store.run(CreateCustomField { company_id, field }).await.unwrap()
    }

    pub(crate) async fn agent(&self, company_id: CompanyId, name: &str) -> Agent {
        let agent = NewAgent { name: name.to_owned(), active: true };
        self.store.run(CreateAgent { company_id, agent }).await.unwrap()
    }

    /// Writes a set whose items must all succeed.
    pub(crate) async fn write(&self, writes: Vec<ContactWrite>) -> Vec<Written> {
        self.store.write(writes).await.into_iter().map(Result::unwrap).collect()
    }

    /// Creates a contact by an upsert that must not match another one.
    pub(crate) async fn create(&self, company: CompanyId, body: Value) -> ContactId {
        let written = self.store.write_one(upsert(company, body)).await.unwrap();
        assert_eq!(written.action, contact_store::Action::Created);
        written.id
    }

    pub(crate) async fn find(&self, company_id: CompanyId, id: ContactId) -> Option<ContactDetail> {
        let found = self.store.get(ContactLookup { company_id, id, include: ALL }).await.unwrap();
        found.map(|found| found.detail)
    }

    /// Reads an existing contact as JSON with all keys.
    pub(crate) async fn read(&self, company: CompanyId, id: ContactId) -> Value {
        json!(self.find(company, id).await.expect("the contact exists"))
    }
}

fn options() -> StoreOptions {
    // Tests run in parallel and share one PostgreSQL server, so each uses few connections.
    StoreOptions { connections: 6, ..StoreOptions::default() }
}

pub(crate) fn upsert(company_id: CompanyId, body: Value) -> ContactWrite {
    let create = ContactCreate::from_json(body.to_string().as_bytes()).unwrap().value;
    let operation = WriteOperation::Upsert(Box::new(create.into()), MatchPolicy::default());
    ContactWrite::new(company_id, operation, ALL)
}

pub(crate) fn update(company_id: CompanyId, id: ContactId, body: Value) -> ContactWrite {
    let update = ContactUpdate::from_json(body.to_string().as_bytes()).unwrap().value;
    ContactWrite::new(company_id, WriteOperation::Update(id, Box::new(update)), ALL)
}

pub(crate) fn set_agent(company_id: CompanyId, id: ContactId, agent: Option<AgentId>) -> ContactWrite {
    ContactWrite::new(company_id, WriteOperation::SetActiveAgent(id, agent), ALL)
}

pub(crate) fn thread(company_id: CompanyId, id: ContactId, agent_id: AgentId, at: &str) -> ContactWrite {
    let new = json!({
        "agent_id": agent_id, "type": "call", "status": "completed", "direction": "inbound",
        "duration": 1.5, "created_at": at,
    });
    let new = NewThread::from_json(new.to_string().as_bytes()).unwrap().value;
    ContactWrite::new(company_id, WriteOperation::RecordThread(id, Box::new(new)), ALL)
}

/// Returns an ID that does not exist.
pub(crate) fn unknown_id<T: From<uuid::Uuid>>() -> T {
    uuid::Uuid::from_u128(0xdead).into()
}

/// Returns the invalid fields because of which an item was refused.
pub(crate) fn invalid_fields<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> Vec<&str> {
    match result {
        Err(StoreError::Invalid(violations)) => {
            violations.as_slice().iter().map(|v| v.pointer.as_str()).collect()
        }
        other => panic!("not refused because of its fields: {other:?}"),
    }
}
