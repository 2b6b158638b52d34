//! What a write of a contact is answered with: the contact, or a receipt where one was asked for.

use std::marker::PhantomData;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use contact_model::body::{Coerced, Read};
use contact_model::receipt::{self, ContactReceipt, Receipt, SentFields};
use contact_store::Written;
use serde::Serialize;

use super::ignored_fields;
use crate::answer::{Json, Tagged, TypedJson};
use crate::error::ApiError;
use crate::extract::{Prefer, WriteHeaders};

/// What the answer to a write tells of its request, kept aside until the write is done. `H` are the headers
/// that the operation knows.
pub(crate) struct Told<H> {
    pub(crate) prefer: Prefer,
    unknown: Vec<String>,
    coerced: Vec<Coerced>,
    repeated: Vec<String>,
    sent: SentFields,
    headers: PhantomData<H>,
}

impl<H: WriteHeaders> Told<H> {
    /// Of a request with a body, which is given back. What only a receipt tells is kept for one alone.
    pub(crate) fn of<B: Serialize>(prefer: Prefer, body: Read<B>) -> (B, Self) {
        let Read { value, ignored: unknown, coerced, repeated } = body;
        let sent = if prefer.receipt() { SentFields::of(&value) } else { SentFields::default() };
        (value, Self { prefer, unknown, coerced, repeated, sent, headers: PhantomData })
    }

    /// The headers of the answer: what was ignored, by the body's reader and by the store in that order,
    /// and which preferences were followed.
    pub(crate) fn headers(&self, written: &Written) -> HeaderMap {
        let ignored = [self.unknown.as_slice(), &written.ignored].concat();
        self.prefer.name_followed::<H>(ignored_fields(&ignored))
    }

    /// The body of the answer, and the tag of the state that it shows.
    pub(crate) fn body(self, written: Written) -> Result<Response, ApiError> {
        if !self.prefer.receipt() {
            return Ok(Tagged(written.tag, Json(written.contact)).into_response());
        }
        let Written { action, contact, tag, ignored, matched_by, states, .. } = written;
        let states = states.ok_or_else(|| ApiError::internal("the store kept no states for a receipt"))?;
        let receipt = Receipt {
            action,
            matched_by,
            changed: states.changed(),
            normalised: self.sent.normalised(&states.after.state, &ignored),
            coerced: receipt::coerced(self.coerced),
            ignored: [self.unknown, ignored].concat(),
            repeated: self.repeated,
        };
        let body = TypedJson(receipt::MEDIA_TYPE, ContactReceipt { contact, receipt });
        Ok(Tagged(tag, body).into_response())
    }

    /// The answer of an operation that answers with the contact.
    pub(crate) fn contact(self, written: Written) -> Result<Response, ApiError> {
        Ok((self.headers(&written), self.body(written)?).into_response())
    }
}
