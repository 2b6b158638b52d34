//! Describes the problems that operations respond with, each with its schema, an example and its headers. [`common`]
//! adds those that follow from what an operation takes. Handlers name the groups in this file, which are special to
//! them.
//!
//! An example is built from the error itself, so the description matches what the server sends.

mod common;

pub(super) use common::add_common;

use contact_model::list::UNREADABLE_CURSOR;
use contact_model::matching::Collision;
use contact_model::{Access, ContactId, CustomFieldId, Violation, ViolationCode, Violations};
use contact_store::StoreError;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder};
use uuid::{Uuid, uuid};

use super::responses::{Responses, add_replayed};
use super::source::Source::{self, Decided, Documented, Extension};
use crate::error::{ApiError, BodyLimit, PROBLEM_JSON, PendingProblem, ProblemHeader};
use crate::extract::bad_parameter;

/// Defines groups of problems. Each problem has its source, a text for the description, and an error that is its
/// example.
macro_rules! groups {
    ($($(#[$doc:meta])* $name:ident: $($source:ident $text:expr => $error:expr),+;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> Responses {
                let problems = [$(response($source, $text, $error)),+];
                problems.into_iter().map(|(status, response)| (status, response.into())).collect()
            }
        }
    )+};
}

groups! {
    /// Problems of every operation that needs a key with more than read access.
    AccessProblems:
        Decided "the API key may not do this; a read key only reads, and only an admin key manages the company" =>
            ApiError::Forbidden { access: Access::Read, needed: Access::Write };

    /// Problems of the operation that creates a contact.
    CollisionProblems:
        Extension "with `Prefer: match=reject` or `handling=strict`, phone and email match two contacts, each \
                   named in `contact_id`; nothing is written" =>
            StoreError::ContactsCollide(Collision { by_phone: CONTACT, by_email: ContactId(ANOTHER) });

    /// Problems of the operation that reads one contact, and can require that the contact has a phone number.
    ContactOrPhoneProblems:
        Documented "The company has no such contact, or, with `pn=true`, it has no phone number" =>
            ApiError::NoPhoneNumber;

    /// Problems of the operation that lists contacts.
    ContactListProblems:
        Extension "a parameter cannot be read or is unknown; or, as `list-too-costly`, the list takes too long" =>
            bad_parameter("cursor", UNREADABLE_CURSOR);

    /// Problems of the operation that takes a batch. The problem of an item is a problem of the whole batch only with
    /// `atomic=true`.
    BatchProblems:
        Extension "the body is not JSON, is not an object or has no array of 1 to 1000 items, or a parameter \
                   cannot be read; with `Prefer: handling=strict`, it has a key outside its items; with \
                   `atomic=true`, an item has invalid fields, and every invalid field of every item is named. \
                   Nothing is written" =>
            bad_field("/items/3/notes"),
        Extension "with `atomic=true`, the company has no contact that an item names; nothing is written" =>
            of_item(StoreError::ContactNotFound),
        Extension "with `atomic=true`, the company already has a contact that an item inserts, or phone and \
                   email of an upsert match two contacts with `Prefer: match=reject` or `handling=strict`; \
                   nothing is written" =>
            of_item(StoreError::ContactTaken { id: CONTACT }),
        Extension "with `atomic=true`, the contact of an item is not in the state that its `if_match` requires; \
                   nothing is written" =>
            of_item(StoreError::PreconditionFailed),
        Extension "the body is larger than 16 MiB, or than 4 MiB if the batch is written in one transaction \
                   (with an `Idempotency-Key`, `atomic=true`, `Prefer: return` or `tx=rollback`); or, as \
                   `batch-too-large`, the contacts that such a batch changes have more than 64 MiB together; or, \
                   as `answer-too-large`, the response would show more than 64 MiB of contacts and receipts, or \
                   with an `Idempotency-Key` have more than 4 MiB; nothing is written" =>
            ApiError::BodyTooLarge(BodyLimit::Batch);

    /// Problems of every operation that names a custom field.
    CustomFieldNameProblems:
        Extension "another custom field of the company has the name" => StoreError::CustomFieldTaken {
            name: "Plan".to_owned(),
            by: CustomFieldId(uuid!("018bab2f-0000-7c31-9a55-5d6044cc0d44")),
        };

    /// Problems of the operation that deletes an agent.
    AgentInUseProblems:
        Extension "threads or contacts refer to the agent" => StoreError::AgentInUse;
}

/// The contact in the examples.
const CONTACT: ContactId = ContactId(uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a"));
/// The id of another contact and of the request in the examples.
const ANOTHER: Uuid = uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a");

/// Returns the error for notes that are too long.
fn bad_field(pointer: &str) -> ApiError {
    let detail = "notes takes at most 65536 characters; 70000 were sent.";
    Violations::from(Violation::new(pointer, ViolationCode::TooLong, detail)).into()
}

fn of_item(error: StoreError) -> ApiError {
    ApiError::InItem { index: 3, error: Box::new(error.into()) }
}

/// Adds a problem to an operation, unless the operation already describes the status.
pub(super) fn add(operation: &mut Operation, source: Source, text: &str, example: impl Into<ApiError>) {
    let (status, response) = response(source, text, example);
    operation.responses.responses.entry(status).or_insert(response.into());
}

/// Returns the status of a problem and the description of its response.
pub(super) fn response(source: Source, text: &str, example: impl Into<ApiError>) -> (String, Response) {
    let pending = PendingProblem::from(example.into());
    let (header, is_stored) = (pending.header, pending.is_stored);
    let problem = pending.into_problem(&ANOTHER.to_string());
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(&problem).ok())
        .build();
    let response = ResponseBuilder::new()
        .description(source.text(text))
        .content(PROBLEM_JSON, content)
        .extensions(source.mark());
    let response = match header {
        Some(ProblemHeader::Authenticate) => {
            response.header("WWW-Authenticate", Decided.header("how to authenticate"))
        }
        Some(ProblemHeader::RetryAfter(_)) => {
            response.header("Retry-After", Extension.header("seconds to wait before trying again"))
        }
        Some(ProblemHeader::CloseConnection) | None => response,
    };
    let mut response = response.build();
    if is_stored {
        add_replayed(&mut response);
    }
    (problem.status.to_string(), response)
}
