//! The problems of every operation, and those that follow from what an operation takes.

use std::io;
use std::sync::Arc;

use contact_model::list::UNREADABLE_CURSOR;
use contact_store::StoreError;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;

use super::{add, bad_field};
use crate::description::source::Source::{Decided, Extension};
use crate::error::{ApiError, BodyLimit};
use crate::extract::{bad_parameter, not_a_uuid, unknown_parameter};

/// Adds the problems of every operation, and those that follow from the operation's body and parameters.
pub(crate) fn add_common(operation: &mut Operation) {
    let takes_body = operation.request_body.is_some();
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter.name.clone()),
        RefOr::Ref(_) => None,
    });
    let parameters: Vec<String> = parameters.collect();
    let takes = |name: &str| parameters.iter().any(|parameter| parameter == name);

    let unauthorized = "no API key, or one that is unknown, revoked or expired";
    add(operation, Decided, unauthorized, ApiError::Unauthorized);
    add(operation, Decided, "the server failed", ApiError::internal("an example"));
    let unavailable = "the database is not available, or too many requests wait for it";
    add(operation, Decided, unavailable, StoreError::Unavailable(Arc::new(io::Error::other("an example"))));
    if takes_body {
        let invalid = "the body is not JSON, is not an object or has invalid fields, or a parameter cannot be read; \
                       every invalid field is named, and nothing is written";
        add(operation, Decided, invalid, bad_field("/notes"));
        add(operation, Decided, "the body did not arrive in time", ApiError::RequestTimeout);
        let too_large = "the body is larger than 1 MiB";
        add(operation, Decided, too_large, ApiError::BodyTooLarge(BodyLimit::Request));
        let not_json = "the body is not declared as application/json, or is compressed";
        add(operation, Decided, not_json, ApiError::UnsupportedMediaType);
    }
    if takes("page_size") {
        let unreadable = "a parameter cannot be read or is unknown";
        add(operation, Extension, unreadable, bad_parameter("cursor", UNREADABLE_CURSOR));
    }
    if takes("If-Match") {
        let outdated = "the contact is not in the state that `If-Match` requires; nothing is written";
        add(operation, Extension, outdated, StoreError::PreconditionFailed);
    }
    if takes("contact_id") {
        add(operation, Decided, "the company has no such contact", StoreError::ContactNotFound);
        let unreadable = bad_parameter("pn", "pn takes true or false; `perhaps` was sent.");
        add(operation, Decided, "a parameter cannot be read", unreadable);
    }
    for (id, kind, not_found) in [
        ("custom_field_id", "custom field", StoreError::CustomFieldNotFound),
        ("agent_id", "agent", StoreError::AgentNotFound),
        ("api_key_id", "API key", StoreError::ApiKeyNotFound),
    ] {
        if takes(id) {
            add(operation, Extension, &format!("the company has no such {kind}"), not_found);
            add(operation, Extension, "the id cannot be read", not_a_uuid(id));
        }
    }
    if parameters.is_empty() {
        let sent = "a parameter was sent, and the operation takes none";
        add(operation, Extension, sent, unknown_parameter());
    }
}
