//! Describes the requests that the server sends to webhooks.

use contact_model::webhooks::WebhookEvent;
use utoipa::ToSchema as _;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, PathItem, Paths, PathsBuilder, Ref, Required, ResponseBuilder};

use super::source::Source::Extension;
use super::tags;

const ABOUT: &str = "The server sends each change that a webhook selects to its URL, in the order of the changes. A \
                     status from 200 to 299 accepts the event. 410 disables the webhook. After any other response, and \
                     if there is none within 10 seconds, the event is sent again later, with the same `webhook-id`; after \
                     400 or 422 at most ten times. The headers are those of the Standard Webhooks specification.";

/// The headers of an event.
const HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "The id of the event. It is the same whenever the event is sent."),
    (
        "webhook-timestamp",
        "The time of the request, in seconds since 1970. Refuse requests that are minutes old.",
    ),
    (
        "webhook-signature",
        "One or two signatures, separated by a space: `v1,` and the HMAC-SHA256 of `webhook-id.webhook-timestamp.body` in \
         base64. The key is the secret without `whsec_`, decoded from base64.",
    ),
];

/// Returns the description of the requests.
pub(super) fn described() -> Paths {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(WebhookEvent::name()))).build();
    let body = RequestBodyBuilder::new()
        .description(Some("The event."))
        .content("application/json", content)
        .required(Some(Required::True))
        .build();
    let header = |(name, text): (&str, &str)| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::True)
            .description(Some(text))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build()
    };
    let accepted = ResponseBuilder::new().description("The receiver accepts the event.").build();
    let operation = OperationBuilder::new()
        .tag(tags::WEBHOOKS)
        .operation_id(Some("receive_event"))
        .summary(Some("Receive an event"))
        .description(Some(ABOUT))
        .parameters(Some(HEADERS.map(header)))
        .request_body(Some(body))
        .response("2XX", accepted)
        .securities(Some(Vec::new()))
        .extensions(Extension.mark())
        .build();
    PathsBuilder::new().path("event", PathItem::new(HttpMethod::Post, operation)).build()
}
