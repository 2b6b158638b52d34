//! Errors of the store.

use std::sync::Arc;
use std::time::Duration;

use contact_model::matching::Collision;
use contact_model::{CompanyId, ContactId, CustomFieldId, Violations};

use crate::stored_response::StoredResponse;

/// A result whose error is a [`StoreError`].
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// The reason why the store did not complete an item. Nothing of the item was written, unless the error is
/// [`StoreError::Uncertain`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The company has no such contact.
    #[error("the company has no such contact")]
    ContactNotFound,
    /// The contact was merged into another one.
    #[error("the contact was merged into the contact {into}")]
    ContactMerged {
        /// The other contact.
        into: ContactId,
    },
    /// The company already has a contact with the id, deleted or not.
    #[error("the company already has a contact with the id {id}")]
    ContactTaken {
        /// The id.
        id: ContactId,
    },
    /// The precondition of the write does not hold.
    #[error("the contact is not in the required state")]
    PreconditionFailed,
    /// The company does not exist.
    #[error("there is no such company")]
    CompanyNotFound,
    /// The API key does not exist.
    #[error("there is no such API key")]
    ApiKeyNotFound,
    /// The company has no such agent.
    #[error("the company has no such agent")]
    AgentNotFound,
    /// Threads or contacts refer to the agent.
    #[error("threads or contacts refer to the agent")]
    AgentInUse,
    /// The changes that the caller wants to continue after were removed, or the log was replaced by another one.
    #[error("the changes were removed or replaced")]
    ChangesRemoved,
    /// The company has no such webhook.
    #[error("the company has no such webhook")]
    WebhookNotFound,
    /// The company has as many webhooks as it may have.
    #[error("the company has too many webhooks")]
    TooManyWebhooks,
    /// The log of the company has no change with the number.
    #[error("the log of the company has no such change")]
    ChangeNotFound,
    /// The company has no such custom field.
    #[error("the company has no such custom field")]
    CustomFieldNotFound,
    /// The company already has a custom field with this name or with a name that looks the same.
    #[error("the company already has a custom field named `{name}`")]
    CustomFieldTaken {
        /// The name.
        name: String,
        /// The field that has the name.
        by: CustomFieldId,
    },
    /// The phone and the email match two contacts, and the item asked to be refused in this case.
    #[error("the phone belongs to contact {}, the email address to contact {}", .0.by_phone, .0.by_email)]
    ContactsCollide(Collision),
    /// The request has a stored response, which this contains.
    #[error("the request already has a stored response")]
    AlreadyDone(Arc<StoredResponse>),
    /// The idempotency key was used for another request.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// Another transaction is processing a request with this idempotency key.
    #[error("a request with the idempotency key is still running")]
    StillRunning,
    /// The company has used up its quota of stored responses to requests with idempotency keys.
    #[error("the quota of stored responses is used up; more is available in {available_in:?}")]
    QuotaExceeded {
        /// The time until some of the quota is free again.
        available_in: Duration,
    },
    /// The contacts that a whole set loads are together larger than a limit.
    #[error("the set loads contacts of more than {limit} bytes")]
    TooMuchLoaded {
        /// The limit in bytes.
        limit: usize,
    },
    /// The contacts in the results of a whole set are larger than a limit.
    #[error("the results would contain more than {limit} bytes of contacts")]
    ResponseTooLarge {
        /// The limit in bytes.
        limit: usize,
        /// True if the response would be stored, because the request has an idempotency key.
        is_stored: bool,
    },
    /// The results of a whole set do not fit into what is left of the caller's response budget.
    #[error("the results exceed the caller's response budget")]
    NoRoomForResults,
    /// Fields of the item are invalid.
    #[error("{0}")]
    Invalid(#[from] Violations),
    /// Too many items wait for the database.
    #[error("too many requests wait for the database")]
    Overloaded,
    /// A statement exceeded its time limit and was stopped. If it was part of a write, the write is rolled back.
    #[error("the statement exceeded its time limit")]
    TimedOut,
    /// Too many hashes of the company's log are not stored yet. The store stores them and reads again, so callers do not
    /// see this.
    #[error("hashes of the log of changes are not stored yet")]
    UnsealedLog(CompanyId),
    /// Another transaction changed the same data first. The set must run again.
    #[error("another transaction changed the same data first")]
    Conflict(#[source] Cause),
    /// The database did not respond, or reported an error. The cause is only for the log.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// The connection broke during the commit, so the set may or may not be on disk.
    #[error("the connection broke while the set was committed")]
    Uncertain(#[source] Cause),
    /// A newer version of this program migrated the database.
    #[error(
        "the database has migration {0}, which this version does not know: it was used by a newer \
         version, so run that one"
    )]
    NewerDatabase(i64),
    /// The database's address cannot be used.
    #[error("{0}")]
    BadAddress(String),
}

/// The underlying error, usually of a database driver.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

impl StoreError {
    /// Creates the error for a database failure that retrying the item does not fix.
    pub(crate) fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(cause.into()))
    }

    /// Creates the error for a write whose outcome is unknown.
    pub(crate) fn uncertain(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Uncertain(Arc::from(cause.into()))
    }

    /// Creates the error for a conflict with another transaction. `what` describes it.
    pub(crate) fn conflict(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Conflict(Arc::from(what.into()))
    }

    /// Returns true if the item itself is the cause, so that the rest of its set continues.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::ContactNotFound
            | Self::ContactMerged { .. }
            | Self::ContactTaken { .. }
            | Self::PreconditionFailed
            | Self::CompanyNotFound
            | Self::ApiKeyNotFound
            | Self::AgentNotFound
            | Self::AgentInUse
            | Self::ChangesRemoved
            | Self::WebhookNotFound
            | Self::TooManyWebhooks
            | Self::ChangeNotFound
            | Self::CustomFieldNotFound
            | Self::CustomFieldTaken { .. }
            | Self::ContactsCollide(_)
            | Self::AlreadyDone(_)
            | Self::KeyReused
            | Self::StillRunning
            | Self::QuotaExceeded { .. }
            | Self::TooMuchLoaded { .. }
            | Self::ResponseTooLarge { .. }
            | Self::NoRoomForResults
            | Self::Invalid(_) => true,
            Self::Overloaded
            | Self::TimedOut
            | Self::UnsealedLog(_)
            | Self::Conflict(_)
            | Self::Unavailable(_)
            | Self::Uncertain(_)
            | Self::NewerDatabase(_)
            | Self::BadAddress(_) => false,
        }
    }

    /// Returns the error for items that come after a failed set and were not tried. It is certain that they were
    /// not written.
    pub(crate) fn for_untried(&self) -> Self {
        match self {
            Self::Uncertain(cause) => Self::Unavailable(Arc::clone(cause)),
            other => other.for_caller(),
        }
    }

    /// Returns the error of a whole set for one of its callers or items. Callers do not see conflicts: a conflict that
    /// remains after all tries is reported as an unavailable database.
    pub(crate) fn for_caller(&self) -> Self {
        match self {
            Self::Conflict(cause) => Self::Unavailable(Arc::clone(cause)),
            other => other.clone(),
        }
    }

    /// Returns the error for each of the `count` items of a set that failed as a whole.
    pub(crate) fn repeat<T>(&self, count: usize) -> Vec<Result<T, Self>> {
        (0..count).map(|_| Err(self.for_caller())).collect()
    }
}
