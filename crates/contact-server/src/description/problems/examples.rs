//! Errors that are examples in the description.

use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use contact_model::body::{BodyError, RequestBody as _};
use contact_model::company::RequestKind;
use contact_model::matching::Collision;
use contact_model::{ContactId, ContactUpdate, CustomFieldId, Violation, ViolationCode, Violations};
use contact_store::StoreError;
use uuid::{Uuid, uuid};

use crate::error::ApiError;

/// The contact in the examples.
pub(super) const CONTACT: ContactId = ContactId(uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a"));
/// Another contact in the examples.
const ANOTHER_CONTACT: ContactId = ContactId(uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a"));
/// The id of the request in the examples.
pub(super) const REQUEST: Uuid = uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a");

/// Returns the error for a body that ends too early.
pub(super) fn syntax_error() -> ApiError {
    unreadable(r#"{"notes": "Called today""#)
}

/// Returns the error for a body that is an array.
pub(super) fn not_an_object() -> ApiError {
    unreadable("[]")
}

fn unreadable(body: &str) -> ApiError {
    match ContactUpdate::from_json(body.as_bytes()) {
        Err(error) => error.into(),
        Ok(_) => BodyError::from(Violations::new()).into(),
    }
}

/// Returns the error for notes that are too long.
pub(super) fn bad_field(pointer: &str) -> ApiError {
    let detail = "notes takes at most 65536 characters; 70000 were sent.";
    Violations::from(Violation::new(pointer, ViolationCode::TooLong, detail)).into()
}

/// Returns the error for a batch that is refused because of one item.
pub(super) fn of_item(error: StoreError) -> ApiError {
    ApiError::InItem { index: 3, error: Box::new(error.into()) }
}

pub(super) fn contacts_collide() -> StoreError {
    StoreError::ContactsCollide(Collision { by_phone: CONTACT, by_email: ANOTHER_CONTACT })
}

pub(super) fn custom_field_taken() -> StoreError {
    StoreError::CustomFieldTaken {
        name: "Plan".to_owned(),
        by: CustomFieldId(uuid!("018bab2f-0000-7c31-9a55-5d6044cc0d44")),
    }
}

pub(super) fn rate_limited() -> ApiError {
    ApiError::RateLimited { kind: RequestKind::Writes, per_second: NonZeroU32::MIN.saturating_add(19) }
}

pub(super) fn quota_exceeded() -> StoreError {
    StoreError::QuotaExceeded { available_in: Duration::from_secs(60 * 60) }
}

pub(super) fn unavailable() -> StoreError {
    StoreError::Unavailable(Arc::new(io::Error::other("an example")))
}
