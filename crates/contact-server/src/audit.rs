//! The audit trail: events in the log under the target `audit`. They are logged unless `RUST_LOG` sets another level
//! for this target. They contain ids, never a key or a name.

use std::net::IpAddr;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use contact_model::{Access, ApiKeyId, CompanyId, WebhookId};

use crate::failed_authentications::FailedAuthentications;
use crate::request_id::X_REQUEST_ID;
use crate::telemetry::AUDIT;

/// A change to who may access which data.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Change {
    CompanyCreated(CompanyId),
    CompanyChanged(CompanyId),
    KeyCreated { id: ApiKeyId, company_id: CompanyId, access: Access },
    KeyRevoked { id: ApiKeyId, company_id: CompanyId },
    WebhookCreated { id: WebhookId, company_id: CompanyId },
    WebhookChanged { id: WebhookId, company_id: CompanyId },
    WebhookDeleted { id: WebhookId, company_id: CompanyId },
}

/// The origin of a change. All fields are `None` for a change by a command of the program, because no
/// request made it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Origin<'r> {
    /// The API key of the request.
    pub(crate) by_key: Option<ApiKeyId>,
    pub(crate) request_id: Option<&'r str>,
    /// The address that the connection comes from. Behind a proxy, it is the proxy's address.
    pub(crate) client: Option<IpAddr>,
}

impl Change {
    /// Logs the change as an audit event.
    pub(crate) fn log(self, origin: Origin<'_>) {
        let mut ids = (None, None, None);
        let (event, company_id) = match self {
            Self::CompanyCreated(company_id) => ("company_created", company_id),
            Self::CompanyChanged(company_id) => ("company_changed", company_id),
            Self::KeyCreated { id, company_id, access } => {
                ids = (Some(id), Some(access), None);
                ("key_created", company_id)
            }
            Self::KeyRevoked { id, company_id } => {
                ids = (Some(id), None, None);
                ("key_revoked", company_id)
            }
            Self::WebhookCreated { id, company_id } => {
                ids = (None, None, Some(id));
                ("webhook_created", company_id)
            }
            Self::WebhookChanged { id, company_id } => {
                ids = (None, None, Some(id));
                ("webhook_changed", company_id)
            }
            Self::WebhookDeleted { id, company_id } => {
                ids = (None, None, Some(id));
                ("webhook_deleted", company_id)
            }
        };
        let (key_id, access, webhook_id) = ids;
        tracing::info!(
            target: AUDIT,
            event,
            key_id = key_id.map(display),
            webhook_id = webhook_id.map(display),
            company_id = display(company_id),
            access = access.map(display),
            by_key_id = origin.by_key.map(display),
            request_id = origin.request_id,
            client = origin.client.map(display),
        );
    }
}

/// A change and the API key of the request that made it. A response carries both to the connection, because only the
/// connection knows the client's address. A stored response that is sent again carries neither.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributedChange {
    change: Change,
    by_key: ApiKeyId,
}

/// Returns the part of a response that carries a change; `None` for a dry run, which changes nothing.
pub(crate) fn attributed(
    change: Change,
    by_key: ApiKeyId,
    is_dry_run: bool,
) -> Option<Extension<AttributedChange>> {
    (!is_dry_run).then_some(Extension(AttributedChange { change, by_key }))
}

/// Logs the change that a response carries, and counts the response if it is a failed authentication.
pub(crate) fn log_response(response: &mut Response, client: IpAddr, failed: &FailedAuthentications) {
    let attributed = response.extensions_mut().remove();
    let is_unauthorized = response.status() == StatusCode::UNAUTHORIZED;
    if attributed.is_none() && !is_unauthorized {
        return;
    }
    let request_id = response.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok());
    if let Some(AttributedChange { change, by_key }) = attributed {
        change.log(Origin { by_key: Some(by_key), request_id, client: Some(client) });
    }
    if is_unauthorized {
        failed.record(client, request_id.unwrap_or_default());
    }
}
