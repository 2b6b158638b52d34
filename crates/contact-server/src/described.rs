//! Looks an operation up in the API description.

use std::sync::LazyLock;

use axum::http::Method;
use utoipa::openapi::Paths;
use utoipa::openapi::path::Operation;

use crate::openapi;

/// Returns the operation with this method and path. The path is written as in the description, with parameters in
/// braces.
pub(crate) fn operation(method: &Method, path: &str) -> Option<&'static Operation> {
    static DESCRIBED: LazyLock<Paths> = LazyLock::new(|| openapi::document().paths);
    let item = DESCRIBED.paths.get(path)?;
    let operation = match *method {
        Method::GET | Method::HEAD => &item.get,
        Method::POST => &item.post,
        Method::PUT => &item.put,
        Method::PATCH => &item.patch,
        Method::DELETE => &item.delete,
        _ => return None,
    };
    operation.as_ref()
}
