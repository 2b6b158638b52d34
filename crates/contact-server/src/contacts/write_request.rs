//! What all writes but a batch have in common, whatever they do.

use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::response::Response;
use contact_model::body::Read;
use contact_model::{CompanyId, Include, Precondition};
use contact_store::directory::Operation;
use contact_store::{ContactStore, ContactWrite, WriteOperation, Written};
use serde::Serialize;

use super::ignored_fields;
use super::written::Told;
use crate::AppState;
use crate::error::ApiError;
use crate::extract::{FromJson, IfMatch, IncludeQuery, Prefer, Preference, Query, WriteHeaders};

/// A request that writes one contact, or something else: a body `B` with the headers `H`, which say how to
/// write it and how to answer. It comes behind the company and whatever the path names.
pub(crate) struct WriteRequest<B, H> {
    state: AppState,
    include: Include,
    prefer: Prefer,
    if_version: Option<Precondition>,
    body: Read<B>,
    headers: PhantomData<H>,
}

/// How an operation answers, from what the write did and what is to be told of its request.
pub(crate) type Render<H> = fn(Told<H>, Written) -> Result<Response, ApiError>;

impl<B: FromJson, H: WriteHeaders> FromRequest<AppState> for WriteRequest<B, H> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        // Where no contact is shown, nothing can be included in it.
        let include = if H::knows(Preference::Return) {
            let Query(IncludeQuery { include }) = Query::from_request_parts(&mut parts, state).await?;
            include
        } else {
            Include::default()
        };
        let prefer = Prefer::of(&parts.headers);
        let if_version = if H::IF_MATCH {
            let IfMatch(if_version) = IfMatch::from_request_parts(&mut parts, state).await?;
            if_version
        } else {
            None
        };
        let bytes = B::receive(Request::from_parts(parts, body), state).await?;
        let body = B::of_bytes(bytes, prefer.handling()).await?;
        Ok(Self { state: state.clone(), include, prefer, if_version, body, headers: PhantomData })
    }
}

impl<B: Serialize, H: WriteHeaders> WriteRequest<B, H> {
    /// Writes a contact as `operation` makes of the body, and answers as `render` says.
    pub(crate) async fn write(
        self,
        company_id: CompanyId,
        operation: impl FnOnce(B) -> WriteOperation,
        render: Render<H>,
    ) -> Result<Response, ApiError> {
        let Self { state, include, prefer, if_version, body, .. } = self;
        let (body, told) = Told::of(prefer, body);
        let operation = operation(body);
        let write = ContactWrite { company_id, operation, include, options: prefer.options(), if_version };
        render(told, state.store_for(prefer).write_one(write).await?)
    }
}

impl<B, H: WriteHeaders> WriteRequest<B, H> {
    /// Does what `operation` makes of the body, on something other than a contact. Gives the headers of the
    /// answer, and what it is to hold.
    pub(crate) async fn run<O: Operation>(
        self,
        operation: impl FnOnce(B) -> O,
    ) -> Result<(HeaderMap, O::Answer), ApiError> {
        let Self { state, prefer, body: Read { value, ignored, .. }, .. } = self;
        let answer = state.store_for(prefer).run_one(operation(value)).await?;
        Ok((prefer.name_followed::<H>(ignored_fields(&ignored)), answer))
    }
}
