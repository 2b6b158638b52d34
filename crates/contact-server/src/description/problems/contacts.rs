//! Problems of operations on contacts.

use contact_model::list::UNREADABLE_CURSOR;
use contact_model::matching::Collision;
use contact_model::{ContactId, limits};
use contact_store::StoreError;

use super::requests::{LATE, NOT_JSON, bad_field};
use super::{ANOTHER, CONTACT, group};
use crate::error::ApiError;
use crate::extract::bad_parameter;

group!(
    /// Problems of every operation on one contact.
    ContactProblems:
    Decided "the company has no such contact" => StoreError::ContactNotFound,
);

group!(
    /// Problems of the operation that creates a contact.
    CollisionProblems:
    Extension "with `Prefer: match=reject` or `handling=strict`, phone and email match two contacts, each \
               named in `contact_id`; nothing is written" =>
        StoreError::ContactsCollide(Collision { by_phone: CONTACT, by_email: ContactId(ANOTHER) }),
);

group!(
    /// Problems of every operation that changes one contact.
    PreconditionProblems:
    Extension "the contact is not in the state that `If-Match` requires; nothing is written" =>
        StoreError::PreconditionFailed,
);

group!(
    /// Problems of the operation that reads one contact, and can require that the contact has a phone number.
    ContactOrPhoneProblems:
    Documented "The company has no such contact, or, with `pn=true`, it has no phone number" =>
        ApiError::NoPhoneNumber,
);

group!(
    /// Problems of the operation that lists contacts.
    ContactListProblems:
    Extension "a parameter cannot be read or is unknown; or, as `list-too-costly`, the list takes too long" =>
        bad_parameter("cursor", UNREADABLE_CURSOR),
);

group!(
    /// Problems of the operation that takes a batch. The problem of an item is a problem of the whole batch only with
    /// `atomic=true`.
    BatchProblems:
    Extension "the body is not JSON, is not an object or has no array of 1 to 1000 items, or a parameter \
               cannot be read; with `Prefer: handling=strict`, it has a key beside its items; with \
               `atomic=true`, an item has invalid fields, and every invalid field of every item is named. \
               Nothing is written" =>
        bad_field("/items/3/notes"),
    Extension "with `atomic=true`, the company has no contact that an item names; nothing is written" =>
        of_item(StoreError::ContactNotFound),
    Extension "with `atomic=true`, the company already has a contact that an item inserts, or phone and \
               email of an upsert match two contacts with `Prefer: match=reject` or `handling=strict`; \
               nothing is written" =>
        of_item(StoreError::ContactTaken { id: CONTACT }),
    Extension "with `atomic=true`, the contact of an item is not in the state that its `if_match` requires; \
               nothing is written" =>
        of_item(StoreError::PreconditionFailed),
    Decided LATE => ApiError::RequestTimeout,
    Extension "the body is larger than 16 MiB, or than 4 MiB if the batch is written in one transaction \
               (with an `Idempotency-Key`, `atomic=true`, `Prefer: return` or `tx=rollback`); or, as \
               `batch-too-large`, the contacts that such a batch changes have more than 64 MiB together; or, \
               as `answer-too-large`, the response would show more than 64 MiB of contacts and receipts, or \
               with an `Idempotency-Key` have more than 4 MiB; nothing is written" =>
        ApiError::BodyTooLarge { limit: limits::BATCH_BODY },
    Decided NOT_JSON => ApiError::UnsupportedMediaType,
);

fn of_item(error: StoreError) -> ApiError {
    ApiError::OfItem { index: 3, error: Box::new(error.into()) }
}
