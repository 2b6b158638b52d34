//! Builds the response to a write of a contact: the contact, or a receipt if the request asked for one.

use std::marker::PhantomData;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use contact_model::Contact;
use contact_model::body::ParsedBody;
use contact_model::receipt::{self, ContactReceipt, Receipt, Sent};
use contact_store::Written;
use serde::Serialize;

use super::ignored_fields;
use crate::SharedState;
use crate::answer::{Json, Tagged, TypedJson};
use crate::error::ApiError;
use crate::extract::{Prefer, WriteHeaders};

/// The data of a request that its response needs. It is kept until the write is done. `H` are the headers that the
/// operation supports.
pub(crate) struct Told<H> {
    pub(crate) prefer: Prefer,
    pub(crate) sent: Sent,
    state: SharedState,
    headers: PhantomData<fn() -> H>,
}

impl<H: WriteHeaders> Told<H> {
    /// Keeps the data of a request that has a body, and returns the body.
    pub(crate) fn of<B: Serialize>(prefer: Prefer, body: ParsedBody<B>, state: SharedState) -> (B, Self) {
        let (value, sent) = keep_aside(prefer, body);
        (value, Self { prefer, sent, state, headers: PhantomData })
    }

    /// Returns the path at which users can reach the contact that was written.
    pub(crate) fn path_of(&self, written: &Written) -> String {
        format!("{}/contacts/{}/", self.state.path_prefix.as_str(), written.id)
    }

    /// Returns the headers of the response. They list the fields that the body's reader ignored, followed by those
    /// that the store ignored, and the preferences that were followed, among those that the operation supports.
    pub(crate) fn headers(&self, written: &Written) -> HeaderMap {
        let ignored = [self.sent.ignored(), &written.ignored].concat();
        self.prefer.name_followed::<H>(ignored_fields(&ignored))
    }

    /// Returns the body of the response, with the entity tag of the state that it shows.
    pub(crate) fn body(&self, mut written: Written) -> Result<Response, ApiError> {
        if !self.prefer.receipt() {
            return Ok(Tagged(written.tag, Json(shown(written.contact)?)).into_response());
        }
        let receipt = receipt(self.sent.clone(), &mut written)?;
        let body = ContactReceipt { contact: shown(written.contact)?, receipt };
        Ok(Tagged(written.tag, TypedJson(receipt::MEDIA_TYPE, body)).into_response())
    }

    /// Returns the response of an operation that responds with the contact.
    pub(crate) fn contact(&self, written: Written) -> Result<Response, ApiError> {
        Ok((self.headers(&written), self.body(written)?).into_response())
    }
}

/// Separates a body from the data that its response needs. Data that only a receipt needs is kept only for a receipt.
pub(crate) fn keep_aside<B: Serialize>(prefer: Prefer, body: ParsedBody<B>) -> (B, Sent) {
    if prefer.receipt() { Sent::of(body) } else { Sent::beside(body) }
}

/// Returns the contact of a write that was asked to return it.
pub(crate) fn shown(contact: Option<Contact>) -> Result<Contact, ApiError> {
    contact.ok_or_else(|| ApiError::internal("the store kept no contact for an answer"))
}

/// Builds the receipt of a write. Moves its data out of `written`.
pub(crate) fn receipt(sent: Sent, written: &mut Written) -> Result<Receipt, ApiError> {
    let states = written.states.take();
    let states = states.ok_or_else(|| ApiError::internal("the store kept no states for a receipt"))?;
    let left_out = std::mem::take(&mut written.ignored);
    Ok(sent.into_receipt(written.action, written.matched_by, &states, left_out))
}
