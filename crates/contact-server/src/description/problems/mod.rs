//! The responses that report problems. Each is a component of the description, with an example of every problem that it
//! may report. [`super::common_problems`] adds those that follow from what an operation takes. Handlers name the others.
//!
//! An example is built from the error itself, so the description matches what the server sends.

mod examples;
mod response;

use contact_model::changes::UNREADABLE_CHANGE_CURSOR;
use contact_model::list::UNREADABLE_CURSOR;
use contact_model::{Access, limits};
use contact_store::StoreError;
use utoipa::IntoResponses;
use utoipa::openapi::Ref;
use utoipa::openapi::path::Operation;

use self::examples::*;
use self::response::describe;
use super::responses::Responses;
use super::source::Source::{Decided, Documented, Extension};
use crate::error::{ApiError, BodyLimit};
use crate::extract::{bad_parameter, unknown_parameter};

/// Defines responses that report problems. Each has its status, its source, and for every problem a text for the
/// description and an error that is its example.
macro_rules! problem_responses {
    ($($(#[$doc:meta])* $name:ident($status:literal) $source:ident: $($text:expr => $error:expr),+;)+) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl IntoResponses for $name {
                fn responses() -> Responses {
                    let component = Ref::from_response_name(stringify!($name));
                    Responses::from([($status.to_string(), component.into())])
                }
            }
        )+

        /// Returns the responses as components of the description.
        pub(super) fn components() -> Responses {
            Responses::from([$((
                stringify!($name).to_owned(),
                describe($source, vec![$(($text, ApiError::from($error))),+]).into(),
            )),+])
        }

        /// The status of each response, and the errors that are its examples.
        #[cfg(test)]
        fn statuses_and_errors() -> Vec<(u16, Vec<ApiError>)> {
            vec![$(($status, vec![$(ApiError::from($error)),+])),+]
        }
    };
}

