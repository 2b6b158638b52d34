//! The header `Prefer` (RFC 7240). It is an extension.

use std::collections::BTreeMap;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::{Handling, MatchPolicy, header_list};
use contact_store::WriteOptions;

/// The request header.
pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The preferences of a request. Unknown preferences are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prefer {
    /// `return=representation` or `receipt`: the response contains the contact, and for `receipt` also a receipt.
    returns: Option<Return>,
    /// `match=phone`, `email`, `person` or `reject`: how to choose between several contacts that match.
    match_policy: Option<MatchPolicy>,
    /// `handling=strict` or `lenient`: whether input that would be ignored is refused.
    handling: Option<Handling>,
    /// `tx=rollback`: whether the writes are rolled back.
    rollback: bool,
}

/// What a response should contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Return {
    Representation,
    Receipt,
}

/// A preference that an operation may support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preference {
    Return,
    Match,
    Handling,
    Transaction,
}

impl Prefer {
    /// Returns the preferences of a request. Parses them, unless a middleware has already done so.
    pub(crate) fn of_request(parts: &Parts) -> Self {
        parts.extensions.get().copied().unwrap_or_else(|| Self::from_headers(&parts.headers))
    }

    /// Parses the preferences in the headers of a request.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Self {
        Self::parse(headers.get_all(PREFER).iter().map(HeaderValue::as_bytes))
    }

    /// Returns true if the response should contain the contact, with or without a receipt.
    pub(crate) fn returns_contact(self) -> bool {
        self.returns.is_some()
    }

    /// Returns true if the response should contain a receipt.
    pub(crate) fn returns_receipt(self) -> bool {
        self.returns == Some(Return::Receipt)
    }

    /// Returns how to choose between several contacts that match. Strict handling leaves out neither the phone nor
    /// the email. Therefore it refuses such a write, unless `match=person` chooses a person, or `match=merge` merges both
    /// contacts.
    pub(crate) fn match_policy(self) -> MatchPolicy {
        match self.match_policy {
            Some(policy @ (MatchPolicy::Person | MatchPolicy::Merge)) => policy,
            _ if self.handling().is_strict() => MatchPolicy::Reject,
            policy => policy.unwrap_or_default(),
        }
    }

    /// Returns how to handle input that would be ignored or stored as another value.
    pub(crate) fn handling(self) -> Handling {
        self.handling.unwrap_or_default()
    }

    /// Returns true if the request is a dry run, whose writes are rolled back.
    pub(crate) fn is_dry_run(self) -> bool {
        self.rollback
    }

    /// Returns the options for writing a contact.
    pub(crate) fn write_options(self) -> WriteOptions {
        WriteOptions { handling: self.handling(), receipt: self.returns_receipt(), omits_contact: false }
    }

    /// Returns the text for the header `Preference-Applied` if the request has this preference and it was followed.
    pub(crate) fn applied(self, preference: Preference) -> Option<String> {
        match preference {
            Preference::Return => self.returns.map(|value| format!("return={}", value.as_str())),
            Preference::Match => {
                // Strict handling may have overridden the preference.
                let policy = self.match_policy.filter(|policy| *policy == self.match_policy());
                policy.map(|policy| format!("match={}", policy.as_str()))
            }
            Preference::Handling => self.handling.map(|handling| format!("handling={}", handling.as_str())),
            Preference::Transaction => self.rollback.then(|| "tx=rollback".to_owned()),
        }
    }

    /// Parses the lines of the header. If a preference is repeated, the first one counts (RFC 7240). The lines are
    /// read as bytes, so that a preference with non-ASCII bytes does not invalidate the others.
    fn parse<'v>(lines: impl Iterator<Item = &'v [u8]>) -> Self {
        let mut sent = BTreeMap::new();
        for preference in header_list::members(lines) {
            let (name, value) = name_and_value(preference);
            sent.entry(name.to_ascii_lowercase()).or_insert(value);
        }
        // All known values are ASCII.
        let word = |name: &str| sent.get(name.as_bytes()).and_then(|value| std::str::from_utf8(value).ok());
        Self {
            returns: word("return").and_then(Return::parse),
            match_policy: word("match").and_then(|word| word.parse().ok()),
            handling: word("handling").and_then(|word| word.parse().ok()),
            rollback: word("tx") == Some("rollback"),
        }
    }
}

impl Return {
    fn parse(word: &str) -> Option<Self> {
        [Self::Representation, Self::Receipt].into_iter().find(|value| value.as_str() == word)
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Representation => "representation",
            Self::Receipt => "receipt",
        }
    }
}

/// Returns the name and the value of a preference, without its parameters. A missing value is an empty one (RFC
/// 7240).
fn name_and_value(preference: &[u8]) -> (&[u8], &[u8]) {
    let without_parameters = header_list::split(preference, b';').next().unwrap_or_default();
    let mut parts = without_parameters.splitn(2, |byte| *byte == b'=').map(<[u8]>::trim_ascii);
    (parts.next().unwrap_or_default(), parts.next().map(unquoted).unwrap_or_default())
}

fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(values: &[&str]) -> Prefer {
        Prefer::parse(values.iter().map(|value| value.as_bytes()))
    }

    #[test]
    fn return_representation_is_parsed() {
        for values in [
            &["return=representation"][..],
            &["respond-async, Return = \"representation\"; x=1"],
            &["wait=5", "return=representation"],
            &["return=representation, return=minimal"],
        ] {
            assert_eq!(parse(values).returns, Some(Return::Representation), "{values:?}");
        }
        for values in [
            &[][..],
            &["return=minimal"],
            &["representation"],
            &["return=minimal, return=representation"],
            &["return", "return=representation"],
            &["Return=Representation"],
        ] {
            assert!(!parse(values).returns_contact(), "{values:?}");
        }
    }

    #[test]
    fn return_receipt_is_parsed() {
        let receipt = parse(&["return=receipt, return=representation"]);
        assert!(receipt.returns_receipt() && receipt.returns_contact() && receipt.write_options().receipt);
        for values in [&["return=representation, return=receipt"][..], &["receipt"], &["return=Receipt"], &[]]
        {
            assert!(!parse(values).returns_receipt() && !parse(values).write_options().receipt, "{values:?}");
        }
    }

    #[test]
    fn the_match_policy_is_parsed() {
        for policy in MatchPolicy::ALL {
            assert_eq!(parse(&[&format!("match={}", policy.as_str())]).match_policy, Some(policy));
        }
        assert_eq!(parse(&["wait=5, MATCH=\"email\"; x"]).match_policy, Some(MatchPolicy::Email));
        assert_eq!(parse(&["match=email, match=reject"]).match_policy, Some(MatchPolicy::Email));
        for values in [&["match=name"][..], &["match"], &["match=name", "match=email"], &["email"]] {
            assert_eq!(parse(values).match_policy, None, "{values:?}");
        }
    }

    #[test]
    fn strict_handling_is_parsed_and_overrides_the_match_policy() {
        assert!(!parse(&[]).handling().is_strict());
        assert!(!parse(&["handling=lenient, handling=strict"]).handling().is_strict());
        assert!(!parse(&["handling=Strict"]).handling().is_strict());
        assert!(!parse(&["handling", "strict"]).handling().is_strict());
        let strict = parse(&["match=email", "Handling=\"strict\"; why=tests"]);
        assert_eq!((strict.handling(), strict.match_policy()), (Handling::Strict, MatchPolicy::Reject));
        assert_eq!(parse(&["match=person, handling=strict"]).match_policy(), MatchPolicy::Person);
    }

    #[test]
    fn a_dry_run_is_parsed() {
        assert!(parse(&["wait=5, TX=\"rollback\"; x"]).is_dry_run());
        for values in
            [&["tx=commit, tx=rollback"][..], &["tx", "tx=rollback"], &["rollback"], &["tx=Rollback"], &[]]
        {
            assert!(!parse(values).is_dry_run(), "{values:?}");
        }
    }

    #[test]
    fn a_quoted_string_contains_no_preferences() {
        let prefer = parse(&[r#"note="a, match=email; \", return=representation", match=phone"#]);
        assert_eq!(prefer, Prefer { match_policy: Some(MatchPolicy::Phone), ..Prefer::default() });
        assert_eq!(parse(&[r#"wait=5; note=", match=email""#]).match_policy, None);
        assert_eq!(parse(&[r#"note="never ends, match=email"#]).match_policy, None);
    }

    #[test]
    fn a_preference_that_is_not_ascii_does_not_affect_the_others() {
        assert!(parse(&["tx=rollback; note=\"prüfung\""]).is_dry_run());
        assert!(parse(&["prüfung, note=ü, tx=rollback"]).is_dry_run());
        assert!(Prefer::parse([&b"x=\xff, tx=rollback"[..]].into_iter()).is_dry_run());
        assert!(!parse(&["tx=rollbäck"]).is_dry_run());
        assert_eq!(parse(&["match=ü, handling=strict"]).handling(), Handling::Strict);
    }

    #[test]
    fn a_preference_is_applied_unless_strict_handling_overrides_it() {
        let applied = |values: &str| {
            let prefer = parse(&[values]);
            [Preference::Return, Preference::Match, Preference::Handling, Preference::Transaction]
                .into_iter()
                .filter_map(|preference| prefer.applied(preference))
                .collect::<Vec<_>>()
        };
        for (sent, expected) in [
            ("match=name, return=minimal, tx=commit", &[][..]),
            ("wait=5, return=representation", &["return=representation"]),
            ("tx=rollback, return=receipt", &["return=receipt", "tx=rollback"]),
            ("handling=lenient, match=email", &["match=email", "handling=lenient"]),
            ("handling=strict, match=email", &["handling=strict"]),
            ("handling=strict, match=reject", &["match=reject", "handling=strict"]),
            ("handling=strict, match=person", &["match=person", "handling=strict"]),
        ] {
            assert_eq!(applied(sent), expected, "{sent}");
        }
    }
}
