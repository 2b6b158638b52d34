//! Declares the header `Idempotency-Key` in the API description, for every operation that writes.

use axum::http::Method;
use contact_model::idempotency;
use contact_model::{ProblemType, limits};
use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{OpenApi, RefOr, Required};

use crate::problem_responses::{ArrivalProblems, IdempotencyProblems};
use crate::{described, response_headers};

const DESCRIPTION: &str = "Extension: a word of the caller's own for this write, best a UUID, as it is or in \
    double quotes. Within 24 hours the same request with the same key is answered as it was answered before, and \
    not done again.";
const REPLAYED: &str = "Extension: `true` where the request came with its `Idempotency-Key` before, and this is \
    the answer of that time; absent otherwise";
const OR_STILL_RUNNING: &str = "; or, extension, a request with the same `Idempotency-Key` is still running";

/// Declares the header, and the responses that it can cause.
pub(crate) fn declare(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(declare_of);
    }
}

/// Returns true if the operation declares the header. `path` is written as in the API description.
pub(crate) fn is_declared(method: &Method, path: &str) -> bool {
    !method.is_safe() && described::operation(method, path).is_some()
}

fn declare_of(operation: &mut Operation) {
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter()));
    let responses = &mut operation.responses.responses;
    for (status, response) in IdempotencyProblems::responses() {
        match (responses.get_mut(&status), response) {
            // The description has one response for each status.
            (Some(RefOr::T(there)), RefOr::T(more)) => {
                there.description.push_str(OR_STILL_RUNNING);
                there.headers.extend(more.headers);
            }
            (_, response) => _ = responses.insert(status, response),
        }
    }
    for (status, response) in ArrivalProblems::responses() {
        responses.entry(status).or_insert(response);
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response
            && is_kept(status)
        {
            response
                .headers
                .insert("Idempotent-Replayed".to_owned(), response_headers::text(REPLAYED).into());
        }
    }
}

/// Returns true if a response with this status may be stored.
fn is_kept(status: &str) -> bool {
    let of_refusals = |kind: &ProblemType| idempotency::keeps(*kind) && kind.status().to_string() == status;
    status.starts_with('2') || ProblemType::ALL.iter().any(of_refusals)
}

fn parameter() -> Parameter {
    let key = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern()));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(DESCRIPTION))
        .schema(Some(key))
        .extensions(Some([("x-extension".to_owned(), json!(true))].into_iter().collect()))
        .build()
}

/// Returns the pattern of what [`contact_model::IdempotencyKey`] reads: a word, or a String (RFC 9651) that contains
/// one.
fn pattern() -> String {
    let most = limits::IDEMPOTENCY_KEY;
    format!(r#"^([!#-~][!-~]{{0,{}}}|"([!#-\[\]-~]|\\["\\]){{1,{most}}}")$"#, most - 1)
}
