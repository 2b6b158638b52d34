//! When two requests are the same.

use sha2::{Digest, Sha256};

use super::IdempotencyKey;
use crate::CompanyId;
use crate::headers::header_list;

/// The parts of a request that must be equal if it is sent again with the same key.
#[derive(Debug, Clone, Copy)]
pub struct RequestParts<'r> {
    /// The method.
    pub method: &'r str,
    /// The path, without the query.
    pub path: &'r str,
    /// The query, as sent.
    pub query: Option<&'r str>,
    /// The body, byte for byte.
    pub body: &'r [u8],
    /// The lines of the header `Prefer`.
    pub prefer: &'r [&'r [u8]],
    /// The lines of the header `If-Match`.
    pub if_match: &'r [&'r [u8]],
}

/// A request with an idempotency key, as its response is stored and found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyedRequest {
    /// The company that sent the request.
    pub company_id: CompanyId,
    /// The SHA-256 of the method, path and key. They are not stored themselves, because a path may contain
    /// personal data and the caller chose the key.
    pub key_hash: [u8; 32],
    /// The SHA-256 of the other parts of the request.
    pub content_hash: [u8; 32],
}

impl KeyedRequest {
    /// Computes the hashes of a company's request with a key.
    pub fn new(company_id: CompanyId, key: &IdempotencyKey, sent: &RequestParts<'_>) -> Self {
        let keyed = [Some(sent.method.as_bytes()), Some(sent.path.as_bytes()), Some(key.0.as_bytes())];
        let lists = [list(sent.prefer), list(sent.if_match)];
        let [prefer, if_match] = lists.each_ref().map(|list| list.as_ref().map(<[u8; 32]>::as_slice));
        let content = [sent.query.map(str::as_bytes), Some(sent.body), prefer, if_match];
        Self { company_id, key_hash: digest(&keyed), content_hash: digest(&content) }
    }
}

/// Returns the SHA-256 of the members of a comma-separated list in a header, or `None` if the header is
/// missing.
fn list(lines: &[&[u8]]) -> Option<[u8; 32]> {
    let members: Vec<_> = header_list::members(lines.iter().copied()).map(Some).collect();
    (!lines.is_empty()).then(|| digest(&members))
}

/// Returns the SHA-256 of texts. Each text is preceded by its length, so that different lists of texts
/// never produce the same input.
fn digest(texts: &[Option<&[u8]>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in texts {
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        hash.update(length.to_be_bytes());
        hash.update(text.unwrap_or_default());
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn sent<'r>() -> RequestParts<'r> {
        RequestParts {
            method: "POST",
            path: "/contacts/",
            query: None,
            body: b"{}",
            prefer: &[],
            if_match: &[],
        }
    }

    fn keyed(key: &str, sent: &RequestParts<'_>) -> KeyedRequest {
        let key = IdempotencyKey::read([key.as_bytes()].into_iter()).unwrap().unwrap();
        KeyedRequest::new(CompanyId(Uuid::nil()), &key, sent)
    }

    #[test]
    fn every_difference_between_requests_is_detected() {
        let one = sent();
        let others = [
            RequestParts { query: Some(""), ..one },
            RequestParts { query: Some("include=first_name"), ..one },
            RequestParts { body: b"{ }", ..one },
            RequestParts { body: b"", ..one },
            RequestParts { prefer: &[b"return=receipt"], ..one },
            RequestParts { if_match: &[b"*"], ..one },
            RequestParts { prefer: &[b"*"], ..one },
            RequestParts { if_match: &[b""], ..one },
        ];
        for other in &others {
            assert_eq!(keyed("a", &one).key_hash, keyed("a", other).key_hash, "{other:?}");
            assert_ne!(keyed("a", &one), keyed("a", other), "{other:?}");
        }
        assert_eq!(keyed("a", &one), keyed("\"a\"", &sent()));
        let key_hash = |sent: &RequestParts<'_>, key| keyed(key, sent).key_hash;
        let key_hashes = [
            key_hash(&one, "a"),
            key_hash(&one, "b"),
            key_hash(&RequestParts { method: "PUT", ..one }, "a"),
            key_hash(&RequestParts { path: "/contacts/batch/", ..one }, "a"),
        ];
        assert_eq!(std::collections::BTreeSet::from(key_hashes).len(), key_hashes.len());
    }

    #[test]
    fn equivalent_lists_are_the_same_request() {
        let preferring = |prefer| keyed("a", &RequestParts { prefer, ..sent() });
        let written: [&[&[u8]]; 4] = [&[b"a, b"], &[b"a,b"], &[b"a", b"b"], &[b" a ,, b ", b""]];
        for prefer in written {
            assert_eq!(preferring(prefer), preferring(&[b"a, b"]), "{prefer:?}");
        }
        let others: [&[&[u8]]; 4] = [&[b"b, a"], &[b"ab"], &[b"\"a, b\""], &[b"a"]];
        for other in others {
            assert_ne!(preferring(other), preferring(&[b"a, b"]), "{other:?}");
        }
        assert_ne!(
            preferring(&[b"\"a, b\""]),
            preferring(&[b"\"a,b\""]),
            "quoted strings are compared exactly"
        );
    }

    proptest! {
        #[test]
        fn different_requests_have_different_digests(
            [one, other] in prop::array::uniform2((
                prop::option::of("[ab]{0,2}"), "[ab]{0,2}", prop::collection::vec("[ab]{1,2}", 0..3),
                prop::collection::vec("[ab]{1,2}", 0..3),
            )),
        ) {
            type Parts = (Option<String>, String, Vec<String>, Vec<String>);
            let content_hash = |(query, body, prefer, if_match): &Parts| {
                let [prefer, if_match] =
                    [prefer, if_match].map(|lines| lines.iter().map(String::as_bytes).collect::<Vec<_>>());
                let sent = RequestParts {
                    query: query.as_deref(),
                    body: body.as_bytes(),
                    prefer: &prefer,
                    if_match: &if_match,
                    ..sent()
                };
                keyed("a", &sent).content_hash
            };
            prop_assert_eq!(content_hash(&one) == content_hash(&other), one == other);
        }
    }
}
