//! The API description. It is built from the routes, without state or environment.

use axum::http::Method;
use contact_model::{ContactReceipt, Problem, ThreadReceipt};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi as _};
use utoipa_axum::router::OpenApiRouter;

use super::operation::{self, complete};
use crate::{SharedState, operations, routes};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Contacts API",
        description = "Contacts of a company: create, update and read them.\n\nThe server does exactly what \
                       the public documentation of this API promises. Where that is silent, a description \
                       begins with **Decided**. What goes beyond it is called an **Extension** and marked \
                       `x-extension: true`; a request that uses no extension gets what the documentation \
                       promises.\n\nErrors are problem documents (RFC 9457). Every response to a request \
                       that can be parsed carries the request's id in `X-Request-Id`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = operation::DOCUMENTED, description = "The documented operations"),
        (name = operation::EXTENSIONS, description = "Operations beyond the documentation"),
    ),
    components(schemas(Problem, ContactReceipt, ThreadReceipt)),
    security(("company_api_key" = [])),
    modifiers(&CompanyKey),
)]
struct Description;

/// Declares the company's API key in the header `Authorization` (documented).
struct CompanyKey;

impl Modify for CompanyKey {
    fn modify(&self, description: &mut OpenApi) {
        let key = ApiKeyValue::with_description(
            "Authorization",
            "The company's API key, raw, without a scheme. Decided: `Bearer <api-key>` is accepted too.",
        );
        let components = description.components.get_or_insert_default();
        components.add_security_scheme("company_api_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// Returns the operations as routes, with their description.
pub(crate) fn routes_with_description() -> OpenApiRouter<SharedState> {
    let mut router = routes::add(OpenApiRouter::with_openapi(Description::openapi()));
    for (method, path, described) in operations_of(router.get_openapi_mut()) {
        if let Some(operation) = operations::find(&method, path) {
            complete(described, operation);
        }
    }
    router
}

/// Returns the API description, which contains every operation of the server.
pub fn document() -> OpenApi {
    routes_with_description().into_openapi()
}

/// Returns the operations of a description with their methods and paths.
fn operations_of(description: &mut OpenApi) -> impl Iterator<Item = (Method, &str, &mut Operation)> {
    description.paths.paths.iter_mut().flat_map(|(path, item)| {
        let PathItem { get, post, put, patch, delete, .. } = item;
        let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        let operations = methods.into_iter().zip([get, post, put, patch, delete]);
        operations.filter_map(|(method, operation)| Some((method, path.as_str(), operation.as_mut()?)))
    })
}

#[cfg(test)]
mod tests {
    use contact_model::ProblemType;

    use super::*;
    use crate::operations::OPERATIONS;

    #[test]
    fn the_attribute_of_every_handler_agrees_with_its_row() {
        let mut description = document();
        for (method, path, _) in operations_of(&mut description) {
            assert!(operations::find(&method, path).is_some(), "{method} {path}");
        }
        assert_eq!(operations_of(&mut description).count(), OPERATIONS.len());
    }

    #[test]
    fn every_problem_is_in_the_description() {
        // These do not depend on the operation.
        let independent_of_operation =
            [ProblemType::MalformedRequest, ProblemType::UnknownPath, ProblemType::MethodNotAllowed];
        // These are other problems with the body.
        let other_body_problems = [ProblemType::InvalidJson, ProblemType::NotAnObject];
        let description = document().to_json().unwrap();
        for problem in ProblemType::ALL {
            let is_described = description.contains(problem.uri().rsplit(':').next().unwrap());
            let is_excluded =
                independent_of_operation.contains(problem) || other_body_problems.contains(problem);
            assert_ne!(is_described, is_excluded, "{problem:?}");
        }
    }
}
