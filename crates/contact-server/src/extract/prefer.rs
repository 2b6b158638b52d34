//! The header `Prefer` (RFC 7240). It is an extension.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contact_model::{Handling, MatchPolicy, header_list};
use contact_store::WriteOptions;

use super::WriteHeaders;
use crate::SharedState;

/// The request header.
pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");
/// The response header that lists the preferences that were followed.
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// The preferences of a request. Unknown preferences are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prefer {
    /// `return=representation` or `receipt`: the response contains the contact, and for `receipt` also a receipt.
    answer: Option<Return>,
    /// `match=phone`, `email`, `person` or `reject`: how to choose between several contacts that match.
    policy: Option<MatchPolicy>,
    /// `handling=strict` or `lenient`: whether input that would be ignored is refused.
    handling: Option<Handling>,
    /// `tx=rollback`: whether the writes are rolled back.
    undone: bool,
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

impl FromRequestParts<SharedState> for Prefer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

impl Prefer {
    /// Reads the preferences from the headers of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self::read(headers.get_all(PREFER).iter().map(HeaderValue::as_bytes))
    }

    /// Returns true if the response should contain the contact, with or without a receipt.
    pub(crate) fn contact(self) -> bool {
        self.answer.is_some()
    }

    /// Returns true if the response should contain a receipt.
    pub(crate) fn receipt(self) -> bool {
        self.answer == Some(Return::Receipt)
    }

    /// Returns how to choose between several contacts that match. Strict handling leaves out neither the phone nor
    /// the email. Therefore it refuses such a write, unless `match=person` chooses a person.
    pub(crate) fn policy(self) -> MatchPolicy {
        match self.policy {
            Some(MatchPolicy::Person) => MatchPolicy::Person,
            _ if self.handling().is_strict() => MatchPolicy::Reject,
            asked => asked.unwrap_or_default(),
        }
    }

    /// Returns how to handle input that would be ignored or stored as another value.
    pub(crate) fn handling(self) -> Handling {
        self.handling.unwrap_or_default()
    }

    /// Returns true if the request is a dry run, whose writes are rolled back.
    pub(crate) fn is_dry_run(self) -> bool {
        self.undone
    }

    /// Returns the options for writing a contact.
    pub(crate) fn options(self) -> WriteOptions {
        WriteOptions { handling: self.handling(), receipt: self.receipt(), brief: false }
    }

    /// Adds a header to those of a response that lists the preferences that were followed, among those that the
    /// operation supports.
    pub(crate) fn name_followed<H: WriteHeaders>(self, mut headers: HeaderMap) -> HeaderMap {
        let followed: Vec<String> =
            H::PREFER.iter().filter_map(|(preference, _)| self.followed(*preference)).collect();
        let value = HeaderValue::from_str(&followed.join(", ")).ok().filter(|value| !value.is_empty());
        headers.extend(value.map(|value| (PREFERENCE_APPLIED, value)));
        headers
    }

    fn followed(self, preference: Preference) -> Option<String> {
        match preference {
            Preference::Return => self.answer.map(|answer| format!("return={}", answer.as_str())),
            Preference::Match => {
                // Strict handling may have overridden the preference.
                let policy = self.policy.filter(|asked| *asked == self.policy());
                policy.map(|policy| format!("match={}", policy.as_str()))
            }
            Preference::Handling => self.handling.map(|handling| format!("handling={}", handling.as_str())),
            Preference::Transaction => self.undone.then(|| "tx=rollback".to_owned()),
        }
    }

    /// Reads the preferences from the lines of the header. If a preference is repeated, the first one counts (RFC
    /// 7240). The lines are read as bytes, so that a preference with non-ASCII bytes does not invalidate the others.
    fn read<'v>(lines: impl Iterator<Item = &'v [u8]>) -> Self {
        let (mut answer, mut policy, mut handling, mut end) = (None, None, None, None);
        for preference in header_list::members(lines) {
            let (name, value) = name_and_value(preference);
            match name.to_ascii_lowercase().as_slice() {
                b"return" => _ = answer.get_or_insert(value),
                b"match" => _ = policy.get_or_insert(value),
                b"handling" => _ = handling.get_or_insert(value),
                b"tx" => _ = end.get_or_insert(value),
                _ => {}
            }
        }
        // All known values are ASCII.
        let word = |value: Option<&'v [u8]>| value.and_then(|value| std::str::from_utf8(value).ok());
        Self {
            answer: word(answer).and_then(Return::of),
            policy: word(policy).and_then(|word| word.parse().ok()),
            handling: word(handling).and_then(|word| word.parse().ok()),
            undone: end == Some(b"rollback"),
        }
    }
}

impl Return {
    fn of(word: &str) -> Option<Self> {
        [Self::Representation, Self::Receipt].into_iter().find(|answer| answer.as_str() == word)
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
    let equals = without_parameters.iter().position(|byte| *byte == b'=');
    let (name, value) = match equals.and_then(|place| without_parameters.split_at_checked(place)) {
        Some((name, value)) => (name, value.strip_prefix(b"=").unwrap_or_default()),
        None => (without_parameters, &[][..]),
    };
    (name.trim_ascii(), unquoted(value.trim_ascii()))
}

fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{BodyHeaders, ContactHeaders, CreateHeaders, PlainHeaders};

    fn read(values: &[&str]) -> Prefer {
        Prefer::read(values.iter().map(|value| value.as_bytes()))
    }

