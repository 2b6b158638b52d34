//! The header `Idempotency-Key` (from the IETF draft of that name), which makes it safe to send a write
//! again. Extension.

use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::{CompanyId, ProblemType, Timestamp, header_list, limits};

/// How long the response to a write is stored. During this time, the same request gets the stored response.
pub const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the time since which stored responses have not expired.
pub fn kept_since(now: Timestamp) -> Timestamp {
    now.earlier_by(RETENTION)
}

/// Microseconds in an hour.
const HOUR: i64 = 60 * 60 * 1_000_000;

/// Returns the hour that contains `at`, counted from 1970-01-01T00:00:00Z. A company's stored responses are
/// counted by the hour in which they were stored.
pub fn hour_of(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(HOUR)
}

/// Returns the first hour that counts against a company's quota, because responses that were stored in it may
/// not have expired.
pub fn first_counted_hour(now: Timestamp) -> i64 {
    hour_of(kept_since(now))
}

/// Returns how much longer an hour counts against a company's quota, in whole seconds and at least one.
pub fn counts_for(hour: i64, now: Timestamp) -> Duration {
    let end = hour.saturating_add(1).saturating_mul(HOUR);
    let left = end.saturating_sub(kept_since(now).as_micros());
    Duration::from_secs(u64::try_from(left).unwrap_or_default().div_ceil(1_000_000).max(1))
}

/// The key that a caller chooses for a write and sends with every attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// The error for a header that contains no valid key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "takes one key of 1 to {} visible ASCII characters, such as a UUID, alone or in double quotes.",
    limits::IDEMPOTENCY_KEY
)]
pub struct UnreadableKey;

impl IdempotencyKey {
    /// Reads the values of the header. Returns `None` if there are none. The key may be bare or, as in the
    /// draft, a String (RFC 9651); both forms are the same key.
    ///
    /// # Errors
    /// Returns an error if there are several values, or if the value is not a key.
    pub fn read<'h>(mut values: impl Iterator<Item = &'h [u8]>) -> Result<Option<Self>, UnreadableKey> {
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(UnreadableKey);
        }
        let value = std::str::from_utf8(value.trim_ascii()).map_err(|_| UnreadableKey)?;
        let key = match value.strip_prefix('"') {
            Some(quoted) => unquote(quoted).ok_or(UnreadableKey)?,
            None => value.to_owned(),
        };
        let good = key.bytes().all(|byte| byte.is_ascii_graphic());
        if good && (1..=limits::IDEMPOTENCY_KEY).contains(&key.len()) {
            Ok(Some(Self(key)))
        } else {
            Err(UnreadableKey)
        }
    }
}

/// Returns the content of a String (RFC 9651) without its quotes. `quoted` begins after the first quote and
/// must end with the last one. Returns `None` for any other text.
fn unquote(quoted: &str) -> Option<String> {
    let mut text = String::with_capacity(quoted.len());
    let mut rest = quoted.chars();
    loop {
        match rest.next()? {
            '"' => return rest.next().is_none().then_some(text),
            '\\' => text.push(rest.next().filter(|c| matches!(c, '"' | '\\'))?),
            c => text.push(c),
        }
    }
}

/// The parts of a request that must be equal if it is sent again with the same key.
#[derive(Debug, Clone, Copy)]
pub struct SentRequest<'r> {
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
    pub name: [u8; 32],
    /// The SHA-256 of the other parts of the request.
    pub fingerprint: [u8; 32],
}

