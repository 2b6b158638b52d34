//! Error responses: RFC 9457 problem documents (decided).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Violation;

/// An error: what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The type of problem, for programs: `urn:problem-type:contacts:` followed by a name.
    #[serde(rename = "type")]
    pub kind: String,
    /// A summary of the problem type, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong in this case, and what to do.
    pub detail: String,
    /// The id of the request, which is also in the header `X-Request-Id`. Quote it when you ask for help.
    pub request_id: String,
    /// All invalid fields, if there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
}

macro_rules! problem_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// The types of problems.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemType { $($(#[$doc])* $variant,)+ }

        impl ProblemType {
            /// Every type.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the URI of the type.
            pub fn uri(self) -> &'static str {
                match self { $(Self::$variant => concat!("urn:problem-type:contacts:", $name),)+ }
            }

            /// Returns the HTTP status of the type.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// Returns the summary of the type, for people.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

problem_types! {
    /// The request violates a rule of HTTP.
    MalformedRequest = "malformed-request", 400, "The request is malformed";
    /// The body is not JSON.
    InvalidJson = "invalid-json", 400, "The body is not JSON";
    /// The body is JSON, but not an object.
    NotAnObject = "not-an-object", 400, "The body is not a JSON object";
    /// Fields of the body are invalid.
    InvalidFields = "invalid-fields", 400, "Fields of the request are invalid";
    /// A parameter in the path, the query or a header is invalid.
    InvalidParameter = "invalid-parameter", 400, "A parameter of the request is invalid";
    /// The list would take longer than the time limit of a request.
    ListTooCostly = "list-too-costly", 400, "The list takes too long";
    /// The request has no API key, or an invalid one.
    Unauthorized = "unauthorized", 401, "A valid API key is needed";
    /// The API key may not do this.
    Forbidden = "forbidden", 403, "The API key may not do this";
    /// The company has no such contact.
    ContactNotFound = "contact-not-found", 404, "There is no such contact";
    /// The contact has no phone number, and the request asked for one.
    NoPhoneNumber = "no-phone-number", 404, "The contact has no phone number";
    /// The company has no such custom field.
    CustomFieldNotFound = "custom-field-not-found", 404, "There is no such custom field";
    /// The company has no such agent.
    AgentNotFound = "agent-not-found", 404, "There is no such agent";
    /// The company has no such API key.
    ApiKeyNotFound = "api-key-not-found", 404, "There is no such API key";
    /// The company has no such webhook.
    WebhookNotFound = "webhook-not-found", 404, "There is no such webhook";
    /// The log of the company has no such change.
    ChangeNotFound = "change-not-found", 404, "There is no such change";
    /// The API has no such path.
    UnknownPath = "unknown-path", 404, "There is no such path";
    /// The path does not support this method.
    MethodNotAllowed = "method-not-allowed", 405, "The path does not support this method";
    /// The request did not arrive within the time limit.
    RequestTimeout = "request-timeout", 408, "The request took too long to arrive";
    /// Another custom field of the company has the name.
    CustomFieldTaken = "custom-field-taken", 409, "The name of the custom field is taken";
    /// The phone number and the email address belong to two contacts, and the request asked to be refused in
    /// this case.
    ContactsCollide = "contacts-collide", 409, "The phone number and the email address belong to two contacts";
    /// Threads or contacts refer to the agent.
    AgentInUse = "agent-in-use", 409, "The agent is in use";
    /// The company has as many webhooks as it may have.
    TooManyWebhooks = "too-many-webhooks", 409, "The company has too many webhooks";
    /// The company already has a contact with this id.
    ContactTaken = "contact-taken", 409, "The id of the contact is taken";
    /// A request with the same idempotency key is in progress.
    StillRunning = "still-running", 409, "A request with the idempotency key is still running";
    /// The changes after the cursor were removed, or the log was replaced.
    ChangesRemoved = "changes-removed", 410, "The changes are no longer available";
    /// The contact was merged into another one.
    ContactMerged = "contact-merged", 410, "The contact was merged into another one";
    /// The contact is not in the state that the request requires.
    PreconditionFailed = "precondition-failed", 412, "The contact is not in the required state";
    /// The body is over the limit.
    BodyTooLarge = "body-too-large", 413, "The body is too large";
    /// The contacts that a batch in one transaction loads are too large together. Nothing is written.
    BatchTooLarge = "batch-too-large", 413, "The batch changes too much at once";
    /// The contacts to return would exceed the limit of a response. Nothing is written.
    ResponseTooLarge = "answer-too-large", 413, "The response would be too large";
    /// The body has a media type that is not supported.
    UnsupportedMediaType = "unsupported-media-type", 415, "The body must be application/json";
    /// The idempotency key was already used for a different request.
    KeyReused = "idempotency-key-reused", 422, "The idempotency key was used for another request";
    /// The company has used up its quota of stored responses to requests with idempotency keys.
    IdempotencyQuota = "idempotency-quota-exceeded", 429, "The quota of stored responses is used up";
    /// The API key has sent more requests than its rate limit allows.
    RateLimited = "rate-limited", 429, "The API key has sent too many requests";
    /// The server failed.
    Internal = "internal", 500, "The server failed";
    /// The server currently cannot process requests.
    Unavailable = "unavailable", 503, "The server is not available at present";
}

impl Problem {
    /// Creates a problem of this type, without invalid fields.
    pub fn new(kind: ProblemType, detail: impl Into<String>, request_id: impl Into<String>) -> Self {
        Self {
            kind: kind.uri().to_owned(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            request_id: request_id.into(),
            errors: Vec::new(),
        }
    }

    /// Returns the type, or `None` if this version does not know it.
    pub fn problem_type(&self) -> Option<ProblemType> {
        ProblemType::ALL.iter().copied().find(|kind| kind.uri() == self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_found_by_its_uri() {
        for &kind in ProblemType::ALL {
            assert_eq!(Problem::new(kind, "", "").problem_type(), Some(kind));
        }
    }
}
