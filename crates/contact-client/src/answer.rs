//! What a call answers.

use std::ops::{Deref, DerefMut};

use contact_model::ContactId;

use crate::{ETag, HasETag};

/// What was asked for, and what the answer's headers say beside it. It can be used as the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer<T> {
    /// What was asked for.
    pub value: T,
    /// The HTTP status.
    pub status: u16,
    /// Which state of the contact the answer shows, where it shows one. A dry run shows none that is.
    pub etag: Option<ETag>,
    /// The names of what was sent and not stored: at most
    /// [`IGNORED_FIELDS`](contact_model::limits::IGNORED_FIELDS) of them. A receipt has all.
    pub ignored_fields: Vec<String>,
    /// The preferences that the server followed, such as `return=receipt`.
    pub preferences_applied: Vec<String>,
    /// True where the write had been done before with the same idempotency key: this is the answer of that
    /// time. So it may be where a connection broke, or with a key of the caller's own.
    pub replayed: bool,
    /// The request's id, to be quoted when asking for help.
    pub request_id: Option<String>,
}

impl<T> Answer<T> {
    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same answer with what `change` makes of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        let Self { value, status, etag, ignored_fields, preferences_applied, replayed, request_id } = self;
        Answer {
            value: change(value),
            status,
            etag,
            ignored_fields,
            preferences_applied,
            replayed,
            request_id,
        }
    }
}

impl<T> Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Answer<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> HasETag for Answer<T> {
    fn etag(&self) -> Option<&ETag> {
        self.etag.as_ref()
    }
}

/// What a create did, which is answered without the contact unless it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreatedOrUpdated {
    /// It made a contact, with this id.
    Created(ContactId),
    /// It found this contact by phone number or email address and changed it, unless it was so already.
    Updated(ContactId),
}

impl CreatedOrUpdated {
    /// The contact.
    pub fn id(self) -> ContactId {
        match self {
            Self::Created(id) | Self::Updated(id) => id,
        }
    }
}
