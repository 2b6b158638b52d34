//! Why the store did not do what it was asked.

use std::sync::Arc;
use std::time::Duration;

use contact_model::matching::Collision;
use contact_model::{ContactId, CustomFieldId, Violations};

use crate::once::StoredAnswer;

/// Why the store did not do what it was asked. Nothing of the item was written, unless it is
/// [`StoreError::Uncertain`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The company has no such contact.
    #[error("the company has no such contact")]
    ContactNotFound,
    /// The company has a contact with the id already, deleted or not.
    #[error("the company has a contact with the id {id} already")]
    ContactTaken {
        /// The id.
        id: ContactId,
    },
    /// The contact is not as the write needs it.
    #[error("the contact is not as the write needs it")]
    PreconditionFailed,
    /// There is no such company.
    #[error("there is no such company")]
    CompanyNotFound,
    /// There is no such API key.
    #[error("there is no such API key")]
    ApiKeyNotFound,
    /// The company has no such agent.
    #[error("the company has no such agent")]
    AgentNotFound,
    /// Threads or contacts refer to the agent.
    #[error("threads or contacts refer to the agent")]
    AgentInUse,
    /// The company has no such custom field.
    #[error("the company has no such custom field")]
    CustomFieldNotFound,
    /// The company has a custom field with this name already, or with one that looks the same.
    #[error("the company has a custom field named `{name}` already")]
    CustomFieldTaken {
        /// The name.
        name: String,
        /// The field that has it.
        by: CustomFieldId,
    },
    /// Phone and email hit two contacts, and the item asked to be refused then.
    #[error("the phone is of the contact {}, the email of {}", .0.by_phone, .0.by_email)]
    ContactsCollide(Collision),
    /// The request was answered before, and this is the answer.
    #[error("the request was answered before")]
    Answered(Arc<StoredAnswer>),
    /// The idempotency key was sent with another request before.
    #[error("the idempotency key is another request's")]
    KeyReused,
    /// Another transaction is at a request with this idempotency key.
    #[error("a request with the idempotency key is still running")]
    StillRunning,
    /// The company has stored as many answers to requests with idempotency keys as it may.
    #[error("the company's quota of stored answers is used up for {frees_in:?}")]
    QuotaExceeded {
        /// When some of it is free again.
        frees_in: Duration,
    },
    /// The contacts that a whole set changes are together over a limit.
    #[error("the set changes contacts of more than {limit} bytes")]
    TooMuchChanged {
        /// The limit in bytes.
        limit: usize,
    },
    /// What the answers to a whole set would show is over a limit.
    #[error("the answers would show more than {limit} bytes")]
    AnswerTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The caller has no room at present for what the answers to a whole set would show.
    #[error("there is no room for the answers")]
    NoRoom,
    /// Fields of the item are bad.
    #[error("{0}")]
    Invalid(#[from] Violations),
    /// Too many items wait for the database.
    #[error("too many requests wait for the database")]
    Overloaded,
    /// A statement took longer than it may, and was stopped. If it was part of a write, the write is rolled back.
    #[error("the database took longer than it may")]
    TimedOut,
    /// Another transaction was faster; the set is to be run again.
    #[error("another transaction was faster")]
    Conflict(#[source] Cause),
    /// The database did not answer, or answered with an error of its own. What it says is for the
    /// log alone.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// The connection broke while the set was committed: it may be on disk or not.
    #[error("the connection broke while the set was committed")]
    Uncertain(#[source] Cause),
    /// The database was migrated by a newer version of this program.
    #[error(
        "the database has migration {0}, which this version does not know: it was used by a newer \
         version, so run that one"
    )]
    NewerDatabase(i64),
    /// The database's address cannot be used.
    #[error("{0}")]
    BadAddress(String),
}

/// What a database driver said.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// The database failed in a way that no retry of this item mends.
    pub(crate) fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }

    /// Another transaction was faster, as `what` tells.
    pub(crate) fn conflict(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Conflict(Arc::from(what.into()))
    }

    /// True where the item itself is at fault, so that the rest of its set goes on.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::ContactNotFound
            | Self::ContactTaken { .. }
            | Self::PreconditionFailed
            | Self::CompanyNotFound
            | Self::ApiKeyNotFound
            | Self::AgentNotFound
            | Self::AgentInUse
            | Self::CustomFieldNotFound
            | Self::CustomFieldTaken { .. }
            | Self::ContactsCollide(_)
            | Self::Answered(_)
            | Self::KeyReused
            | Self::StillRunning
            | Self::QuotaExceeded { .. }
            | Self::TooMuchChanged { .. }
            | Self::AnswerTooLarge { .. }
            | Self::NoRoom
            | Self::Invalid(_) => true,
            Self::Overloaded
            | Self::TimedOut
            | Self::Conflict(_)
            | Self::Unavailable(_)
            | Self::Uncertain(_)
            | Self::NewerDatabase(_)
            | Self::BadAddress(_) => false,
        }
    }

    /// The failure of a set, told to items that were to come after it: of these it is certain that they
    /// were not written.
    pub(crate) fn of_untried(failure: &Self) -> Self {
        match failure {
            Self::Uncertain(cause) => Self::Unavailable(Arc::clone(cause)),
            other => Self::of_set(other),
        }
    }

    /// The failure or the refusal of a whole set, told to one of its callers or items.
    pub(crate) fn of_set(failure: &Self) -> Self {
        match failure {
            Self::Overloaded => Self::Overloaded,
            Self::TimedOut => Self::TimedOut,
            Self::Conflict(cause) | Self::Unavailable(cause) => Self::Unavailable(Arc::clone(cause)),
            Self::Uncertain(cause) => Self::Uncertain(Arc::clone(cause)),
            Self::Answered(answer) => Self::Answered(Arc::clone(answer)),
            Self::KeyReused => Self::KeyReused,
            Self::StillRunning => Self::StillRunning,
            Self::QuotaExceeded { frees_in } => Self::QuotaExceeded { frees_in: *frees_in },
            Self::TooMuchChanged { limit } => Self::TooMuchChanged { limit: *limit },
            Self::AnswerTooLarge { limit } => Self::AnswerTooLarge { limit: *limit },
            Self::NoRoom => Self::NoRoom,
            other => Self::unavailable(other.to_string()),
        }
    }
}
