//! Builds the response to a write of a contact: the contact, or a receipt if the request asked for one.

use std::marker::PhantomData;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use contact_model::Contact;
use contact_model::body::ParsedBody;
use contact_model::receipt::{self, BodyNotes, ContactReceipt, Receipt};
use contact_store::Written;
use serde::Serialize;

use super::response_headers::write_response_headers;
use crate::SharedState;
use crate::error::{ApiError, Result};
use crate::extract::{Prefer, WriteHeaders};
use crate::json_response::{Json, TypedJson, WithETag};

/// The data of a request that its response needs. It is kept until the write is done. `H` are the headers that the
/// operation supports.
pub(crate) struct ResponseContext<H> {
    pub(crate) prefer: Prefer,
    pub(crate) sent: BodyNotes,
    state: SharedState,
    headers: PhantomData<fn() -> H>,
}

impl<H: WriteHeaders> ResponseContext<H> {
    /// Splits a body into its value and the context of the response.
    pub(crate) fn split<B: Serialize>(prefer: Prefer, body: ParsedBody<B>, state: SharedState) -> (B, Self) {
        let (value, sent) = BodyNotes::split(body, prefer.returns_receipt());
        (value, Self { prefer, sent, state, headers: PhantomData })
    }

    /// Returns the path at which users can reach the contact that was written.
    pub(crate) fn location(&self, written: &Written) -> String {
        format!("{}/contacts/{}/", self.state.path_prefix.path, written.id)
    }

    /// Returns the headers of the response. They list the fields that were ignored when the body was parsed, followed
    /// by those that the store ignored, and the preferences that were followed.
    pub(crate) fn headers(&self, written: &Written) -> HeaderMap {
        let ignored = [self.sent.ignored(), &written.ignored].concat();
        write_response_headers::<H>(self.prefer, &ignored)
    }

    /// Returns the body of the response, with the entity tag of the contact's state.
    pub(crate) fn body(&self, mut written: Written) -> Result<Response> {
        if !self.prefer.returns_receipt() {
            return Ok(WithETag(written.etag, Json(contact_of(written.contact)?)).into_response());
        }
        let receipt = receipt_of(self.sent.clone(), &mut written)?;
        let body = ContactReceipt { contact: contact_of(written.contact)?, receipt };
        Ok(WithETag(written.etag, TypedJson(receipt::MEDIA_TYPE, body)).into_response())
    }

    /// Returns the response of an operation that responds with the contact.
    pub(crate) fn contact(&self, written: Written) -> Result<Response> {
        Ok((self.headers(&written), self.body(written)?).into_response())
    }
}

/// Returns the contact of a write whose response contains it.
pub(crate) fn contact_of(contact: Option<Contact>) -> Result<Contact> {
    contact.ok_or_else(|| ApiError::internal("the store returned no contact for a response"))
}

/// Builds the receipt of a write. Moves its data out of `written`.
pub(crate) fn receipt_of(sent: BodyNotes, written: &mut Written) -> Result<Receipt> {
    let snapshots = written.snapshots.take();
    let snapshots =
        snapshots.ok_or_else(|| ApiError::internal("the store returned no snapshots for a receipt"))?;
    let ignored = std::mem::take(&mut written.ignored);
    Ok(sent.into_receipt(written.action, written.matched_by, &snapshots, ignored))
}
