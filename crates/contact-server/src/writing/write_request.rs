//! The extractor of every write operation.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::response::Response;
use contact_model::body::{BodyError, ParsedBody};
use contact_model::{CompanyId, Include, Precondition};
use contact_store::company::{ListCustomFields, StoreOperation};
use contact_store::{ContactWrite, Origin, WriteOperation, Written};
use serde::Serialize;

use super::gateway::WriteGateway;
use super::response_context::ResponseContext;
use super::response_headers::write_response_headers;
use crate::SharedState;
use crate::error::{ApiError, Result};
use crate::extract::{
    FromQuery, ParseResult, Prefer, Preference, Query, ReadBody, WriteHeaders, read_if_match,
};
use crate::idempotency::ResponseCipher;

/// A request that writes. `B` is its body, and `Q` are its query parameters other than `include`. `H` are the headers
/// that it supports: they decide how to write and how to respond. In a handler it comes after the caller and the ids in
/// the path.
pub(crate) struct WriteRequest<B, H, Q = ()> {
    pub(crate) query: Q,
    pub(crate) include: Include,
    pub(crate) prefer: Prefer,
    if_match: Option<Precondition>,
    body: ParseResult<B>,
    gateway: WriteGateway,
    headers: PhantomData<H>,
}

/// Builds the response of an operation from the data of the request and the result of the write.
pub(crate) type RespondToWrite<H> = fn(&ResponseContext<H>, Written) -> Result<Response>;

impl<B: ReadBody, H: WriteHeaders, Q: FromQuery> FromRequest<SharedState> for WriteRequest<B, H, Q> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &SharedState) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let prefer = Prefer::of_request(&parts);
        // If the response contains no contact, there is no parameter `include`.
        let (query, include, ignored) = if H::supports(Preference::Return) {
            let Query { value: (query, include), ignored } = Query::parse(&parts, || prefer)?;
            (query, include, ignored)
        } else {
            let Query { value: query, ignored } = Query::parse(&parts, || prefer)?;
            (query, Include::default(), ignored)
        };
        let if_match = if H::IF_MATCH { read_if_match(&parts.headers)? } else { None };
        let gateway = WriteGateway::new(&parts, prefer, state)?;
        let mut body = B::read(Request::from_parts(parts, body), prefer, state).await?;
        if let Ok(parsed) = &mut body {
            parsed.ignored.extend(ignored);
        }
        Ok(Self { query, include, prefer, if_match, body, gateway, headers: PhantomData })
    }
}

impl<B: Serialize, H: WriteHeaders + 'static, Q> WriteRequest<B, H, Q> {
    /// Writes a contact. `operation` turns the body into a write, and `respond` builds the response.
    pub(crate) async fn write(
        self,
        company_id: CompanyId,
        operation: impl FnOnce(B) -> WriteOperation,
        respond: RespondToWrite<H>,
    ) -> Result<Response> {
        let Self { include, prefer, if_match, body, gateway, .. } = self;
        let body = match body {
            Ok(body) => body,
            Err(error) => {
                // This future is large and rarely needed, so it is boxed. Otherwise every request would copy it.
                let error = Box::pin(with_custom_fields(error, company_id, prefer, &gateway.state)).await;
                return Err(error);
            }
        };
        let (body, context) = ResponseContext::split(prefer, body, Arc::clone(&gateway.state));
        let write = ContactWrite {
            company_id,
            operation: operation(body),
            include,
            options: prefer.write_options(),
            precondition: if_match,
            idempotency: None,
            origin: Arc::clone(&gateway.origin),
        };
        gateway.write(write, Arc::new(move |written| respond(&context, written))).await
    }
}

impl<B, H: WriteHeaders, Q> WriteRequest<B, H, Q> {
    /// Returns who causes the changes of the request.
    pub(crate) fn origin(&self) -> Arc<Origin> {
        Arc::clone(&self.gateway.origin)
    }

    /// Runs an operation on something other than a contact. `operation` turns the body into the operation, and
    /// `respond` builds the response from its headers and the result. With a cipher, the response is stored encrypted,
    /// because it contains a secret.
    pub(crate) async fn run<O: StoreOperation>(
        self,
        cipher: Option<ResponseCipher>,
        operation: impl FnOnce(B) -> O,
        respond: impl Fn(HeaderMap, O::Output) -> Response + Send + Sync + 'static,
    ) -> Result<Response> {
        let (body, headers, gateway) = self.into_body()?;
        let respond = move |result| Ok(respond(headers.clone(), result));
        gateway.run(operation(body), cipher, Arc::new(respond)).await
    }

    /// Returns the body, the headers of the response and the access to the store, for an operation that is not a single
    /// write.
    ///
    /// # Errors
    /// The body has invalid fields.
    pub(crate) fn into_body(self) -> Result<(B, HeaderMap, WriteGateway)> {
        let ParsedBody { value, ignored, .. } = self.body?;
        Ok((value, write_response_headers::<H>(self.prefer, &ignored), self.gateway))
    }
}

/// Adds the invalid values of custom fields to the error of a body. They depend on the definitions of the company.
async fn with_custom_fields(
    error: BodyError,
    company_id: CompanyId,
    prefer: Prefer,
    state: &SharedState,
) -> ApiError {
    let BodyError::Fields { mut violations, custom_fields: Some(values) } = error else {
        return error.into();
    };
    match state.store.run(ListCustomFields { company_id }).await {
        Ok(definitions) => {
            if let Err(more) = values.resolve(&definitions, prefer.handling()) {
                violations.extend(more);
            }
            violations.into()
        }
        Err(error) => error.into(),
    }
}
