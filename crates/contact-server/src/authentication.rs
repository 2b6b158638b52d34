//! Authenticates requests: finds the company of an API key, and checks what the key may do.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::{Access, ApiKeyId, CompanyId};
use contact_store::StoreError;
use contact_store::company::Authorization;

use crate::SharedState;
use crate::error::{ApiError, Result};
use crate::{access_log, authorization_header};

/// Defines the extractor for the caller of an operation that needs a certain access.
macro_rules! caller {
    ($(#[$doc:meta])* struct $name:ident { $($field:ident: $type:ty),+ } needs $needed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct $name {
            $(pub(crate) $field: $type),+
        }

        impl FromRequestParts<SharedState> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &SharedState) -> Result<Self> {
                let Authorization { $($field,)+ .. } = authorize(parts, state, $needed).await?;
                Ok(Self { $($field),+ })
            }
        }

        impl From<$name> for CompanyId {
            fn from(caller: $name) -> Self {
                caller.company_id
            }
        }
    };
}

caller!(
    /// A caller whose API key may read. Every valid key has at least read access.
    struct Reader { company_id: CompanyId, key_id: ApiKeyId } needs Access::Read
);
caller!(
    /// A caller whose API key may write.
    struct Writer { company_id: CompanyId } needs Access::Write
);
caller!(
    /// A caller whose API key may manage the company itself.
    struct Admin { company_id: CompanyId, key_id: ApiKeyId } needs Access::Admin
);

/// Authenticates a request before its operation runs. The operation then only checks the access of the key.
pub(crate) async fn authenticate_early(parts: &mut Parts, state: &SharedState) -> Result<CompanyId> {
    Ok(authorize(parts, state, Access::Read).await?.company_id)
}

/// Returns the authorization of a request, whose API key must have the access that is needed. Adds it to the extensions
/// of the request.
async fn authorize(parts: &mut Parts, state: &SharedState, needed: Access) -> Result<Authorization> {
    let authorization = match parts.extensions.get::<Authorization>() {
        Some(known) => *known,
        None => {
            let authorization = authenticate(parts, state).await?;
            state.rate_limiter.admit(parts, &authorization).await?;
            parts.extensions.insert(authorization);
            authorization
        }
    };
    if !authorization.access.allows(needed) {
        return Err(ApiError::Forbidden { access: authorization.access, needed });
    }
    // This is checked before the request reads or writes anything.
    if !state.response_budget.has_room(authorization.company_id) {
        return Err(StoreError::NoRoomForResults.into());
    }
    Ok(authorization)
}

async fn authenticate(parts: &Parts, state: &SharedState) -> Result<Authorization> {
    let key = authorization_header::read(&parts.headers).ok_or(ApiError::Unauthorized)?;
    let authorization = state.keys.find(&key).await?.ok_or(ApiError::Unauthorized)?;
    access_log::record_company(parts, authorization.company_id);
    Ok(authorization)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::http::Request;
    use contact_model::clock::SystemClock;
    use contact_model::company::RateLimits;
    use contact_store::{Store, StoreOptions};
    use uuid::Uuid;

    use super::*;
    use crate::{AppState, RequestLimits, WebhookOptions};

    #[tokio::test]
    async fn an_authenticated_request_is_not_authenticated_again() {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/contacts.db", directory.path().display());
        let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
        let state = AppState::new(
            store.clone(),
            Arc::new(SystemClock),
            RequestLimits::default(),
            None,
            WebhookOptions::default(),
        );
        // The request has no API key.
        let (mut parts, ()) = Request::builder().body(()).unwrap().into_parts();
        let refusal = Writer::from_request_parts(&mut parts, &state).await.unwrap_err();
        assert!(matches!(refusal, ApiError::Unauthorized));

        let company_id = Uuid::from_u128(1).into();
        let key_id = Uuid::from_u128(2).into();
        parts.extensions.insert(Authorization {
            key_id,
            company_id,
            access: Access::Write,
            expires_at: None,
            rate_limits: RateLimits::default(),
        });
        assert_eq!(Writer::from_request_parts(&mut parts, &state).await.unwrap().company_id, company_id);
        let refusal = Admin::from_request_parts(&mut parts, &state).await.unwrap_err();
        assert!(matches!(refusal, ApiError::Forbidden { .. }));
        store.close().await;
    }
}
