//! Describes the problems that operations respond with, each with its schema, an example and
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
    AccessProblems, ArrivalProblems, AuthenticationProblems, BodyProblems, IdempotencyProblems,
    NoParameterProblems, PageProblems, ParameterProblems, STILL_RUNNING, ServerProblems,
};

use contact_model::ContactId;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use uuid::{Uuid, uuid};

use super::responses::add_replayed;
use super::source::Source::{self, Decided, Extension};
use crate::error::{ApiError, PROBLEM_JSON, PendingProblem, ProblemHeader};

/// Defines a group of problems. Each has its source, a text for the description, and an error that is its example.
macro_rules! group {
    ($(#[$doc:meta])* $name:ident: $($source:ident $text:expr => $error:expr),+ $(,)?) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> $crate::description::responses::Responses {
                use $crate::description::problems::response;
                use $crate::description::source::Source;
                [$(response(Source::$source, $text, $error)),+].into_iter().collect()
            }
        }
    };
}
use group;

/// The contact in the examples.
const CONTACT: ContactId = ContactId(uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a"));
/// The id of another contact and of the request in the examples.
const ANOTHER: Uuid = uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a");

/// Returns the status of a problem and the description of its response.
fn response(source: Source, text: &str, example: impl Into<ApiError>) -> (String, RefOr<Response>) {
    let pending = PendingProblem::from(example.into());
    let (header, is_stored) = (pending.header, pending.is_stored);
    let problem = pending.into_problem(&ANOTHER.to_string());
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(&problem).ok())
        .build();
    let mut response = ResponseBuilder::new()
        .description(source.text(text))
        .content(PROBLEM_JSON, content)
        .extensions(source.mark())
        .build();
    let described = match header {
        Some(ProblemHeader::Authenticate) => {
            Some(("WWW-Authenticate", Decided.header("how to authenticate")))
        }
        Some(ProblemHeader::RetryAfter(_)) => {
            Some(("Retry-After", Extension.header("seconds to wait before trying again")))
        }
        Some(ProblemHeader::CloseConnection) | None => None,
    };
    response.headers.extend(described.map(|(name, header)| (name.to_owned(), header.into())));
    if is_stored {
        add_replayed(&mut response);
    }
    (problem.status.to_string(), response.into())
}
