//! Builds a response that reports problems.

use contact_model::{Problem, ProblemType};
use serde_json::Value;
use utoipa::ToSchema as _;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder};

use super::examples::REQUEST;
use crate::description::headers;
use crate::description::source::Source;
use crate::error::{ApiError, PROBLEM_JSON, PendingProblem, ProblemHeader};

/// Describes a response that reports one of these problems, each with its text and an error as its example.
pub(super) fn describe(source: Source, problems: Vec<(&str, ApiError)>) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name())));
    let mut wanted_headers = vec![headers::X_REQUEST_ID];
    let mut described = Vec::new();
    for (text, error) in problems {
        let pending = PendingProblem::from(error);
        wanted_headers.extend(header_of(pending.header));
        if pending.is_stored {
            wanted_headers.push(headers::IDEMPOTENT_REPLAYED);
        }
        if pending.is_of(ProblemType::RateLimited) {
            wanted_headers.extend([headers::RATE_LIMIT, headers::RATE_LIMIT_POLICY]);
        }
        let problem = pending.into_problem(&REQUEST.to_string());
        let name = problem.kind.rsplit(':').next().unwrap_or_default().to_owned();
        described.push((name, text, serde_json::to_value(&problem).ok()));
    }
    let (description, content) = match described.as_slice() {
        [(_, text, example)] => ((*text).to_owned(), content.example(example.clone())),
        several => {
            let lines = several.iter().map(|(name, text, _)| format!("- `{name}`: {text}"));
            let example = |value: &Option<Value>| ExampleBuilder::new().value(value.clone()).build();
            let examples = several.iter().map(|(name, _, value)| (name.clone(), example(value)));
            (lines.collect::<Vec<_>>().join("\n"), content.examples_from_iter(examples))
        }
    };
    let response = ResponseBuilder::new()
        .description(description)
        .content(PROBLEM_JSON, content.build())
        .extensions(source.mark());
    let mut response = response.build();
    wanted_headers.into_iter().for_each(|name| headers::add(&mut response, name));
    response
}

/// Returns the name of the header that a response has because of its problem.
fn header_of(header: Option<ProblemHeader>) -> Option<&'static str> {
    match header? {
        ProblemHeader::Authenticate => Some(headers::WWW_AUTHENTICATE),
        ProblemHeader::RetryAfter(_) => Some(headers::RETRY_AFTER),
        ProblemHeader::CanonicalLink(_) => Some(headers::LINK),
        ProblemHeader::CloseConnection => None,
    }
}
