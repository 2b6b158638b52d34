//! The text of a problem that depends on the occurrence.

use contact_model::body::BodyError;
use contact_model::limits;

use super::ApiError;

impl ApiError {
    /// Returns what is wrong in this occurrence, and what to do about it.
    pub(super) fn detail(&self) -> String {
        match self {
            Self::MalformedRequest(detail) => (*detail).to_owned(),
            Self::Body(BodyError::Fields { violations, .. }) => match violations.count() {
                1 => "1 field is invalid; nothing was written.".to_owned(),
                count => format!("{count} fields are invalid; nothing was written."),
            },
            Self::Body(error) => error.to_string(),
            Self::Parameters(violations) => match violations.as_slice() {
                [violation] => violation.detail.clone(),
                _ => format!("{} parameters are invalid.", violations.count()),
            },
            Self::ListTooCostly => {
                "The list was stopped because it took too long. Send fewer filters, filters that fewer contacts \
                 match, or no count; or sort by created_at."
                    .to_owned()
            }
            Self::Unauthorized => {
                "Send the company's API key in the Authorization header, as it was given to you.".to_owned()
            }
            Self::Forbidden { access, needed } => {
                format!("This API key has {access} access; the operation needs a key with {needed} access.")
            }
            Self::ContactNotFound => "The company has no contact with this id.".to_owned(),
            Self::ContactTaken(_) => {
                "The company has a contact with this id already, be it a deleted one; nothing was written."
                    .to_owned()
            }
            Self::OfItem { index, error } => format!("Item {index} is refused: {}", error.detail()),
            Self::PreconditionFailed => {
                "The contact is not as If-Match says; nothing was written. Read it, and try again.".to_owned()
            }
            Self::CustomFieldNotFound => "The company has no custom field with this id.".to_owned(),
            Self::CustomFieldTaken(_) => {
                "Another custom field of the company has this name; nothing was written.".to_owned()
            }
            Self::ContactsCollide(_) => {
                "The phone number is one contact's and the email address another's; nothing was written.".to_owned()
            }
            Self::ApiKeyNotFound => "The company has no API key with this id.".to_owned(),
            Self::AgentNotFound => "The company has no agent with this id.".to_owned(),
            Self::AgentInUse => {
                "Threads or contacts refer to the agent, who stays; set active to false instead.".to_owned()
            }
            Self::NoPhoneNumber => {
                "The contact has no phone number; send pn=false to read it all the same.".to_owned()
            }
            Self::UnknownPath => "Look at /docs for the paths that the API has.".to_owned(),
            Self::MethodNotAllowed => "The Allow header names the methods that the path takes.".to_owned(),
            Self::RequestTimeout => "The body did not arrive in time; nothing was written.".to_owned(),
            Self::StillRunning => {
                "A request with this Idempotency-Key is still running; send this one again in a moment.".to_owned()
            }
            Self::KeyReused => {
                "This Idempotency-Key came with another query, body, Prefer or If-Match, or with another API key, \
                 before; nothing was written. Send another key with another request."
                    .to_owned()
            }
            Self::BodyTooLarge { limit: limits::UNDIVIDED_BATCH_BODY } => format!(
                "A batch that is done in one transaction takes at most {} bytes; nothing was written. Send it in \
                 parts, or without what makes it one transaction: Idempotency-Key, atomic=true, tx=rollback, or a \
                 return in Prefer.",
                limits::UNDIVIDED_BATCH_BODY
            ),
            Self::BodyTooLarge { limit } => {
                format!("A body takes at most {limit} bytes; nothing was written.")
            }
            Self::BatchTooLarge { limit } => format!(
                "The contacts that the items change have more than {limit} bytes together, which is too much for one \
                 transaction; nothing was written. Send fewer items."
            ),
            Self::AnswerTooLarge { limit: limits::KEYED_BATCH_ANSWER } => format!(
                "The response to a batch with an Idempotency-Key has at most {} bytes, because it is stored; nothing \
                 was written. Send fewer items, ask for less in Prefer, or send it without the key.",
                limits::KEYED_BATCH_ANSWER
            ),
            Self::AnswerTooLarge { limit } => format!(
                "The response would show more than {limit} bytes of contacts; nothing was written. Send fewer items, \
                 or ask for less in Prefer."
            ),
            Self::IdempotencyQuota { frees_in } => format!(
                "The company has stored as many responses to requests with an Idempotency-Key as it may within 24 \
                 hours; nothing was written. Send the request without the key, or after {} seconds, when the first \
                 of them expire.",
                frees_in.as_secs()
            ),
            Self::UnsupportedMediaType => {
                "Send the body as JSON, uncompressed, with the header Content-Type: application/json."
                    .to_owned()
            }
            Self::Internal(_) => "The server made a mistake; its log tells more by the request id.".to_owned(),
            Self::NoAnswerInTime => {
                "The answer took too long; what was asked may still be done, so look before sending it again."
                    .to_owned()
            }
            Self::Uncertain(_) => {
                "The database broke off while it wrote; what was asked may be done, so look before sending it again."
                    .to_owned()
            }
            Self::Overloaded => "Too many requests are waiting; nothing was written. Try again.".to_owned(),
            Self::TooManyUnreadBytes => {
                "Too many bytes of responses wait for their clients; nothing was written. Read the responses that you \
                 have requested, and try again."
                    .to_owned()
            }
            Self::TooManyConnections => {
                "The server has as many connections as it takes; nothing was written. Try again.".to_owned()
            }
            Self::TooManyConnectionsOfAddress => {
                "Your address has as many connections as the server takes from one; nothing was written. Close some, \
                 or send several requests over one."
                    .to_owned()
            }
            Self::Unavailable(_) => "The database does not answer at present. Try again.".to_owned(),
        }
    }
}
