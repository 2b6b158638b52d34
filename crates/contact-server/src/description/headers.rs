//! The headers of responses. Each is a component of the description.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Response};

use super::source::Source::{self, Decided, Extension};

/// A header of responses.
struct ResponseHeader {
    name: &'static str,
    source: Source,
    schema_type: Type,
    text: &'static str,
    example: Value,
}

pub(super) const ETAG: &str = "ETag";
pub(super) const IDEMPOTENT_REPLAYED: &str = "Idempotent-Replayed";
pub(super) const IGNORED_FIELDS: &str = "Ignored-Fields";
pub(super) const LINK: &str = "Link";
pub(super) const LOCATION: &str = "Location";
pub(super) const PREFERENCE_APPLIED: &str = "Preference-Applied";
pub(super) const RATE_LIMIT: &str = "RateLimit";
pub(super) const RATE_LIMIT_POLICY: &str = "RateLimit-Policy";
pub(super) const RETRY_AFTER: &str = "Retry-After";
pub(super) const WWW_AUTHENTICATE: &str = "WWW-Authenticate";
pub(super) const X_REQUEST_ID: &str = "X-Request-Id";

/// Returns every header of the API.
fn headers() -> [ResponseHeader; 11] {
    let text = |name, source, text, example: &str| ResponseHeader {
        name,
        source,
        schema_type: Type::String,
        text,
        example: json!(example),
    };
    [
        text(
            ETAG,
            Extension,
            "The state of the contact that the response shows, for `If-None-Match` and `If-Match`. It is opaque.",
            "\"3c90c3cc0d444b5088888dd25736052a-v1-i0\"",
        ),
        ResponseHeader {
            name: IDEMPOTENT_REPLAYED,
            source: Extension,
            schema_type: Type::Boolean,
            text: "`true` if a request with the same `Idempotency-Key` was sent before and this is its stored response. \
                   Otherwise the header is absent.",
            example: json!(true),
        },
        text(
            IGNORED_FIELDS,
            Decided,
            "The names of keys and parameters that were sent but ignored, as a list of Strings (RFC 9651). The header is \
             absent if there are none.",
            "\"nickname\", \"custom_fields.Tariff\"",
        ),
        text(
            LINK,
            Extension,
            "The contact that the requested one was merged into.",
            "</contacts/3c90c3cc-0d44-4b50-8888-8dd25736052a/>; rel=\"canonical\"",
        ),
        text(
            LOCATION,
            Decided,
            "The path of the contact.",
            "/contacts/3c90c3cc-0d44-4b50-8888-8dd25736052a/",
        ),
        text(
            PREFERENCE_APPLIED,
            Extension,
            "The preferences that were followed. The header is absent if there are none.",
            "return=receipt",
        ),
        text(
            RATE_LIMIT,
            Extension,
            "How many further requests the API key may send now. The header is absent if it has no limit.",
            "\"writes\";r=19;t=1",
        ),
        text(
            RATE_LIMIT_POLICY,
            Extension,
            "How many requests (`q`) the API key may send in a number of seconds (`w`). The header is absent if it has no \
             limit.",
            "\"writes\";q=20;w=1",
        ),
        ResponseHeader {
            name: RETRY_AFTER,
            source: Extension,
            schema_type: Type::Integer,
            text: "The number of seconds to wait before the request is sent again.",
            example: json!(1),
        },
        text(WWW_AUTHENTICATE, Decided, "How to authenticate.", "Bearer realm=\"contacts\""),
        text(
            X_REQUEST_ID,
            Decided,
            "The id of the request, which is also in every problem document and in the server's log.",
            "018bab2f-5d60-7c31-9a55-8dd25736052a",
        ),
    ]
}

/// Returns the headers as components of the description.
pub(super) fn components() -> BTreeMap<String, RefOr<Header>> {
    let component = |header: ResponseHeader| {
        let described = HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(header.schema_type)))
            .description(Some(header.text))
            .example(Some(header.example))
            .extensions(header.source.mark());
        (header.name.to_owned(), RefOr::T(described.build()))
    };
    headers().into_iter().map(component).collect()
}

/// Adds a header to a response.
pub(super) fn add(response: &mut Response, name: &str) {
    let header = Ref::new(format!("#/components/headers/{name}"));
    response.headers.insert(name.to_owned(), RefOr::Ref(header));
}
