//! The parts that all write operations except the batch share.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use contact_model::body::ParsedBody;
use contact_model::{CompanyId, Include, Precondition};
use contact_store::company::Operation;
use contact_store::{ContactWrite, WriteOperation, Written};
use serde::Serialize;

use super::body_of_write::BodyOfWrite;
use super::ignored_fields;
use super::written::Told;
use crate::SharedState;
use crate::error::ApiError;
use crate::extract::{FromJson, FromQuery, IfMatch, IncludeQuery, Prefer, Preference, Query, WriteHeaders};
use crate::idempotency::{Once, Seal};

/// A request that writes a contact or something else, but not a batch. `B` is its body, and `Q` are its query
/// parameters other than `include`. `H` are the headers that it supports: they decide how to write and how to
/// respond. In a handler it comes after the company and the ids in the path.
pub(crate) struct WriteRequest<B, H, Q = ()> {
    pub(crate) query: Q,
    once: Once,
    include: Include,
    prefer: Prefer,
    if_version: Option<Precondition>,
    body: BodyOfWrite<B>,
    headers: PhantomData<H>,
}

/// Builds the response of an operation from the data of the request and the result of the write.
pub(crate) type Render<H> = fn(&Told<H>, Written) -> Result<Response, ApiError>;

impl<B: FromJson, H: WriteHeaders, Q: FromQuery> FromRequest<SharedState> for WriteRequest<B, H, Q> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &SharedState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        // If the response shows no contact, there is no parameter `include`.
        let (query, include, ignored) = if H::knows(Preference::Return) {
            let Query { value: (query, IncludeQuery { include }), ignored } =
                Query::from_request_parts(&mut parts, state).await?;
            (query, include, ignored)
        } else {
            let Query { value: query, ignored } = Query::from_request_parts(&mut parts, state).await?;
            (query, Include::default(), ignored)
        };
        let prefer = Prefer::of(&parts.headers);
        let if_version = if H::IF_MATCH {
            let IfMatch(if_version) = IfMatch::from_request_parts(&mut parts, state).await?;
            if_version
        } else {
            None
        };
        let once = Once::of(&parts, prefer, state);
        let bytes = B::receive(Request::from_parts(parts, body), state).await?;
        let mut read = B::of_bytes(bytes, prefer.handling()).await;
        if let Ok(read) = &mut read {
            read.ignored.extend(ignored);
        }
        let body = BodyOfWrite::of(read)?;
        Ok(Self { query, once, include, prefer, if_version, body, headers: PhantomData })
    }
}

impl<B: Serialize, H: WriteHeaders + 'static, Q> WriteRequest<B, H, Q> {
    /// Writes a contact. `operation` turns the body into a write, and `render` builds the response.
    pub(crate) async fn write(
        self,
        company_id: CompanyId,
        operation: impl FnOnce(B) -> WriteOperation,
        render: Render<H>,
    ) -> Result<Response, ApiError> {
        let Self { once, include, prefer, if_version, body, .. } = self;
        let body = body.good_for(company_id, prefer.handling(), once.state()).await?;
        let (body, told) = Told::of(prefer, body, Arc::clone(once.state()));
        let operation = operation(body);
        let write = ContactWrite {
            company_id,
            operation,
            include,
            options: prefer.options(),
            if_version,
            idempotency: None,
        };
        once.write(write, move |written| render(&told, written)).await
    }
}

impl<B, H: WriteHeaders> WriteRequest<B, H> {
    /// Returns true if the request is a dry run, whose writes are rolled back.
    pub(crate) fn is_dry_run(&self) -> bool {
        self.prefer.is_dry_run()
    }

    /// Runs an operation on something other than a contact. `operation` turns the body into the operation, and
    /// `render` builds the response from its headers and the result.
    pub(crate) async fn run<O: Operation<Output: Clone>, R: IntoResponse + 'static>(
        self,
        operation: impl FnOnce(B) -> O,
        render: fn(HeaderMap, O::Output) -> R,
    ) -> Result<Response, ApiError> {
        let Self { once, prefer, body, .. } = self;
        let (operation, answer) = asked_for::<H, _, _, _>(prefer, body.good()?, operation, render);
        once.run(operation, answer).await
    }

    /// Returns the body, the headers of the response and the access to the store, for an operation that takes many
    /// transactions.
    ///
    /// # Errors
    /// The body has bad fields.
    pub(crate) fn into_pieces(self) -> Result<(B, HeaderMap, Once), ApiError> {
        let Self { once, prefer, body, .. } = self;
        let ParsedBody { value, ignored, .. } = body.good()?;
        Ok((value, prefer.name_followed::<H>(ignored_fields(&ignored)), once))
    }

    /// Does the same as [`WriteRequest::run`] for a response that contains a secret.
    pub(crate) async fn run_sealed<O: Operation<Output: Clone>, R: IntoResponse + 'static>(
        self,
        seal: Seal,
        operation: impl FnOnce(B) -> O,
        render: impl Fn(HeaderMap, O::Output) -> R + Send + Sync + 'static,
    ) -> Result<Response, ApiError> {
        let Self { once, prefer, body, .. } = self;
        let (operation, answer) = asked_for::<H, _, _, _>(prefer, body.good()?, operation, render);
        once.run_sealed(seal, operation, answer).await
    }
}

/// Returns the operation, and the function that builds its response.
fn asked_for<H: WriteHeaders, B, O: Operation, R: IntoResponse + 'static>(
    prefer: Prefer,
    body: ParsedBody<B>,
    operation: impl FnOnce(B) -> O,
    render: impl Fn(HeaderMap, O::Output) -> R + Send + Sync + 'static,
) -> (O, impl Fn(O::Output) -> R + Send + Sync + 'static) {
    let ParsedBody { value, ignored, .. } = body;
    let headers = prefer.name_followed::<H>(ignored_fields(&ignored));
    (operation(value), move |done| render(headers.clone(), done))
}
