//! The one place from an error to its status and public text. What a database or a panic said goes
//! to the log alone.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use contact_model::batch::item_pointer;
use contact_model::body::BodyError;
use contact_model::matching::Collision;
use contact_model::{
    Access, ContactId, ItemProblem, Problem, ProblemType, Violation, ViolationCode, Violations,
};
use contact_store::StoreError;

use crate::answer::Json;

/// What to do where a request with the same idempotency key is under way.
pub(crate) const STILL_RUNNING: &str =
    "A request with this Idempotency-Key is still running; send this one again in a moment.";
/// What to do where the idempotency key is another request's.
pub(crate) const KEY_REUSED: &str = "This Idempotency-Key came with another query, body, Prefer or If-Match before; \
     nothing was written. Send another key with another request.";

/// The media type of a problem document.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request is not answered as it wished.
#[derive(Debug)]
pub(crate) enum ApiError {
    Body(BodyError),
    Parameters(Violations),
    Unauthorized,
    Forbidden {
        access: Access,
        needed: Access,
    },
    ContactNotFound,
    ContactTaken(ContactId),
    PreconditionFailed,
    CustomFieldNotFound,
    CustomFieldTaken(Violation),
    ContactsCollide(Collision),
    ApiKeyNotFound,
    AgentNotFound,
    AgentInUse,
    NoPhoneNumber,
    UnknownPath,
    MethodNotAllowed,
    RequestTimeout,
    /// Another request with the idempotency key is under way.
    StillRunning,
    /// The idempotency key came with another request before.
    KeyReused,
    BodyTooLarge {
        limit: usize,
    },
    UnsupportedMediaType,
    /// An item of a batch, for which the whole of it is refused.
    OfItem {
        index: usize,
        error: Box<ApiError>,
    },
    Internal(Cause),
    NoAnswerInTime,
    Uncertain(Cause),
    Overloaded,
    Unavailable(Cause),
}

/// What lies behind a failure. It goes to the log, where the request's id is known, and to no one else.
pub(crate) type Cause = Arc<dyn Error + Send + Sync>;

impl ApiError {
    /// The server made a mistake, as `what` tells.
    pub(crate) fn internal(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(what.into()))
    }

    /// What lies behind it, for the log.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match self {
            Self::OfItem { error, .. } => error.cause(),
            Self::Internal(cause) | Self::Uncertain(cause) | Self::Unavailable(cause) => Some(cause),
            _ => None,
        }
    }

    /// The contacts that its text tells of.
    pub(crate) fn contacts(&self) -> BTreeSet<ContactId> {
        match self {
            Self::ContactTaken(id) => BTreeSet::from([*id]),
            Self::ContactsCollide(collision) => BTreeSet::from([collision.by_phone, collision.by_email]),
            Self::OfItem { error, .. } => error.contacts(),
            _ => BTreeSet::new(),
        }
    }

    /// True where the request itself is not at fault.
    pub(crate) fn is_failure(&self) -> bool {
        self.kind().status() >= 500
    }

    /// The problem of one item of a batch.
    pub(crate) fn into_item_problem(self) -> ItemProblem {
        ItemProblem::new(self.kind(), self.detail(), self.violations())
    }

    fn kind(&self) -> ProblemType {
        match self {
            Self::Body(BodyError::Syntax { .. }) => ProblemType::InvalidJson,
            Self::Body(BodyError::NotAnObject(_)) => ProblemType::NotAnObject,
            Self::Body(BodyError::Fields(_)) => ProblemType::InvalidFields,
            Self::Parameters(_) => ProblemType::InvalidParameter,
            Self::Unauthorized => ProblemType::Unauthorized,
            Self::Forbidden { .. } => ProblemType::Forbidden,
            Self::ContactNotFound => ProblemType::ContactNotFound,
            Self::ContactTaken(_) => ProblemType::ContactTaken,
            Self::PreconditionFailed => ProblemType::PreconditionFailed,
            Self::CustomFieldNotFound => ProblemType::CustomFieldNotFound,
            Self::CustomFieldTaken(_) => ProblemType::CustomFieldTaken,
            Self::ContactsCollide(_) => ProblemType::ContactsCollide,
            Self::ApiKeyNotFound => ProblemType::ApiKeyNotFound,
            Self::AgentNotFound => ProblemType::AgentNotFound,
            Self::AgentInUse => ProblemType::AgentInUse,
            Self::NoPhoneNumber => ProblemType::NoPhoneNumber,
            Self::UnknownPath => ProblemType::UnknownPath,
            Self::MethodNotAllowed => ProblemType::MethodNotAllowed,
            Self::RequestTimeout => ProblemType::RequestTimeout,
            Self::StillRunning => ProblemType::StillRunning,
            Self::KeyReused => ProblemType::KeyReused,
            Self::BodyTooLarge { .. } => ProblemType::BodyTooLarge,
            Self::UnsupportedMediaType => ProblemType::UnsupportedMediaType,
            Self::OfItem { error, .. } => error.kind(),
            Self::Internal(_) => ProblemType::Internal,
            Self::NoAnswerInTime | Self::Uncertain(_) | Self::Overloaded | Self::Unavailable(_) => {
                ProblemType::Unavailable
            }
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::Body(BodyError::Fields(violations)) => match violations.count() {
                1 => "1 field is invalid; nothing was written.".to_owned(),
                count => format!("{count} fields are invalid; nothing was written."),
            },
            Self::Body(error) => error.to_string(),
            Self::Parameters(violations) => match violations.as_slice() {
                [violation] => violation.detail.clone(),
                _ => format!("{} parameters are invalid.", violations.count()),
            },
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
            Self::StillRunning => STILL_RUNNING.to_owned(),
            Self::KeyReused => KEY_REUSED.to_owned(),
            Self::BodyTooLarge { limit } => {
                format!("A body takes at most {limit} bytes; nothing was written.")
            }
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
            Self::Unavailable(_) => "The database does not answer at present. Try again.".to_owned(),
        }
    }

    fn violations(self) -> Vec<Violation> {
        match self {
            Self::Body(BodyError::Fields(violations)) | Self::Parameters(violations) => violations.into_vec(),
            Self::ContactsCollide(collision) => Violations::from(collision).into_vec(),
            Self::ContactTaken(id) => {
                let detail = format!("The company has a contact with the id {id} already.");
                vec![Violation::new("/id", ViolationCode::Taken, detail).of_contact(id)]
            }
            Self::CustomFieldTaken(violation) => vec![violation],
            Self::OfItem { index, error } => violations_of_item(index, *error),
            _ => Vec::new(),
        }
    }
}

