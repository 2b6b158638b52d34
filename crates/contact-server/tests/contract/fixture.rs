//! A fixture for tests: a company on a server, and one of its contacts.

use std::sync::Arc;

use contact_model::clock::SystemClock;
use contact_model::custom_field::NewCustomField;
use contact_model::{Access, AgentId, ContactId, CustomFieldType, ProblemType};
use contact_server::RequestLimits;
use contact_store::company::CreateCustomField;
use contact_testing::{Backend, TestCompany, TestResponse, TestServer};
use reqwest::Method;
use serde_json::{Value, json};

/// An ID that does not exist.
pub(crate) const UNKNOWN_ID: &str = "3c90c3cc-0d44-4b50-8888-8dd25736052a";

/// Starts servers on one database: one server on SQLite, three on PostgreSQL.
pub(crate) async fn servers(backend: Backend) -> Vec<Arc<TestServer>> {
    servers_with(backend, RequestLimits::default()).await
}

/// Like [`servers`], with these limits.
pub(crate) async fn servers_with(backend: Backend, limits: RequestLimits) -> Vec<Arc<TestServer>> {
    let mut servers = vec![TestServer::start_with(backend, limits, Arc::new(SystemClock)).await];
    if backend == Backend::Postgres {
        for _ in 0..2 {
            servers.push(servers[0].start_another().await);
        }
    }
    servers
}

/// A company on a server, and one of its contacts.
pub(crate) struct Fixture {
    pub(crate) company: TestCompany,
    pub(crate) id: ContactId,
}

impl Fixture {
    /// Creates a company in the United States with the contact that the body creates.
    pub(crate) async fn with(backend: Backend, contact: Value) -> Self {
        let company = TestCompany::start(backend).await;
        let id = company.create(contact).await;
        Self { company, id }
    }

    /// Creates a contact with a value in every field, and a custom field `Plan`.
    pub(crate) async fn full(backend: Backend) -> Self {
        let fixture = Self::with(backend, json!({})).await;
        fixture.define("Plan", CustomFieldType::Any).await;
        let everything = json!({
            "full_name": "Jane Doe", "email": "jane@example.com", "phone_number": "+14155552671",
            "business_name": "Example Ltd", "notes": "Called", "tags": ["vip"], "is_dnd": false,
            "lead_source": "webhook", "custom_fields": { "Plan": "gold" },
        });
        fixture.company.update(fixture.id, everything).await;
        fixture
    }

    /// Returns the company with a new key of admin access, which may use every operation.
    pub(crate) async fn admin(&self) -> TestCompany {
        self.company.with_access(Access::Admin).await
    }

    /// Returns the path of the contact.
    pub(crate) fn path(&self) -> String {
        path_of(self.id)
    }

    /// Reads the contact with every key. `updated_at` shows if it was written.
    pub(crate) async fn read(&self) -> Value {
        self.company.read(self.id).await
    }

    /// Updates the contact.
    pub(crate) async fn patch(&self, body: Value) -> TestResponse {
        self.company.patch(&self.path(), body).await
    }

    /// Updates the contact with a body that a [`Value`] cannot represent, such as one with a lone surrogate.
    pub(crate) async fn patch_text(&self, body: impl Into<reqwest::Body>) -> TestResponse {
        send_text(&self.company, Method::PATCH, &self.path(), body).await
    }

    /// Updates the contact with invalid fields, asserts that nothing is written, and returns the invalid fields.
    pub(crate) async fn refused(&self, body: Value) -> Vec<(String, String)> {
        self.refused_text(body.to_string()).await
    }

    /// Like [`Fixture::refused`], with the text of a body.
    pub(crate) async fn refused_text(&self, body: String) -> Vec<(String, String)> {
        let before = self.read().await;
        let response = self.patch_text(body).await;
        assert_eq!(self.read().await, before, "something was written");
        response.invalid_fields(ProblemType::InvalidFields)
    }

    /// Defines a custom field of the company.
    pub(crate) async fn define(&self, name: &str, kind: CustomFieldType) {
        define(&self.company, name, kind, &[]).await;
    }
}

/// Returns the path of a contact.
pub(crate) fn path_of(id: ContactId) -> String {
    format!("/contacts/{id}/")
}

/// Sends text with the media type of JSON.
pub(crate) async fn send_text(
    company: &TestCompany,
    method: Method,
    path: &str,
    body: impl Into<reqwest::Body>,
) -> TestResponse {
    let request = company.request(method, path).header("Content-Type", "application/json");
    company.send(request.body(body)).await
}

/// Defines a custom field.
pub(crate) async fn define(company: &TestCompany, name: &str, kind: CustomFieldType, options: &[&str]) {
    let options = options.iter().map(|&option| option.to_owned()).collect();
    let field = NewCustomField { name: name.to_owned(), kind, options };
    let create = CreateCustomField { company_id: company.id, field };
    company.server.store.run(create).await.expect("the field can be defined");
}

/// Creates an agent.
pub(crate) async fn agent(company: &TestCompany, name: &str) -> AgentId {
    let response = company.post("/agents/", json!({ "name": name })).await;
    assert_eq!(response.status, 201, "{response:#?}");
    response.json()["id"].as_str().and_then(|id| id.parse().ok()).expect("the agent has an id")
}

/// Creates an agent, and a contact with the same id, which requests can merge into another one.
pub(crate) async fn agent_with_contact(company: &TestCompany, name: &str) -> AgentId {
    let agent = agent(company, name).await;
    let items = json!([{ "op": "insert", "id": agent }]);
    let response = company.post("/contacts/batch/", json!({ "items": items })).await;
    assert_eq!(response.json()["results"][0]["status"], 201, "{response:#?}");
    agent
}

/// Returns invalid fields in the form of [`TestResponse::invalid_fields`].
pub(crate) fn bad(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|&(pointer, code)| (pointer.to_owned(), code.to_owned())).collect()
}

/// Asserts that `next_cursor` of a page is the cursor in `next`, or that both are null.
pub(crate) fn assert_cursor_of_next(page: &Value) {
    let cursor = page["next"].as_str().and_then(|next| next.split_once("cursor=")).map(|(_, cursor)| cursor);
    assert_eq!(page["next_cursor"].as_str(), cursor, "{page:#}");
}

/// Returns the sorted keys of a JSON object.
pub(crate) fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}
