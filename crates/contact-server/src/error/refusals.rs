//! The table of refusals and failures: the problem that each [`ApiError`] and [`StoreError`] becomes.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::batch::item_pointer;
use contact_model::body::BodyError;
use contact_model::{ContactId, ProblemType as P, Violation, ViolationCode};
use contact_store::StoreError;

use super::detail::{body_too_large, in_words, response_too_large};
use super::pending_problem::ProblemHeader::{Authenticate, CanonicalLink, CloseConnection, RetryAfter};
use super::refusal_rows::{SOON, not_found, not_stored, stored, unavailable, with_header};
use super::{ApiError, PendingProblem};

impl From<ApiError> for PendingProblem {
    fn from(error: ApiError) -> Self {
        match error {
            // It is unclear where such a request ends, so the connection cannot be used for another one.
            ApiError::MalformedRequest(rule) => with_header(P::MalformedRequest, CloseConnection, rule),
            ApiError::Body(error @ BodyError::Syntax { .. }) => stored(P::InvalidJson, error.to_string()),
            ApiError::Body(error @ BodyError::NotAnObject(_)) => stored(P::NotAnObject, error.to_string()),
            ApiError::Body(BodyError::Fields { violations, .. }) => {
                let detail = match violations.count() {
                    1 => "1 field is invalid; nothing was written.".to_owned(),
                    count => format!("{count} fields are invalid; nothing was written."),
                };
                stored(P::InvalidFields, detail).with_errors(violations)
            }
            ApiError::Parameters(violations) => {
                let detail = match violations.as_slice() {
                    [violation] => violation.detail.clone(),
                    _ => format!("{} parameters are invalid.", violations.count()),
                };
                stored(P::InvalidParameter, detail).with_errors(violations)
            }
            ApiError::ListTooCostly => not_stored(
                P::ListTooCostly,
                "The list was stopped because it took too long. Send fewer filters, filters that fewer \
                 contacts match, or no count; or sort by created_at.",
            ),
            ApiError::Unauthorized => with_header(
                P::Unauthorized,
                Authenticate,
                "Send the company's API key in the Authorization header, exactly as you received it.",
            ),
            ApiError::Forbidden { access, needed } => not_stored(
                P::Forbidden,
                format!("This API key has {access} access; the operation needs a key with {needed} access."),
            ),
            ApiError::RateLimited { kind, per_second } => with_header(
                P::RateLimited,
                RetryAfter(SOON),
                format!(
                    "This API key may send {per_second} {kind} per second; nothing was written. Send the request again \
                     in a second."
                ),
            ),
            ApiError::NoPhoneNumber => {
                stored(P::NoPhoneNumber, "The contact has no phone number. Send pn=false to read it anyway.")
            }
            ApiError::UnknownPath => not_stored(P::UnknownPath, "The paths of the API are listed at /docs."),
            ApiError::MethodNotAllowed => {
                not_stored(P::MethodNotAllowed, "The Allow header lists the methods that this path supports.")
            }
            ApiError::RequestTimeout => {
                not_stored(P::RequestTimeout, "The body did not arrive in time; nothing was written.")
            }
            ApiError::BodyTooLarge(limit) => not_stored(P::BodyTooLarge, body_too_large(limit)),
            ApiError::UnsupportedMediaType => not_stored(
                P::UnsupportedMediaType,
                "Send the body as JSON, uncompressed, with the header Content-Type: application/json.",
            ),
            ApiError::InItem { index, error } => of_item(index, *error),
            ApiError::Internal(cause) => not_stored(
                P::Internal,
                "The server failed. Its log has the cause, together with the request id.",
            )
            .caused_by(cause),
            ApiError::ResponseTimeout => unavailable(
                "The response took too long. The request may still be carried out, so check before you send \
                 it again.",
            ),
            ApiError::TooManyConnections => unavailable(
                "The server has reached its limit of connections; nothing was written. Try again.",
            ),
            ApiError::TooManyConnectionsFromAddress => unavailable(
                "Your address has reached the server's limit of connections for one address; nothing was \
                 written. Close some, or send several requests over one.",
            ),
            ApiError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for PendingProblem {
    fn from(error: StoreError) -> Self {
        let contacts = contacts_named_by(&error);
        let problem: Self = match error {
            StoreError::ContactNotFound => not_found(P::ContactNotFound, "contact"),
            StoreError::ContactMerged { into } => with_header(
                P::ContactMerged,
                CanonicalLink(into),
                format!("The contact was merged into the contact {into}. Use that contact instead."),
            ),
            StoreError::ContactTaken { id } => {
                let detail = format!("The company has a contact with the id {id} already.");
                let violation = Violation::new("/id", ViolationCode::Taken, detail).of_contact(id);
                stored(
                    P::ContactTaken,
                    "The company already has a contact with this id, which may be deleted; nothing was \
                     written.",
                )
                .with_errors(violation.into())
            }
            StoreError::PreconditionFailed => stored(
                P::PreconditionFailed,
                "The contact is not in the state that If-Match requires; nothing was written. Read the \
                 contact and try again.",
            ),
            StoreError::CustomFieldNotFound => not_found(P::CustomFieldNotFound, "custom field"),
            StoreError::CustomFieldTaken { name, by } => {
                let detail = format!("The custom field {by} is named `{name}` already.");
                stored(
                    P::CustomFieldTaken,
                    "Another custom field of the company has this name; nothing was written.",
                )
                .with_errors(Violation::new("/name", ViolationCode::Taken, detail).into())
            }
            StoreError::ContactsCollide(collision) => stored(
                P::ContactsCollide,
                "The phone number belongs to one contact and the email address to another; nothing was \
                 written.",
            )
            .with_errors(collision.into()),
            StoreError::ChangesRemoved => not_stored(
                P::ChangesRemoved,
                "The changes at this place were removed because they are old, or the database was replaced by a \
                 backup. Read the list of contacts again, and follow the changes with after=latest from just before \
                 that.",
            ),
            StoreError::WebhookNotFound => not_found(P::WebhookNotFound, "webhook"),
            StoreError::ChangeNotFound => {
                stored(P::ChangeNotFound, "The log has no change with this number.")
            }
            StoreError::TooManyWebhooks => stored(P::TooManyWebhooks, "The company has 20 webhooks already."),
            StoreError::ApiKeyNotFound => not_found(P::ApiKeyNotFound, "API key"),
            StoreError::AgentNotFound => not_found(P::AgentNotFound, "agent"),
            StoreError::AgentInUse => stored(
                P::AgentInUse,
                "Threads or contacts refer to the agent, so it cannot be deleted. Set active to false \
                 instead.",
            ),
            StoreError::StillRunning => with_header(
                P::StillRunning,
                RetryAfter(SOON),
                "A request with this Idempotency-Key is still running. Send this one again in a moment.",
            ),
            StoreError::KeyReused => not_stored(
                P::KeyReused,
                "This Idempotency-Key was already used with another query, body, Prefer or If-Match, or \
                 (if the response contains an API key) with another API key; nothing was written. Send a \
                 different request with a different key.",
            ),
            StoreError::TooMuchLoaded { limit } => not_stored(
                P::BatchTooLarge,
                format!(
                    "The contacts that the items change have more than {limit} bytes together, which is too \
                     much for one transaction; nothing was written. Send fewer items."
                ),
            ),
            StoreError::ResponseTooLarge { limit, is_stored } => {
                not_stored(P::ResponseTooLarge, response_too_large(limit, is_stored))
            }
            StoreError::QuotaExceeded { available_in } => with_header(
                P::IdempotencyQuota,
                RetryAfter(available_in),
                format!(
                    "The company has stored as many responses to requests with an Idempotency-Key as it may \
                     within 24 hours; nothing was written. Send the request without the key, or wait {} \
                     until the first of them expire.",
                    in_words(available_in)
                ),
            ),
            StoreError::Uncertain(_) => unavailable(
                "The connection to the database broke during the write. The request may have been carried \
                 out, so check before you send it again.",
            )
            .caused_by(Arc::new(error)),
            StoreError::Overloaded => {
                unavailable("Too many requests are waiting; nothing was written. Try again.")
            }
            StoreError::NoRoomForResults => unavailable(
                "Too many response bytes are unread; nothing was written. Read the responses \
                 that you have requested, and try again.",
            ),
            StoreError::Invalid(violations) => ApiError::from(violations).into(),
            StoreError::TimedOut
            | StoreError::UnsealedLog(_)
            | StoreError::Conflict(_)
            | StoreError::Unavailable(_)
            | StoreError::NewerDatabase(_)
            | StoreError::BadAddress(_) => {
                unavailable("The database is not available at present. Try again.").caused_by(Arc::new(error))
            }
            // The company and its keys were deleted from the database after the request was authenticated.
            StoreError::CompanyNotFound => ApiError::Unauthorized.into(),
            // The gateway replays this response before the conversion.
            StoreError::AlreadyDone(_) => ApiError::Internal(Arc::new(error)).into(),
        };
        Self { contacts, ..problem }
    }
}

/// Returns the contacts that the problem of an error of the store names.
pub(crate) fn contacts_named_by(error: &StoreError) -> BTreeSet<ContactId> {
    match error {
        StoreError::ContactTaken { id } => BTreeSet::from([*id]),
        StoreError::ContactsCollide(collision) => BTreeSet::from([collision.by_phone, collision.by_email]),
        _ => BTreeSet::new(),
    }
}

/// Returns the problem of a whole batch that is refused because of one item. Its pointers are into the body of the
/// batch. If the item's contact does not exist, the invalid field is `id`. If the item's precondition does not hold,
/// it is `if_match`.
fn of_item(index: usize, error: ApiError) -> PendingProblem {
    let mut problem = PendingProblem::from(error);
    let of_field = |field, code| vec![Violation::new(field, code, problem.detail.clone())];
    if problem.kind == P::ContactNotFound {
        problem.errors = of_field("/id", ViolationCode::NotFound);
    } else if problem.kind == P::PreconditionFailed {
        problem.errors = of_field("/if_match", ViolationCode::Outdated);
    }
    for error in &mut problem.errors {
        error.pointer.insert_str(0, &item_pointer(index));
    }
    problem.detail = format!("Item {index} is refused: {}", problem.detail).into();
    problem
}

#[cfg(test)]
mod tests {
    use contact_model::Violations;
    use contact_store::Cause;

    use super::*;

    #[test]
    fn refusals_that_depend_on_the_request_and_the_data_are_stored() {
        let cause = || Cause::from(Box::<dyn std::error::Error + Send + Sync>::from("an example"));
        let not_stored = [
            ApiError::Unauthorized,
            ApiError::Internal(cause()),
            StoreError::StillRunning.into(),
            StoreError::KeyReused.into(),
            StoreError::Unavailable(cause()).into(),
        ];
        for error in not_stored {
            assert!(!PendingProblem::from(error).is_stored);
        }
        let (missing, changed) = (StoreError::ContactNotFound, StoreError::PreconditionFailed);
        for error in [missing.into(), changed.into(), ApiError::Body(Violations::new().into())] {
            assert!(PendingProblem::from(error).is_stored);
        }
    }
}
