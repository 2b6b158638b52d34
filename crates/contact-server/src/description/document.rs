//! The API description. It is built from the routes, without state or environment.

use axum::http::Method;
use contact_model::custom_field::CustomFieldValue;
use contact_model::webhooks::WebhookEvent;
use contact_model::{ContactReceipt, Include, LeadSource, Problem, ThreadReceipt};
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{OpenApi, Server};
use utoipa_axum::router::OpenApiRouter;

use super::operation::complete;
use super::{examples, headers, problems, responses, shared_parameters, tags, webhook_event};
use crate::{SharedState, operations, routes};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Contacts API",
        description = include_str!("introduction.md"),
        contact(name = "The Contacts project"),
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem, ContactReceipt, ThreadReceipt, CustomFieldValue, Include, LeadSource, WebhookEvent)),
    security(("company_api_key" = [])),
)]
struct Description;

/// The address of a server with the default settings.
const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";

/// Returns the operations as routes, with their description.
pub(crate) fn routes_with_description() -> OpenApiRouter<SharedState> {
    let mut router = routes::add(OpenApiRouter::with_openapi(Description::openapi()));
    complete_document(router.get_openapi_mut());
    router
}

/// Adds everything that the attributes of the handlers do not contain.
fn complete_document(description: &mut OpenApi) {
    for (method, path, described) in operations_of(description) {
        if let Some(operation) = operations::find(&method, path) {
            complete(described, operation);
        }
    }
    let mut components = description.components.take().unwrap_or_default();
    components.add_security_scheme("company_api_key", SecurityScheme::ApiKey(ApiKey::Header(company_key())));
    components.headers = headers::components();
    components.responses = problems::components();
    components.responses.extend(responses::components());
    shared_parameters::share(operations_of(description).map(|(_, _, operation)| operation), &mut components);
    examples::share(operations_of(description).map(|(_, _, operation)| operation), &mut components);
    description.components = Some(components);
    description.tags = Some(tags::described());
    description.webhooks = Some(webhook_event::described());
    description.servers = Some(vec![Server::new(DEFAULT_SERVER)]);
}

/// Describes the company's API key in the header `Authorization`.
fn company_key() -> ApiKeyValue {
    ApiKeyValue::with_description(
        "Authorization",
        "The company's API key, without a scheme. `Bearer <api-key>` is accepted too.",
    )
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
        let description = serde_json::to_string(&document()).unwrap();
        for problem in ProblemType::ALL {
            let is_described = description.contains(&format!("\"type\":\"{}\"", problem.uri()));
            assert_ne!(is_described, independent_of_operation.contains(problem), "{problem:?}");
        }
    }
}
