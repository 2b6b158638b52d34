//! Marks in the API description everything that goes beyond the documentation: `x-extension: true`.
//!
//! The macros cannot mark operations, responses and their headers. Operations are recognized by their tag, and
//! responses and headers by the first word of their description.

use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, RefOr};

const TAG: &str = "Extensions";
const WORD: &str = "Extension";

/// Marks all extensions.
pub(crate) fn declare(description: &mut OpenApi) {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        operations.into_iter().flatten().for_each(mark_in);
    }
}

/// Returns true if the operation goes beyond the documentation.
pub(crate) fn is_extension(operation: &Operation) -> bool {
    operation.tags.iter().flatten().any(|tag| tag == TAG)
}

fn mark_in(operation: &mut Operation) {
    if is_extension(operation) {
        mark(&mut operation.extensions);
    }
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        if response.description.starts_with(WORD) {
            mark(&mut response.extensions);
        }
        for header in response.headers.values_mut() {
            let RefOr::T(Header { description, extensions, .. }) = header else { continue };
            if description.as_deref().is_some_and(|text| text.starts_with(WORD)) {
                mark(extensions);
            }
        }
    }
}

fn mark(extensions: &mut Option<Extensions>) {
    extensions.get_or_insert_default().insert("x-extension".to_owned(), json!(true));
}