impl KeyedRequest {
    /// Computes the hashes of a company's request with a key.
    pub fn new(company_id: CompanyId, key: &IdempotencyKey, sent: &SentRequest<'_>) -> Self {
        let name = [Some(sent.method.as_bytes()), Some(sent.path.as_bytes()), Some(key.0.as_bytes())];
        let (prefer, if_match) = (list(sent.prefer), list(sent.if_match));
        let lists = [&prefer, &if_match].map(|list| list.as_ref().map(<[u8; 32]>::as_slice));
        let [prefer, if_match] = lists;
        let rest = [sent.query.map(str::as_bytes), Some(sent.body), prefer, if_match];
        Self { company_id, name: digest(&name), fingerprint: digest(&rest) }
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

/// Returns true if a refusal is stored as the response to its request. These are the refusals that depend
/// only on the compared parts of the request and on the company's data. Refusals because of the caller, the
/// transport or the key itself are not stored, because the same request may succeed later.
pub fn keeps(refusal: ProblemType) -> bool {
    match refusal {
        ProblemType::InvalidJson
        | ProblemType::NotAnObject
        | ProblemType::InvalidFields
        | ProblemType::InvalidParameter
        | ProblemType::ContactNotFound
        | ProblemType::NoPhoneNumber
        | ProblemType::CustomFieldNotFound
        | ProblemType::AgentNotFound
        | ProblemType::ApiKeyNotFound
        | ProblemType::CustomFieldTaken
        | ProblemType::ContactsCollide
        | ProblemType::AgentInUse
        | ProblemType::ContactTaken
        | ProblemType::PreconditionFailed => true,
        ProblemType::MalformedRequest
        | ProblemType::ListTooCostly
        | ProblemType::Unauthorized
        | ProblemType::Forbidden
        | ProblemType::UnknownPath
        | ProblemType::MethodNotAllowed
        | ProblemType::RequestTimeout
        | ProblemType::StillRunning
        | ProblemType::BodyTooLarge
        | ProblemType::BatchTooLarge
        | ProblemType::AnswerTooLarge
        | ProblemType::UnsupportedMediaType
        | ProblemType::KeyReused
        | ProblemType::IdempotencyQuota
        | ProblemType::Internal
        | ProblemType::Unavailable => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, UnreadableKey> {
        let key = IdempotencyKey::read(values.iter().map(|value| value.as_bytes()))?;
        Ok(key.map(|key| key.0))
    }

    fn sent<'r>() -> SentRequest<'r> {
        SentRequest {
            method: "POST",
            path: "/contacts/",
            query: None,
            body: b"{}",
            prefer: &[],
            if_match: &[],
        }
    }

    fn keyed(key: &str, sent: &SentRequest<'_>) -> KeyedRequest {
        let key = IdempotencyKey::read([key.as_bytes()].into_iter()).unwrap().unwrap();
        KeyedRequest::new(CompanyId(Uuid::nil()), &key, sent)
    }

    #[test]
    fn a_key_may_be_bare_or_a_string() {
        assert_eq!(read(&[]), Ok(None));
        for (value, key) in [
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            ("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
            (" a ", "a"),
            ("import/7#2,a", "import/7#2,a"),
            (r#""a\"\\b""#, r#"a"\b"#),
            (r#"a"b"#, r#"a"b"#),
        ] {
            assert_eq!(read(&[value]), Ok(Some(key.to_owned())), "{value}");
        }
        let longest = "x".repeat(limits::IDEMPOTENCY_KEY);
        assert_eq!(read(&[&longest]), Ok(Some(longest.clone())));
        assert_eq!(read(&[&format!("\"{longest}\"")]), Ok(Some(longest.clone())));
        assert_eq!(read(&[&format!("{longest}x")]), Err(UnreadableKey));
    }

    #[test]
    fn an_invalid_key_is_refused() {
        for values in [
            &[""][..],
            &[" "],
            &["two words"],
            &["ä"],
            &["a\u{7f}"],
            &["\""],
            &["\"\""],
            &["\"a"],
            &["\"a\"b"],
            &["\"a\"; b=1"],
            &["\"two words\""],
            &[r#""a\b""#],
            &[r#""a\""#],
            &["a", "a"],
        ] {
            assert_eq!(read(values), Err(UnreadableKey), "{values:?}");
        }
    }

    #[test]
    fn every_difference_between_requests_is_detected() {
        let one = sent();
        let others = [
            SentRequest { query: Some(""), ..one },
            SentRequest { query: Some("include=first_name"), ..one },
            SentRequest { body: b"{ }", ..one },
            SentRequest { body: b"", ..one },
            SentRequest { prefer: &[b"return=receipt"], ..one },
            SentRequest { if_match: &[b"*"], ..one },
            SentRequest { prefer: &[b"*"], ..one },
            SentRequest { if_match: &[b""], ..one },
        ];
        for other in &others {
            assert_eq!(keyed("a", &one).name, keyed("a", other).name, "{other:?}");
            assert_ne!(keyed("a", &one), keyed("a", other), "{other:?}");
        }
        assert_eq!(keyed("a", &one), keyed("\"a\"", &sent()));
        let named = |sent: &SentRequest<'_>, key| keyed(key, sent).name;
        let apart = [
            named(&one, "a"),
            named(&one, "b"),
            named(&SentRequest { method: "PUT", ..one }, "a"),
            named(&SentRequest { path: "/contacts/batch/", ..one }, "a"),
        ];
        assert_eq!(std::collections::BTreeSet::from(apart).len(), apart.len());
    }

    #[test]
    fn equivalent_lists_are_the_same_request() {
        let preferring = |prefer| keyed("a", &SentRequest { prefer, ..sent() });
        let written: [&[&[u8]]; 4] = [&[b"a, b"], &[b"a,b"], &[b"a", b"b"], &[b" a ,, b ", b""]];
        for prefer in written {
            assert_eq!(preferring(prefer), preferring(&[b"a, b"]), "{prefer:?}");
        }
        let others: [&[&[u8]]; 4] = [&[b"b, a"], &[b"ab"], &[b"\"a, b\""], &[b"a"]];
        for other in others {
            assert_ne!(preferring(other), preferring(&[b"a, b"]), "{other:?}");
        }
        assert_ne!(preferring(&[b"\"a, b\""]), preferring(&[b"\"a,b\""]), "what is quoted is as it is");
    }

    #[test]
    fn a_response_is_stored_for_a_day() {
        let now: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        assert_eq!(kept_since(now), "2026-03-01T10:00:00Z".parse().unwrap());
    }

    #[test]
    fn an_hour_counts_until_all_of_its_responses_have_expired() {
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let hour = hour_of(at("2026-03-01T10:59:59.999999Z"));
        assert_eq!(hour, hour_of(at("2026-03-01T10:00:00Z")));
        let last = at("2026-03-02T10:59:59.999999Z");
        assert_eq!(first_counted_hour(last), hour);
        assert_eq!(counts_for(hour, last), Duration::from_secs(1));
        let over = at("2026-03-02T11:00:00Z");
        assert_eq!(first_counted_hour(over), hour + 1);
        assert_eq!(counts_for(hour + 1, over), Duration::from_secs(60 * 60));
        assert_eq!(counts_for(hour, at("2026-03-01T10:00:00Z")), Duration::from_secs(25 * 60 * 60));
        assert_eq!(counts_for(hour, at("2026-04-01T10:00:00Z")), Duration::from_secs(1), "it counts no more");
    }

    #[test]
    fn refusals_unrelated_to_the_request_are_not_stored() {
        for &refusal in ProblemType::ALL {
            let status = refusal.status();
            let of_others = matches!(status, 401 | 403 | 405 | 408 | 413 | 415 | 422 | 429 | 500..);
            assert!(!(keeps(refusal) && of_others), "{refusal:?}");
            let of_others = matches!(refusal, ProblemType::MalformedRequest | ProblemType::ListTooCostly);
            let of_the_request = status == 400 && !of_others;
            assert_eq!(keeps(refusal) && status == 400, of_the_request, "{refusal:?}");
        }
        assert!(!keeps(ProblemType::StillRunning) && !keeps(ProblemType::UnknownPath));
        assert!(keeps(ProblemType::PreconditionFailed) && keeps(ProblemType::ContactNotFound));
    }

    proptest! {
        #[test]
        fn a_key_survives_a_round_trip(key in "[!-~]{1,255}") {
            let quoted = format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(read(&[&quoted]), Ok(Some(key.clone())));
            if !key.starts_with('"') {
                prop_assert_eq!(read(&[&key]), Ok(Some(key)));
            }
        }

        #[test]
        fn parsing_never_panics(value in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(key) = IdempotencyKey::read([value.as_slice()].into_iter()) {
                prop_assert!(key.is_some());
            }
        }

        #[test]
        fn different_requests_have_different_digests(
            [one, other] in prop::array::uniform2((
                prop::option::of("[ab]{0,2}"), "[ab]{0,2}", prop::collection::vec("[ab]{1,2}", 0..3),
                prop::collection::vec("[ab]{1,2}", 0..3),
            )),
        ) {
            let fingerprint = |(query, body, prefer, if_match): &(Option<String>, String, Vec<String>, Vec<String>)| {
                let [prefer, if_match] =
                    [prefer, if_match].map(|lines| lines.iter().map(String::as_bytes).collect::<Vec<_>>());
                let sent = SentRequest {
                    query: query.as_deref(),
                    body: body.as_bytes(),
                    prefer: &prefer,
                    if_match: &if_match,
                    ..sent()
                };
                keyed("a", &sent).fingerprint
            };
            prop_assert_eq!(fingerprint(&one) == fingerprint(&other), one == other);
        }
    }
}
