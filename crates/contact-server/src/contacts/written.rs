//! What a write of a contact is answered with: the contact, or a receipt where one was asked for.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use contact_model::body::{Coerced, Read};
use contact_model::receipt::{self, ContactReceipt, Receipt, SentFields};
use contact_store::Written;
use serde::Serialize;

use super::ignored_fields;
use crate::answer::{Json, Tagged, TypedJson};
use crate::error::ApiError;
use crate::extract::{Prefer, Preference};

/// What the answer to a write tells of its request, kept aside until the write is done.
#[derive(Debug, Default)]
pub(crate) struct Told {
    prefer: Prefer,
    unknown: Vec<String>,
    coerced: Vec<Coerced>,
    repeated: Vec<String>,
    sent: SentFields,
}

impl Told {
    /// Of a request without a body.
    pub(crate) fn without_body(prefer: Prefer) -> Self {
        Self { prefer, ..Self::default() }
    }

    /// Of a request with a body, which is given back. What only a receipt tells is kept for one alone.
    pub(crate) fn of<T: Serialize>(prefer: Prefer, body: Read<T>) -> (T, Self) {
        let Read { value, ignored: unknown, coerced, repeated } = body;
        let sent = if prefer.receipt() { SentFields::of(&value) } else { SentFields::default() };
        (value, Self { prefer, unknown, coerced, repeated, sent })
    }

    /// The headers of the answer: what was ignored, by the body's reader and by the store in that order,
    /// and which of the preferences that the operation knows were followed.
    pub(crate) fn headers(&self, known: &[Preference], written: &Written) -> HeaderMap {
        let ignored = [self.unknown.as_slice(), &written.ignored].concat();
        self.prefer.name_followed(known, ignored_fields(&ignored))
    }

    /// The body of the answer, and the tag of the state that it shows.
    pub(crate) fn body(self, written: Written) -> Response {
        if !self.prefer.receipt() {
            return Tagged(written.tag, Json(written.contact)).into_response();
        }
        let Written { action, contact, tag, ignored, matched_by, states, .. } = written;
        let Some(states) = states else {
            return ApiError::internal("the store kept no states for a receipt").into_response();
        };
        let receipt = Receipt {
            action,
            matched_by,
            changed: states.changed(),
            normalised: self.sent.normalised(&states.after.state, &ignored),
            coerced: receipt::coerced(self.coerced),
            ignored: [self.unknown, ignored].concat(),
            repeated: self.repeated,
        };
        Tagged(tag, TypedJson(receipt::MEDIA_TYPE, ContactReceipt { contact, receipt })).into_response()
    }

    /// The answer of an operation that answers with the contact.
    pub(crate) fn answer(self, known: &[Preference], written: Written) -> Response {
        (self.headers(known, &written), self.body(written)).into_response()
    }
}
