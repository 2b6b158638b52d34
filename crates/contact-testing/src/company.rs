//! A company and its API key.

use contact_model::{CompanyId, ContactId};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::TestResponse;

/// A company with an API key, which sends requests to a server.
#[derive(Debug, Clone)]
pub struct TestCompany {
    /// The ID of the company.
    pub id: CompanyId,
    /// The API key in the requests.
    pub key: String,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
}

impl TestCompany {
    /// Returns a request with the key, which [`TestCompany::send`] sends.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("Authorization", &self.key)
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
