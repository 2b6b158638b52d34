//! A client of a server process.

use contact_model::{Problem, ProblemType};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

/// Sends requests with an API key to a server.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    url: String,
    key: String,
    http: Client,
}

/// The status of a response and its body, which is null if it is empty.
pub(crate) type TestResponse = (u16, Value);

impl Caller {
    pub(crate) fn new(url: &str, key: &str) -> Self {
        Self { url: url.to_owned(), key: key.to_owned(), http: http() }
    }

    /// Returns a request with the key.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).header("Authorization", &self.key)
    }

    pub(crate) async fn get(&self, path: &str) -> TestResponse {
        response(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> TestResponse {
        response(self.request(Method::PATCH, path).json(body).send().await.unwrap()).await
    }

    /// Creates a contact or updates the matching one, and returns its path.
    pub(crate) async fn create(&self, body: &Value) -> String {
        let response = self.request(Method::POST, "/contacts/").json(body).send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Returns the custom fields of a contact.
    pub(crate) async fn custom_fields(&self, contact: &str) -> Value {
        let (status, body) = self.get(&format!("{contact}?include=custom_fields")).await;
        assert_eq!(status, 200, "{body}");
        body["custom_fields"].clone()
    }
}

/// Returns a client that follows no redirects and uses no proxy.
pub(crate) fn http() -> Client {
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Reads a response to its end.
pub(crate) async fn response(response: Response) -> TestResponse {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() })
}

/// Reads a response as a problem.
pub(crate) fn problem((status, body): TestResponse, expected: ProblemType) -> Problem {
    let problem: Problem = serde_json::from_value(body).unwrap();
    assert_eq!((status, problem.problem_type()), (expected.status(), Some(expected)), "{problem:#?}");
    problem
}
