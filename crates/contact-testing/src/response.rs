//! A response of the server.

use contact_model::{Problem, ProblemType};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A response with its complete body.
#[derive(Debug, Clone)]
pub struct TestResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl TestResponse {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: response.text().await.expect("the body arrives") }
    }

    /// Returns the value of a header.
    ///
    /// # Panics
    /// The header is missing.
    pub fn header(&self, name: &str) -> &str {
        self.optional_header(name).unwrap_or_else(|| panic!("no header {name} in {self:#?}"))
    }

    /// Returns the value of a header, if it is present.
    pub fn optional_header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are plain text"))
    }

    /// Parses the body as JSON.
    ///
    /// # Panics
    /// The body is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// Parses the body as a problem of the expected type, and checks its title, status, media type and request ID.
    ///
    /// # Panics
    /// The response is not this problem.
    pub fn problem(&self, expected: ProblemType) -> Problem {
        let problem: Problem =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:#?}"));
        assert_eq!(problem.problem_type(), Some(expected), "{self:#?}");
        assert_eq!(problem.title, expected.title());
        assert_eq!((self.status, problem.status), (expected.status(), expected.status()));
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.header("x-request-id"), problem.request_id);
        problem
    }

    /// Returns the pointers and codes of the invalid fields in a problem: `[("/notes", "too_long")]`.
    pub fn invalid_fields(&self, expected: ProblemType) -> Vec<(String, String)> {
        let code = |violation: &contact_model::Violation| {
            serde_json::to_value(violation.code).ok().and_then(|code| code.as_str().map(str::to_owned))
        };
        let problem = self.problem(expected);
        problem.errors.iter().map(|v| (v.pointer.clone(), code(v).unwrap_or_default())).collect()
    }
}
