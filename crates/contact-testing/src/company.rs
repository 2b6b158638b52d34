//! A company on a server, and its API keys.

use std::sync::Arc;

use contact_model::{Access, CompanyId, ContactId, Country};
use contact_store::company::CreateCompany;
use reqwest::header::{CONTENT_LENGTH, HOST};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::{Backend, Received, TestResponse, TestServer};

/// A company on a server, and the API key with which it sends requests.
#[derive(Clone)]
pub struct TestCompany {
    /// The server, which runs as long as a company on it exists.
    pub server: Arc<TestServer>,
    /// The ID of the company.
    pub id: CompanyId,
    /// The API key in the requests.
    pub key: String,
}

impl TestServer {
    /// Creates a company in the United States with a write key.
    pub async fn company(self: &Arc<Self>) -> TestCompany {
        self.company_in(Country::US).await
    }

    /// Creates a company in a country with a write key.
    pub async fn company_in(self: &Arc<Self>, country: Country) -> TestCompany {
        let create = CreateCompany { name: "Example Ltd".to_owned(), country };
        let id = self.store.run(create).await.expect("a company can be created").id;
        let key = self.key(id, Access::Write, None).await;
        TestCompany { server: Arc::clone(self), id, key }
    }

    /// Returns the same company, whose requests go to this server: for tests with several servers on one database.
    pub fn seen_by(self: &Arc<Self>, company: &TestCompany) -> TestCompany {
        TestCompany { server: Arc::clone(self), ..company.clone() }
    }
}

impl TestCompany {
    /// Starts a server with a new database, and creates a company in the United States with a write key.
    pub async fn start(backend: Backend) -> Self {
        TestServer::start(backend).await.company().await
    }

    /// Returns the company with a new key.
    pub async fn with_access(&self, access: Access) -> Self {
        self.with_key(self.server.key(self.id, access, None).await)
    }

    /// Returns a request with the key, which [`TestCompany::send`] sends.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url);
        self.server.http.request(method, url).header("Authorization", &self.key)
    }

    /// Sends a request that a [`ScriptedServer`](crate::ScriptedServer) received, with its own headers.
    pub async fn forward(&self, request: &Received) -> TestResponse {
        let mut headers = request.headers.clone();
        headers.remove(HOST);
        headers.remove(CONTENT_LENGTH);
        let url = format!("{}{}", self.server.url, request.target());
        let forwarded = self.server.http.request(request.method.clone(), url).headers(headers);
        self.send(forwarded.body(request.body.clone())).await
    }

    /// Sends a request and returns the response.
    pub async fn send(&self, request: RequestBuilder) -> TestResponse {
        TestResponse::read(request.send().await.expect("the server answers")).await
    }

    /// Sends `GET path`.
    pub async fn get(&self, path: &str) -> TestResponse {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends `PATCH path` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> TestResponse {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Sends `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// Sends `PUT path` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> TestResponse {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// Sends `DELETE path`.
    pub async fn delete(&self, path: &str) -> TestResponse {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Creates a contact or updates the matching one, and returns its ID.
    pub async fn create(&self, body: Value) -> ContactId {
        let response = self.post("/contacts/", body).await;
        assert!(matches!(response.status, 200 | 201), "{response:#?}");
        let path = response.header("location");
        let id = path.strip_prefix("/contacts/").and_then(|rest| rest.strip_suffix('/'));
        id.and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {path}"))
    }

    /// Updates an existing contact and returns the contact in the response.
    pub async fn update(&self, id: ContactId, body: Value) -> Value {
        let response = self.patch(&format!("/contacts/{id}/"), body).await;
        assert_eq!(response.status, 200, "{response:#?}");
        response.json()
    }

    /// Reads an existing contact with all keys that `include` can add.
    pub async fn read(&self, id: ContactId) -> Value {
        let all = "include=first_name,last_name,custom_fields,updated_at";
        let response = self.get(&format!("/contacts/{id}/?{all}")).await;
        assert_eq!(response.status, 200, "{response:#?}");
        response.json()
    }

    /// Returns the same company with another key.
    pub fn with_key(&self, key: impl Into<String>) -> Self {
        Self { key: key.into(), ..self.clone() }
    }
}