/// The bad fields of an item, by their places in the body; the item's id where it names no contact, and what
/// it needs of it where that does not hold.
fn violations_of_item(index: usize, error: ApiError) -> Vec<Violation> {
    let mut violations = match error {
        ApiError::ContactNotFound => {
            vec![Violation::new("/id", ViolationCode::NotFound, error.detail())]
        }
        ApiError::PreconditionFailed => {
            vec![Violation::new("/if_match", ViolationCode::Outdated, error.detail())]
        }
        error => error.violations(),
    };
    for violation in &mut violations {
        violation.pointer.insert_str(0, &item_pointer(index));
    }
    violations
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        Self::Body(error)
    }
}

impl From<Violations> for ApiError {
    fn from(violations: Violations) -> Self {
        Self::Body(BodyError::Fields(violations))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ContactNotFound => Self::ContactNotFound,
            StoreError::ContactTaken { id } => Self::ContactTaken(id),
            StoreError::PreconditionFailed => Self::PreconditionFailed,
            StoreError::CustomFieldNotFound => Self::CustomFieldNotFound,
            StoreError::CustomFieldTaken { name, by } => Self::CustomFieldTaken(Violation::new(
                "/name",
                ViolationCode::Taken,
                format!("The custom field {by} is named `{name}` already."),
            )),
            StoreError::ContactsCollide(collision) => Self::ContactsCollide(collision),
            StoreError::ApiKeyNotFound => Self::ApiKeyNotFound,
            StoreError::AgentNotFound => Self::AgentNotFound,
            StoreError::AgentInUse => Self::AgentInUse,
            StoreError::KeyReused => Self::KeyReused,
            StoreError::StillRunning => Self::StillRunning,
            StoreError::Invalid(violations) => violations.into(),
            StoreError::Overloaded => Self::Overloaded,
            StoreError::Uncertain(_) => Self::Uncertain(Arc::new(error)),
            failure => Self::Unavailable(Arc::new(failure)),
        }
    }
}

impl From<Arc<StoreError>> for ApiError {
    fn from(error: Arc<StoreError>) -> Self {
        match Arc::try_unwrap(error) {
            Ok(error) => error.into(),
            Err(shared) => Self::Unavailable(shared),
        }
    }
}

/// A problem on its way out: the outermost layer, which knows the request's id, writes it.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    problem: Problem,
    pub(crate) cause: Option<Cause>,
    /// The contacts that the problem tells of.
    pub(crate) contacts: BTreeSet<ContactId>,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let kind = self.kind();
        let mut response =
            StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        let headers = response.headers_mut();
        match kind {
            ProblemType::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"contacts\""));
            }
            ProblemType::Unavailable | ProblemType::StillRunning => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            _ => {}
        }
        let problem = Problem::new(kind, self.detail(), "");
        let (cause, contacts) = (self.cause().cloned(), self.contacts());
        let problem = Problem { errors: self.violations(), ..problem };
        response.extensions_mut().insert(Pending { problem, cause, contacts });
        response
    }
}

impl Pending {
    /// Which kind of problem it is.
    pub(crate) fn kind(&self) -> Option<ProblemType> {
        self.problem.problem_type()
    }

    /// Writes the problem as the body of the response that it was taken from.
    pub(crate) fn write(self, response: Response, request_id: &str) -> Response {
        let body = Json(Problem { request_id: request_id.to_owned(), ..self.problem });
        let (parts, _) = response.into_parts();
        let mut written = (parts.status, body).into_response();
        for (name, value) in &parts.headers {
            written.headers_mut().insert(name, value.clone());
        }
        written.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        written
    }
}
