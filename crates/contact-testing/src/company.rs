//! A company and its key, as a test speaks for it.

use contact_model::{CompanyId, ContactId};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::TestResponse;

/// A company with a key: sends requests in its name.
#[derive(Debug, Clone)]
pub struct TestCompany {
    /// The company's id.
    pub id: CompanyId,
    /// The key that it sends.
    pub key: String,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
}

impl TestCompany {
    /// A request to a path, with the key, to be completed and sent by [`TestCompany::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("Authorization", &self.key)
    }

    /// Sends a request and reads the response.
    pub async fn send(&self, request: RequestBuilder) -> TestResponse {
        TestResponse::read(request.send().await.expect("the server answers")).await
    }

    /// `GET path`
    pub async fn get(&self, path: &str) -> TestResponse {
        self.send(self.request(Method::GET, path)).await
    }

    /// `PATCH path` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> TestResponse {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// `PUT path` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> TestResponse {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// `DELETE path`
    pub async fn delete(&self, path: &str) -> TestResponse {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Creates or matches a contact, whichever the body leads to, and gives its id.
    pub async fn create(&self, body: Value) -> ContactId {
        let response = self.post("/contacts/", body).await;
        assert!(matches!(response.status, 200 | 201), "{response:#?}");
        let path = response.header("location");
        let id = path.strip_prefix("/contacts/").and_then(|rest| rest.strip_suffix('/'));
        id.and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {path}"))
    }

    /// Updates a contact that must be there, and gives the contact answered.
    pub async fn update(&self, id: ContactId, body: Value) -> Value {
        let response = self.patch(&format!("/contacts/{id}/"), body).await;
        assert_eq!(response.status, 200, "{response:#?}");
        response.json()
    }

    /// Reads a contact that must be there, with all that `include` can add.
    pub async fn read(&self, id: ContactId) -> Value {
        let all = "include=first_name,last_name,custom_fields,updated_at";
        let response = self.get(&format!("/contacts/{id}/?{all}")).await;
        assert_eq!(response.status, 200, "{response:#?}");
        response.json()
    }

    /// The same company, speaking with another key.
    pub fn with_key(&self, key: impl Into<String>) -> Self {
        Self { key: key.into(), ..self.clone() }
    }
}