    fn followed<H: WriteHeaders>(values: &[&str]) -> Option<String> {
        let headers = read(values).name_followed::<H>(HeaderMap::new());
        headers.get(PREFERENCE_APPLIED).map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_representation_is_asked_for() {
        for values in [
            &["return=representation"][..],
            &["respond-async, Return = \"representation\"; x=1"],
            &["wait=5", "return=representation"],
            &["return=representation, return=minimal"],
        ] {
            assert_eq!(read(values).answer, Some(Return::Representation), "{values:?}");
        }
        for values in [
            &[][..],
            &["return=minimal"],
            &["representation"],
            &["return=minimal, return=representation"],
            &["return", "return=representation"],
            &["Return=Representation"],
        ] {
            assert!(!read(values).contact(), "{values:?}");
        }
    }

    #[test]
    fn a_receipt_is_asked_for() {
        let receipt = read(&["return=receipt, return=representation"]);
        assert!(receipt.receipt() && receipt.contact() && receipt.options().receipt);
        for values in [&["return=representation, return=receipt"][..], &["receipt"], &["return=Receipt"], &[]]
        {
            assert!(!read(values).receipt() && !read(values).options().receipt, "{values:?}");
        }
        assert_eq!(followed::<ContactHeaders>(&["return=receipt"]).unwrap(), "return=receipt");
        assert_eq!(followed::<BodyHeaders>(&["return=receipt"]), None);
    }

    #[test]
    fn what_decides_between_two_contacts_is_asked_for() {
        for policy in MatchPolicy::ALL {
            assert_eq!(read(&[&format!("match={}", policy.as_str())]).policy, Some(policy));
        }
        assert_eq!(read(&["wait=5, MATCH=\"email\"; x"]).policy, Some(MatchPolicy::Email));
        assert_eq!(read(&["match=email, match=reject"]).policy, Some(MatchPolicy::Email));
        for values in [&["match=name"][..], &["match"], &["match=name", "match=email"], &["email"]] {
            assert_eq!(read(values).policy, None, "{values:?}");
        }
    }

    #[test]
    fn strict_handling_is_asked_for_and_leaves_out_nothing() {
        assert!(!read(&[]).handling().is_strict());
        assert!(!read(&["handling=lenient, handling=strict"]).handling().is_strict());
        assert!(!read(&["handling=Strict"]).handling().is_strict());
        assert!(!read(&["handling", "strict"]).handling().is_strict());
        let strict = read(&["match=email", "Handling=\"strict\"; why=tests"]);
        assert_eq!((strict.handling(), strict.policy()), (Handling::Strict, MatchPolicy::Reject));
        assert_eq!(read(&["match=person, handling=strict"]).policy(), MatchPolicy::Person);
    }

    #[test]
    fn a_dry_run_is_asked_for() {
        assert!(read(&["wait=5, TX=\"rollback\"; x"]).is_dry_run());
        assert_eq!(
            followed::<CreateHeaders>(&["tx=rollback, match=email"]).unwrap(),
            "match=email, tx=rollback"
        );
        assert_eq!(followed::<PlainHeaders>(&["tx=rollback"]).unwrap(), "tx=rollback");
        for values in
            [&["tx=commit, tx=rollback"][..], &["tx", "tx=rollback"], &["rollback"], &["tx=Rollback"], &[]]
        {
            assert!(!read(values).is_dry_run(), "{values:?}");
            assert_eq!(followed::<CreateHeaders>(values), None, "{values:?}");
        }
    }

    #[test]
    fn a_quoted_string_is_no_preference() {
        let prefer = read(&[r#"note="a, match=email; \", return=representation", match=phone"#]);
        assert_eq!(prefer, Prefer { policy: Some(MatchPolicy::Phone), ..Prefer::default() });
        assert_eq!(read(&[r#"wait=5; note=", match=email""#]).policy, None);
        assert_eq!(read(&[r#"note="never ends, match=email"#]).policy, None);
    }

    #[test]
    fn what_is_no_ascii_takes_nothing_else_along() {
        assert!(read(&["tx=rollback; note=\"prüfung\""]).is_dry_run());
        assert!(read(&["prüfung, note=ü, tx=rollback"]).is_dry_run());
        assert!(Prefer::read([&b"x=\xff, tx=rollback"[..]].into_iter()).is_dry_run());
        assert!(!read(&["tx=rollbäck"]).is_dry_run());
        assert_eq!(read(&["match=ü, handling=strict"]).handling(), Handling::Strict);
    }

    #[test]
    fn what_was_followed_is_named_in_one_value() {
        let both = ["match=email", "wait=5, return=representation"];
        assert_eq!(followed::<CreateHeaders>(&both).unwrap(), "return=representation, match=email");
        assert_eq!(followed::<ContactHeaders>(&both).unwrap(), "return=representation");
        assert_eq!(followed::<CreateHeaders>(&["match=name, return=minimal"]), None);
        assert_eq!(followed::<BodyHeaders>(&both), None);
        let of_create = |values: &str| followed::<CreateHeaders>(&[values]).unwrap();
        assert_eq!(of_create("handling=lenient, match=email"), "match=email, handling=lenient");
        assert_eq!(of_create("handling=strict, match=email"), "handling=strict");
        assert_eq!(of_create("handling=strict, match=reject"), "match=reject, handling=strict");
        assert_eq!(of_create("handling=strict, match=person"), "match=person, handling=strict");
    }
}
