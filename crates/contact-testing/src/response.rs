//! What the server answered.

use contact_model::{Problem, ProblemType};
use reqwest::header::HeaderMap;
use serde_json::Value;

/// A response, read to its end.
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

    /// A header's text; panics where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.optional_header(name).unwrap_or_else(|| panic!("no header {name} in {self:#?}"))
    }

    /// A header's text, if it is there.
    pub fn optional_header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("headers are plain text"))
    }

    /// The body as JSON; panics where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }

    /// The body as the problem that is expected, with all the marks of one: status, media type and
    /// the request's id.
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

    /// The fields that a problem names, each with its code: `[("/notes", "too_long")]`.
    pub fn bad_fields(&self, expected: ProblemType) -> Vec<(String, String)> {
        let code = |violation: &contact_model::Violation| {
            serde_json::to_value(violation.code).ok().and_then(|code| code.as_str().map(str::to_owned))
        };
        let problem = self.problem(expected);
        problem.errors.iter().map(|v| (v.pointer.clone(), code(v).unwrap_or_default())).collect()
    }
}
