//! Limits how many requests each API key may send per second. Reads and writes have limits of their own. Each server
//! counts for itself.

use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::ApiKeyId;
use contact_model::company::RequestKind;
use contact_store::company::Authorization;
use governor::Quota;
use governor::clock::DefaultClock;
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use moka::future::Cache;

use crate::error::{ApiError, Result};

/// How long the limiter of a key is kept after its last request. Any time over one second works, because the key may then
/// send as many requests as at first.
const TIME_TO_IDLE: Duration = Duration::from_secs(10);

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The limits of keys whose company has none of its own, in requests per second. `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DefaultRateLimits {
    /// The limit of requests that only read.
    pub reads: Option<NonZeroU32>,
    /// The limit of all other requests.
    pub writes: Option<NonZeroU32>,
}

/// Counts the requests of all keys.
pub(crate) struct RateLimiter {
    defaults: DefaultRateLimits,
    keys: Cache<(ApiKeyId, RequestKind), Arc<KeyLimiter>>,
}

/// Counts the requests of a key.
struct KeyLimiter {
    per_second: NonZeroU32,
    limiter: governor::RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>,
}

/// The limit that applies to a request, and how many further requests it allows now.
#[derive(Debug, Clone, Copy)]
struct RateState {
    kind: RequestKind,
    per_second: NonZeroU32,
    remaining: u32,
}

/// The limit that applies to a request, if any. It is an extension of the request and is set when the request is
/// authenticated.
#[derive(Debug, Clone, Default)]
pub(crate) struct AppliedRateLimit(Arc<OnceLock<RateState>>);

impl RateLimiter {
    pub(crate) fn new(defaults: DefaultRateLimits) -> Self {
        Self { defaults, keys: Cache::builder().time_to_idle(TIME_TO_IDLE).build() }
    }

    /// Counts a request of a key, and notes its limit in the extension of the request.
    ///
    /// # Errors
    /// The key has sent too many requests.
    pub(crate) async fn admit(&self, parts: &Parts, caller: &Authorization) -> Result<()> {
        let (kind, limit, default) = if parts.method.is_safe() {
            (RequestKind::Reads, caller.rate_limits.reads, self.defaults.reads)
        } else {
            (RequestKind::Writes, caller.rate_limits.writes, self.defaults.writes)
        };
        let Some(per_second) = limit.per_second(default) else { return Ok(()) };
        let allowed = self.limiter(caller.key_id, kind, per_second).await.limiter.check();
        if let Some(AppliedRateLimit(applied)) = parts.extensions.get() {
            let remaining = allowed.as_ref().map_or(0, |state| state.remaining_burst_capacity());
            // A request is counted once.
            let _ = applied.set(RateState { kind, per_second, remaining });
        }
        allowed.map(|_| ()).map_err(|_| ApiError::RateLimited { kind, per_second })
    }

    /// Returns the limiter of a key. Replaces it if the limit has changed.
    async fn limiter(&self, key: ApiKeyId, kind: RequestKind, per_second: NonZeroU32) -> Arc<KeyLimiter> {
        let new = async { Arc::new(KeyLimiter::new(per_second)) };
        let has_changed = |known: &Arc<KeyLimiter>| known.per_second != per_second;
        self.keys.entry((key, kind)).or_insert_with_if(new, has_changed).await.into_value()
    }
}

impl KeyLimiter {
    fn new(per_second: NonZeroU32) -> Self {
        let limiter = governor::RateLimiter::direct(Quota::per_second(per_second)).with_middleware();
        Self { per_second, limiter }
    }
}

impl AppliedRateLimit {
    /// Adds the headers `RateLimit-Policy` and `RateLimit` if a limit applies to the request.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        let Some(RateState { kind, per_second, remaining }) = self.0.get() else { return };
        let values = [
            (RATE_LIMIT_POLICY, format!("\"{kind}\";q={per_second};w=1")),
            (RATE_LIMIT, format!("\"{kind}\";r={remaining};t=1")),
        ];
        for (name, value) in values {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}
