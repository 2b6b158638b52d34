//! The API description. It is built from the routes, without state or environment.

use contact_model::{ContactReceipt, Problem, ThreadReceipt};
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;

use crate::idempotency::declared;
use crate::{SharedState, extension_marks, receipt_bodies, response_headers, routes};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Contacts API",
        description = "Contacts of a company: create, update and read them.\n\n\
            What the public documentation of this API promises is kept to the letter. Where it is silent, \
            a description begins with **Decided**. What goes beyond it is called an **Extension** and \
            marked `x-extension: true`; a request that uses no extension gets what the documentation \
            promises.\n\n\
            Errors are problem documents (RFC 9457). Every answer to what can be read as a request carries its id in `X-Request-Id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "Contacts", description = "The documented operations"),
        (name = "Extensions", description = "Operations beyond the documentation"),
    ),
    components(schemas(Problem, ContactReceipt, ThreadReceipt)),
    modifiers(&CompanyKey),
)]
struct Description;

/// Declares the company's API key in the header `Authorization` (documented).
struct CompanyKey;

impl Modify for CompanyKey {
    fn modify(&self, description: &mut OpenApi) {
        let key = ApiKeyValue::with_description(
            "Authorization",
            "The company's API key, raw, without a scheme. Decided: `Bearer <api-key>` is taken too.",
        );
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("company_api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
        description.security = Some(vec![SecurityRequirement::new("company_api_key", [] as [&str; 0])]);
    }
}

/// Returns the operations as routes, with their description.
pub(crate) fn operations() -> OpenApiRouter<SharedState> {
    let mut operations = routes::add(OpenApiRouter::with_openapi(Description::openapi()));
    receipt_bodies::declare(operations.get_openapi_mut());
    declared::declare(operations.get_openapi_mut());
    response_headers::declare(operations.get_openapi_mut());
    extension_marks::declare(operations.get_openapi_mut());
    operations
}

/// Returns the API description, which contains every operation of the server.
pub fn document() -> OpenApi {
    operations().into_openapi()
}
