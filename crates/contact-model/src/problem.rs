//! Errors as the API answers them: RFC 9457 problem documents (decided).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Violation;

/// An error: what went wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:problem-type:contacts:invalid-fields",
    "title": "Fields of the request are invalid",
    "status": 400,
    "detail": "1 field is invalid; nothing was written.",
    "request_id": "018bab2f-5d60-7c31-9a55-8dd25736052a",
    "errors": [{
        "pointer": "/notes",
        "code": "too_long",
        "detail": "notes takes at most 65536 characters; 70000 were sent."
    }]
}))]
pub struct Problem {
    /// What kind of problem it is, for programs: `urn:problem-type:contacts:` and a name.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind, for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time and what to do.
    pub detail: String,
    /// The request's id, also in the header `X-Request-Id`: to be quoted when asking for help.
    pub request_id: String,
    /// The bad fields, all of them, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Violation>,
}

macro_rules! problem_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $status:literal, $title:literal;)+) => {
        /// The kinds of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ProblemType { $($(#[$doc])* $variant,)+ }

        impl ProblemType {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The kind's URI.
            pub fn uri(self) -> &'static str {
                match self { $(Self::$variant => concat!("urn:problem-type:contacts:", $name),)+ }
            }

            /// The HTTP status that it travels with.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// The kind, for people.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

problem_types! {
    /// The request breaks a rule of HTTP itself.
    MalformedRequest = "malformed-request", 400, "The request is malformed";
    /// The body is not JSON.
    InvalidJson = "invalid-json", 400, "The body is not JSON";
    /// The body is JSON, but no object.
    NotAnObject = "not-an-object", 400, "The body is not a JSON object";
    /// Fields of the body are bad.
    InvalidFields = "invalid-fields", 400, "Fields of the request are invalid";
    /// A parameter in the path, the query or a header is bad.
    InvalidParameter = "invalid-parameter", 400, "A parameter of the request is invalid";
    /// The list takes more of the database's time than a request may have.
    ListTooCostly = "list-too-costly", 400, "The list takes too long";
    /// No key, or one that does not work.
    Unauthorized = "unauthorized", 401, "A valid API key is needed";
    /// The key may not do this.
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
    /// The API has no such path.
    UnknownPath = "unknown-path", 404, "There is no such path";
    /// The path does not take this method.
    MethodNotAllowed = "method-not-allowed", 405, "The path does not take this method";
    /// The request did not arrive in time.
    RequestTimeout = "request-timeout", 408, "The request took too long to arrive";
    /// Another custom field of the company has the name.
    CustomFieldTaken = "custom-field-taken", 409, "The name of the custom field is taken";
    /// Phone and email are two contacts', and the request asked to be refused then.
    ContactsCollide = "contacts-collide", 409, "The phone number and the email address are two contacts'";
    /// Threads or contacts refer to the agent.
    AgentInUse = "agent-in-use", 409, "The agent is in use";
    /// The company has a contact with the id.
    ContactTaken = "contact-taken", 409, "The id of the contact is taken";
    /// A request with the same idempotency key is under way.
    StillRunning = "still-running", 409, "A request with the idempotency key is still running";
    /// The contact is not in the state that the request asks for.
    PreconditionFailed = "precondition-failed", 412, "The contact is not as the request asks for";
    /// The body is over the limit.
    BodyTooLarge = "body-too-large", 413, "The body is too large";
    /// What was done is more than an answer may show, and so is not done.
    AnswerTooLarge = "answer-too-large", 413, "The answer would be too large";
    /// The body is of a type that is not read.
    UnsupportedMediaType = "unsupported-media-type", 415, "The body must be application/json";
    /// The idempotency key was sent with another request.
    KeyReused = "idempotency-key-reused", 422, "The idempotency key is another request's";
    /// The company has stored as many responses to requests with idempotency keys as it may.
    IdempotencyQuota = "idempotency-quota-exceeded", 429, "The quota of stored responses is used up";
    /// The server failed.
    Internal = "internal", 500, "The server failed";
    /// The server cannot answer at present.
    Unavailable = "unavailable", 503, "The server cannot answer at present";
}

impl Problem {
    /// A problem of this kind, without bad fields.
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

    /// Which kind it is; `None` for one that this version does not know.
    pub fn problem_type(&self) -> Option<ProblemType> {
        ProblemType::ALL.iter().copied().find(|kind| kind.uri() == self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_again_by_its_uri() {
        for &kind in ProblemType::ALL {
            assert_eq!(Problem::new(kind, "", "").problem_type(), Some(kind));
        }
    }
}
