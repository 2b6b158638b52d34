//! The header `Operation-Id`, which the requests of one operation have in common. It is an extension.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::{OperationId, limits};
use utoipa::openapi::path::Parameter;
use utoipa::openapi::schema::ObjectBuilder;

use super::query::bad_parameter;
use crate::description::parameters::extension_header;
use crate::error::Result;

const OPERATION_ID: HeaderName = HeaderName::from_static("operation-id");

/// Reads the header. An unreadable value is a 400, because the operation could not be undone if the value were ignored.
pub(crate) fn read_operation_id(headers: &HeaderMap) -> Result<Option<String>> {
    let values = headers.get_all(OPERATION_ID).iter().map(HeaderValue::as_bytes);
    let id = OperationId::read(values)
        .map_err(|unreadable| bad_parameter("Operation-Id", format!("Operation-Id {unreadable}")))?;
    Ok(id.map(|id| id.as_str().to_owned()))
}

/// Returns the description of the header.
pub(crate) fn describe_operation_id() -> Parameter {
    let text = "An id that the requests of one operation have in common, such as an import. The changes that they make \
                have it in the log of changes, and can be undone together.";
    let pattern = format!("^[!-~]{{1,{}}}$", limits::OPERATION_ID);
    let schema =
        ObjectBuilder::new().pattern(Some(pattern)).examples(["018bab2f-5d60-7c31-9a55-8dd25736052a"]);
    extension_header("Operation-Id", text, schema)
}
