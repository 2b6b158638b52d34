//! Declares in the API description the problems that operations respond with, each with its schema, an example and
//! its headers. Handlers name the groups that apply to them.
//!
//! An example is built from the error itself, so the description matches what the server sends.

mod company;
mod contacts;
mod requests;

pub(crate) use company::{
    AgentIdProblems, AgentInUseProblems, AgentProblems, ApiKeyProblems, CustomFieldIdProblems,
    CustomFieldNameProblems, CustomFieldProblems,
};
pub(crate) use contacts::{
    BatchProblems, CollisionProblems, ContactListProblems, ContactOrPhoneProblems, ContactProblems,
    PreconditionProblems,
};
pub(crate) use requests::{
    AnyKeyProblems, ArrivalProblems, BodyProblems, IdempotencyProblems, KeyProblems, NoParameterProblems,
    PageProblems, ParameterProblems, ServerProblems,
};

use std::collections::BTreeMap;

use contact_model::ContactId;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use uuid::{Uuid, uuid};

use crate::error::{ApiError, PROBLEM_JSON, PendingProblem, ProblemHeader};
use crate::response_headers;

type Responses = BTreeMap<String, RefOr<Response>>;

/// Declares a group of problems. Each has a text for the description, and an error that is its example.
macro_rules! group {
    ($(#[$doc:meta])* $name:ident: $($description:expr => $error:expr),+ $(,)?) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> $crate::problem_responses::Responses {
                [$($crate::problem_responses::declare($description, $error)),+].into_iter().collect()
            }
        }
    };
}
use group;

/// The contact in the examples.
const CONTACT: ContactId = ContactId(uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a"));
/// The id of another contact and of the request in the examples.
const ANOTHER: Uuid = uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a");

fn declare(description: &str, error: ApiError) -> (String, RefOr<Response>) {
    let pending = PendingProblem::from(error);
    let header = pending.header.and_then(described_header);
    let problem = pending.into_problem(&ANOTHER.to_string());
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(&problem).ok())
        .build();
    let mut response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content);
    if let Some((name, what)) = header {
        response = response.header(name, response_headers::text(what));
    }
    (problem.status.to_string(), response.build().into())
}

/// Returns the name of the header and its text, if it is part of the description.
fn described_header(header: ProblemHeader) -> Option<(&'static str, &'static str)> {
    match header {
        ProblemHeader::Authenticate => Some(("WWW-Authenticate", "Decided: how to authenticate")),
        ProblemHeader::RetryAfter(_) => {
            Some(("Retry-After", "Extension: seconds to wait before trying again"))
        }
        ProblemHeader::CloseConnection => None,
    }
}
