//! The problems of every operation, and those that follow from what an operation takes.

use utoipa::openapi::RefOr;
use utoipa::openapi::path::Operation;

use super::problems::{
    AgentNotFound, ApiKeyNotFound, BodyTooLarge, ContactMerged, ContactNotFound, CustomFieldNotFound,
    InternalError, InvalidBody, InvalidParameter, PreconditionFailed, RateLimited, RequestTimeout,
    Unauthorized, Unavailable, UnsupportedMediaType, WebhookNotFound, add,
};
use crate::operations::ApiOperation;
use crate::paths;

/// Adds the problems of every operation, and those that follow from the operation's body and parameters.
pub(super) fn add_common(described: &mut Operation, operation: &ApiOperation) {
    let parameters = described.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter.name.clone()),
        RefOr::Ref(_) => None,
    });
    let parameters: Vec<String> = parameters.collect();
    let takes = |name: &str| parameters.iter().any(|parameter| parameter == name);

    add::<Unauthorized>(described);
    add::<InternalError>(described);
    add::<Unavailable>(described);
    add::<RateLimited>(described);
    if described.request_body.is_some() {
        add::<InvalidBody>(described);
        add::<UnsupportedMediaType>(described);
    } else {
        add::<InvalidParameter>(described);
    }
    if operation.writes() {
        // With an idempotency key, an operation that takes no body reads a body anyway.
        add::<RequestTimeout>(described);
        add::<BodyTooLarge>(described);
    }
    if takes("If-Match") {
        add::<PreconditionFailed>(described);
    }
    if takes("contact_id") {
        add::<ContactNotFound>(described);
        if operation.path != paths::CONTACT_HISTORY {
            add::<ContactMerged>(described);
        }
    }
    if takes("custom_field_id") {
        add::<CustomFieldNotFound>(described);
    }
    if takes("agent_id") {
        add::<AgentNotFound>(described);
    }
    if takes("api_key_id") {
        add::<ApiKeyNotFound>(described);
    }
    if takes("webhook_id") {
        add::<WebhookNotFound>(described);
    }
}