problem_responses! {
    /// An invalid request to an operation that takes a body.
    InvalidBody(400) Decided:
        "The body is not JSON." => syntax_error(),
        "The body is JSON, but not an object." => not_an_object(),
        "Fields of the body are invalid. Every invalid field is listed, and nothing is written." => bad_field("/notes"),
        "A parameter is invalid or unknown." => unknown_parameter();

    /// An invalid request to an operation that takes no body.
    InvalidParameter(400) Extension:
        "A parameter is invalid or unknown." => unknown_parameter();

    /// An invalid request to the operation that reads one contact.
    InvalidContactParameter(400) Decided:
        "A parameter is invalid." => bad_parameter("pn", "pn takes true or false; `perhaps` was sent.");

    /// An invalid request to the operation that lists contacts.
    InvalidContactList(400) Extension:
        "A parameter is invalid or unknown." => bad_parameter("cursor", UNREADABLE_CURSOR),
        "The list takes too long." => ApiError::ListTooCostly;

    /// An invalid request to the operation that reads changes.
    InvalidChangeQuery(400) Extension:
        "A parameter is invalid or unknown." => bad_parameter("after", UNREADABLE_CHANGE_CURSOR);

    /// An invalid batch. An item whose fields are invalid refuses the whole batch only with `atomic=true`.
    InvalidBatch(400) Extension:
        "The body is not JSON." => syntax_error(),
        "The body is JSON, but not an object." => not_an_object(),
        "The body has no array of 1 to 1000 items; with `Prefer: handling=strict`, it has a key outside its items; \
         with `atomic=true`, an item has invalid fields, and every invalid field of every item is listed. Nothing is \
         written." => bad_field("/items/3/notes"),
        "A parameter is invalid or unknown." => unknown_parameter();

    /// A request without a valid API key.
    Unauthorized(401) Decided:
        "The request has no API key, or one that is unknown, revoked or expired." => ApiError::Unauthorized;

    /// A request that needs a key with more access.
    Forbidden(403) Decided:
        "The API key does not have the access that the operation needs." =>
            ApiError::Forbidden { access: Access::Read, needed: Access::Write };

    /// The contact does not exist.
    ContactNotFound(404) Decided:
        "The company has no such contact." => StoreError::ContactNotFound;

    /// The contact does not exist, or has no phone number although the request requires one.
    ContactOrPhoneNotFound(404) Documented:
        "The company has no such contact." => StoreError::ContactNotFound,
        "With `pn=true`, the contact has no phone number." => ApiError::NoPhoneNumber;

    /// The contact of an item does not exist.
    BatchContactNotFound(404) Extension:
        "With `atomic=true`, the company has no contact that an item names. Nothing is written." =>
            of_item(StoreError::ContactNotFound);

    /// The custom field does not exist.
    CustomFieldNotFound(404) Extension:
        "The company has no such custom field." => StoreError::CustomFieldNotFound;

    /// The agent does not exist.
    AgentNotFound(404) Extension:
        "The company has no such agent." => StoreError::AgentNotFound;

    /// The API key does not exist.
    ApiKeyNotFound(404) Extension:
        "The company has no such API key." => StoreError::ApiKeyNotFound;

    /// The webhook does not exist.
    WebhookNotFound(404) Extension:
        "The company has no such webhook." => StoreError::WebhookNotFound;

    /// The webhook or the change does not exist.
    WebhookOrChangeNotFound(404) Extension:
        "The company has no such webhook." => StoreError::WebhookNotFound,
        "The log of the company has no change with this number, or the change was removed because it was too old." =>
            StoreError::ChangeNotFound;

    /// The body did not arrive in time.
    RequestTimeout(408) Decided:
        "The body did not arrive in time." => ApiError::RequestTimeout;

    /// Another request with the idempotency key is still running.
    StillRunning(409) Extension:
        STILL_RUNNING => StoreError::StillRunning;

    /// Phone and email of a create belong to two contacts.
    ContactsCollide(409) Extension:
        "With `Prefer: match=reject` or `handling=strict`, the phone number and the email address belong to two \
         contacts. Each is named in `contact_id`, and nothing is written." => contacts_collide(),
        STILL_RUNNING => StoreError::StillRunning;

    /// Another custom field has the name.
    CustomFieldTaken(409) Extension:
        "Another custom field of the company has the name." => custom_field_taken(),
        STILL_RUNNING => StoreError::StillRunning;

    /// The agent cannot be deleted.
    AgentInUse(409) Extension:
        "Threads or contacts refer to the agent." => StoreError::AgentInUse,
        STILL_RUNNING => StoreError::StillRunning;

    /// The company has as many webhooks as it may have.
    TooManyWebhooks(409) Extension:
        "The company has 20 webhooks already." => StoreError::TooManyWebhooks,
        STILL_RUNNING => StoreError::StillRunning;

    /// An item of an atomic batch conflicts with a contact.
    BatchConflict(409) Extension:
        "With `atomic=true`, the company already has a contact that an item inserts. Nothing is written." =>
            of_item(StoreError::ContactTaken { id: CONTACT }),
        "With `atomic=true`, and with `Prefer: match=reject` or `handling=strict`, the phone number and the email \
         address of an item belong to two contacts. Nothing is written." => of_item(contacts_collide()),
        STILL_RUNNING => StoreError::StillRunning;

    /// The changes after a cursor are not available.
    ChangesRemoved(410) Extension:
        "The changes were removed because they are old, or the log was replaced, for example by that of a backup. Start \
         again from a list." => StoreError::ChangesRemoved;

    /// The contact was merged into another one.
    ContactMerged(410) Extension:
        "The contact was merged into another one, which the `Link` header names." =>
            StoreError::ContactMerged { into: CONTACT };

    /// The contact has changed.
    PreconditionFailed(412) Extension:
        "The contact is not in the state that `If-Match` requires. Nothing is written." =>
            StoreError::PreconditionFailed;

    /// The contact of an item has changed.
    BatchPreconditionFailed(412) Extension:
        "With `atomic=true`, the contact of an item is not in the state that its `if_match` requires. Nothing is \
         written." => of_item(StoreError::PreconditionFailed);

    /// The body is too large.
    BodyTooLarge(413) Decided:
        "The body is larger than 1 MiB." => ApiError::BodyTooLarge(BodyLimit::Request);

    /// The batch is too large.
    BatchTooLarge(413) Extension:
        "The body is larger than 16 MiB, or than 4 MiB if the batch is written in one transaction: with an \
         `Idempotency-Key`, `atomic=true`, `Prefer: return` or `tx=rollback`. Nothing is written." =>
            ApiError::BodyTooLarge(BodyLimit::Batch),
        "The contacts that a batch in one transaction changes have more than 64 MiB together. Nothing is written." =>
            StoreError::TooMuchLoaded { limit: limits::SINGLE_TRANSACTION_BATCH_CONTACTS },
        "The response would contain more than 64 MiB of contacts and receipts, or more than 4 MiB with an \
         `Idempotency-Key`. Nothing is written." =>
            StoreError::ResponseTooLarge { limit: limits::RESPONSE, is_stored: false };

    /// The body has another content type.
    UnsupportedMediaType(415) Decided:
        "The body is not declared as `application/json`, or is compressed." => ApiError::UnsupportedMediaType;

    /// The idempotency key belongs to another request.
    KeyReused(422) Extension:
        "The `Idempotency-Key` was used for another request before. Nothing is written." => StoreError::KeyReused;

    /// The API key has sent too many requests.
    RateLimited(429) Extension:
        "The API key has sent more requests than its rate limit allows." => rate_limited();

    /// The API key has sent too many requests, or the company has stored too many responses.
    QuotaExceeded(429) Extension:
        "The API key has sent more requests than its rate limit allows." => rate_limited(),
        "The company has used up its quota of stored responses, and nothing is written. Requests without an \
         `Idempotency-Key` are handled as usual, and so are repeated ones whose response is stored." =>
            quota_exceeded();

    /// The server failed.
    InternalError(500) Decided:
        "The server failed." => ApiError::internal("an example");

    /// The server cannot process requests at present.
    Unavailable(503) Decided:
        "The database is not available, or too many requests are waiting." => unavailable();
}

/// When a request with a key is refused because of another one.
const STILL_RUNNING: &str = "A request with the same `Idempotency-Key` is still running.";

/// Adds a response to an operation, unless the operation already describes the status.
pub(super) fn add<R: IntoResponses>(operation: &mut Operation) {
    for (status, response) in R::responses() {
        operation.responses.responses.entry(status).or_insert(response);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::PendingProblem;

    #[test]
    fn every_example_has_the_status_of_its_response() {
        for (status, errors) in statuses_and_errors() {
            for error in errors {
                assert_eq!(PendingProblem::from(error).into_problem("an id").status, status);
            }
        }
    }
}
