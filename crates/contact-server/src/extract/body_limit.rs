//! The limit on the size of a request's body.

use axum::extract::MatchedPath;
use axum::http::request::Parts;
use contact_model::{Parameters, limits};

use super::Prefer;
use crate::idempotency::IDEMPOTENCY_KEY;
use crate::paths;

/// Returns how many bytes the body of a request may have. If a batch is one transaction, every other write waits until
/// all of it is done. Therefore its limit is lower than that of a batch that is done in several transactions.
pub(crate) fn body_limit(parts: &Parts, prefer: Prefer) -> usize {
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    if path != Some(paths::CONTACT_BATCH) {
        return limits::REQUEST_BODY;
    }
    let has_key = parts.headers.contains_key(IDEMPOTENCY_KEY);
    batch_limit(has_key, prefer, parts.uri.query().unwrap_or_default())
}

fn batch_limit(has_key: bool, prefer: Prefer, query: &str) -> usize {
    let is_one_transaction = has_key || prefer.returns_contact() || prefer.is_dry_run() || is_atomic(query);
    if is_one_transaction { limits::SINGLE_TRANSACTION_BATCH_BODY } else { limits::BATCH_BODY }
}

fn is_atomic(query: &str) -> bool {
    let mut parameters: Parameters = url::form_urlencoded::parse(query.as_bytes()).collect();
    parameters.boolean("atomic").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::*;
    use crate::extract::PREFER;

    fn prefer(value: &'static str) -> Prefer {
        Prefer::from_headers(&HeaderMap::from_iter([(PREFER, HeaderValue::from_static(value))]))
    }

    #[test]
    fn a_batch_in_one_transaction_has_a_lower_limit() {
        for (has_key, preferences, query) in [
            (true, "", ""),
            (false, "return=representation", ""),
            (false, "return=receipt", ""),
            (false, "tx=rollback", ""),
            (false, "", "include=first_name&atomic=true"),
        ] {
            let limit = batch_limit(has_key, prefer(preferences), query);
            assert_eq!(limit, limits::SINGLE_TRANSACTION_BATCH_BODY, "{preferences} {query}");
        }
        assert_eq!(batch_limit(false, prefer("handling=strict"), "atomic=false"), limits::BATCH_BODY);
        assert_eq!(batch_limit(false, prefer(""), ""), limits::BATCH_BODY);
    }
}
