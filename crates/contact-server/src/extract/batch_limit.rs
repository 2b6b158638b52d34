//! The limit on the size of a batch's body.

use axum::http::HeaderMap;
use contact_model::{Parameters, limits};

use super::Prefer;
use crate::idempotency::IDEMPOTENCY_KEY;

/// Returns how many bytes the body of a batch may have. If a batch is one transaction, every other write waits until
/// all of it is done. Therefore its limit is lower than that of a batch that is done in pieces.
pub(crate) fn batch_limit(headers: &HeaderMap, query: Option<&str>) -> usize {
    let prefer = Prefer::of(headers);
    let is_undivided = headers.contains_key(IDEMPOTENCY_KEY)
        || prefer.contact()
        || prefer.is_dry_run()
        || is_atomic(query.unwrap_or_default());
    if is_undivided { limits::UNDIVIDED_BATCH_BODY } else { limits::BATCH_BODY }
}

fn is_atomic(query: &str) -> bool {
    let mut parameters: Parameters = url::form_urlencoded::parse(query.as_bytes()).collect();
    parameters.boolean("atomic").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::extract::PREFER;

    #[test]
    fn a_batch_in_one_transaction_may_be_smaller_than_one_in_pieces() {
        let with = |name: &'static str, value| {
            HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))])
        };
        for (headers, query) in [
            (with("idempotency-key", "a"), None),
            (with("prefer", "return=representation"), None),
            (with("prefer", "return=receipt"), None),
            (with("prefer", "tx=rollback"), None),
            (HeaderMap::new(), Some("include=first_name&atomic=true")),
        ] {
            assert_eq!(batch_limit(&headers, query), limits::UNDIVIDED_BATCH_BODY, "{headers:?} {query:?}");
        }
        let strict = HeaderMap::from_iter([(PREFER, HeaderValue::from_static("handling=strict"))]);
        assert_eq!(batch_limit(&strict, Some("atomic=false")), limits::BATCH_BODY);
        assert_eq!(batch_limit(&HeaderMap::new(), None), limits::BATCH_BODY);
    }
}
