//! Authenticates requests: finds the company of an API key, and what the key may do.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use contact_model::api_key::ApiKeyHash;
use contact_model::clock::Clock;
use contact_model::{Access, ApiKey, CompanyId};
use contact_store::company::{Authorization, FindApiKey};
use contact_store::{Store, StoreError};
use moka::future::Cache;

use crate::AppState;
use crate::access_log;
use crate::error::ApiError;
use crate::key_uses::KeyUses;

/// How long a key is cached. A revoked key stops working within this time; the API promises 5 seconds.
const REMEMBERED: Duration = Duration::from_secs(3);
/// The most keys that are cached.
const REMEMBERED_KEYS: u64 = 100_000;

/// A cache of the keys that were looked up recently.
pub(crate) struct KeyCache {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Cache<ApiKeyHash, Option<Authorization>>,
    uses: KeyUses,
}

impl KeyCache {
    pub(crate) fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        let known = Cache::builder().time_to_live(REMEMBERED).max_capacity(REMEMBERED_KEYS).build();
        Self { store, clock, known, uses: KeyUses::default() }
    }

    /// Returns the uses of keys that are not stored yet.
    pub(crate) fn uses(&self) -> &KeyUses {
        &self.uses
    }

    /// Returns the company of the API key in a request's `Authorization` header; `None` if the key does not work or
    /// cannot be looked up.
    pub(crate) async fn company_of(&self, sent: &HeaderValue) -> Option<CompanyId> {
        let found = self.find(&key_in(sent)?).await.ok()?;
        found.map(|authorization| authorization.company_id)
    }

    /// Returns what a key authorizes; `None` if the key does not work, for any reason.
    async fn find(&self, key: &ApiKey) -> Result<Option<Authorization>, Arc<StoreError>> {
        let hash = key.hash();
        let found = match self.known.get(&hash).await {
            Some(known) => known,
            // If many requests arrive with the same uncached key, only one of them queries the database.
            None => self.known.try_get_with(hash, self.look_up(hash)).await?,
        };
        Ok(found.filter(|authorization| !self.is_expired(authorization)))
    }

    /// Looks up a key in the database, and notes its use. A key in use is looked up every few seconds, so the
    /// requests between two lookups need not note a use.
    async fn look_up(&self, hash: ApiKeyHash) -> Result<Option<Authorization>, StoreError> {
        let found = self.store.run_one(FindApiKey { hash }).await?;
        if let Some(key) = found.as_ref().filter(|key| !self.is_expired(key)) {
            self.uses.note(key, self.clock.now());
        }
        Ok(found)
    }

    fn is_expired(&self, key: &Authorization) -> bool {
        key.expires_at.is_some_and(|expires_at| expires_at <= self.clock.now())
    }
}

/// The caller's API key, which may have any access.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller(pub(crate) Authorization);

/// The company of a caller whose key may read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader(pub(crate) CompanyId);

/// The company of a caller whose key may write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer(pub(crate) CompanyId);

/// The company of a caller whose key may manage the company itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admin(pub(crate) CompanyId);

impl From<Reader> for CompanyId {
    fn from(Reader(company_id): Reader) -> Self {
        company_id
    }
}

impl From<Admin> for CompanyId {
    fn from(Admin(company_id): Admin) -> Self {
        company_id
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        authorize(parts, state, Access::Read).await.map(Self)
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        authorize(parts, state, Access::Read).await.map(|key| Self(key.company_id))
    }
}

impl FromRequestParts<AppState> for Writer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        authorize(parts, state, Access::Write).await.map(|key| Self(key.company_id))
    }
}

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        authorize(parts, state, Access::Admin).await.map(|key| Self(key.company_id))
    }
}

async fn authorize(parts: &Parts, state: &AppState, needed: Access) -> Result<Authorization, ApiError> {
    let key = sent_key(parts).ok_or(ApiError::Unauthorized)?;
    let found = state.keys.find(&key).await?;
    let authorization = found.ok_or(ApiError::Unauthorized)?;
    access_log::note_company(parts, authorization.company_id);
    if !authorization.access.allows(needed) {
        return Err(ApiError::Forbidden { access: authorization.access, needed });
    }
    // This is checked before the request reads or writes anything.
    if !state.responses.has_room(authorization.company_id) {
        return Err(ApiError::TooManyUnreadBytes);
    }
    Ok(authorization)
}

/// Returns the key in the `Authorization` header: either raw (documented) or after `Bearer` (decided).
pub(crate) fn sent_key(parts: &Parts) -> Option<ApiKey> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    // If there are two headers, it is unclear which one is meant.
    let (value, None) = (values.next()?, values.next()) else { return None };
    key_in(value)
}

/// Returns the key in a value of the header `Authorization`.
pub(crate) fn key_in(value: &HeaderValue) -> Option<ApiKey> {
    let text = value.to_str().ok()?.trim();
    let key = match text.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
        Some(_) => return None,
        None => text,
    };
    ApiKey::parse(key)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn sent(values: &[&str]) -> Option<ApiKey> {
        let mut request = Request::builder();
        for value in values {
            request = request.header(AUTHORIZATION, *value);
        }
        sent_key(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn the_key_is_taken_raw_and_behind_bearer() {
        let key = ApiKey::from_random(1);
        let raw = key.reveal();
        for value in [raw.to_owned(), format!("Bearer {raw}"), format!("bearer  {raw}"), format!(" {raw} ")] {
            assert_eq!(sent(&[&value]), Some(key.clone()), "{value:?}");
        }
    }

    #[test]
    fn anything_else_is_no_key() {
        let key = ApiKey::from_random(1);
        let raw = key.reveal();
        for values in [&[][..], &[""], &["Bearer"], &["Bearer "], &[&format!("Basic {raw}")], &[raw, raw]] {
            assert_eq!(sent(values), None, "{values:?}");
        }
    }
}
