//! The problems that operations answer with, as the API description declares them: each with its
//! schema, an example and its headers. Handlers name the groups that apply to them.
//!
//! An example is what the error itself makes of one, so the description says what the server does.

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

use contact_model::{ContactId, Problem, ProblemType};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use uuid::{Uuid, uuid};

use crate::error::{ApiError, PROBLEM_JSON};
use crate::response_headers;

type Responses = BTreeMap<String, RefOr<Response>>;

/// Problems that are named together: for each what the description says of it, and an error that is one.
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

/// What the examples call a contact.
const CONTACT: ContactId = ContactId(uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a"));
/// What they call another one, and a request.
const ANOTHER: Uuid = uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a");

fn declare(description: &str, error: ApiError) -> (String, RefOr<Response>) {
    let problem = Problem { request_id: ANOTHER.to_string(), ..error.into_problem() };
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(&problem).ok())
        .build();
    let mut response = ResponseBuilder::new().description(description).content(PROBLEM_JSON, content);
    if let Some((name, what)) = problem.problem_type().and_then(header_of) {
        response = response.header(name, response_headers::text(what));
    }
    (problem.status.to_string(), response.build().into())
}

/// The header that a problem of this kind has, and what it says.
fn header_of(kind: ProblemType) -> Option<(&'static str, &'static str)> {
    match kind {
        ProblemType::Unauthorized => Some(("WWW-Authenticate", "Decided: how to authenticate")),
        ProblemType::Unavailable | ProblemType::StillRunning | ProblemType::IdempotencyQuota => {
            Some(("Retry-After", "Extension: seconds to wait before trying again"))
        }
        _ => None,
    }
}
