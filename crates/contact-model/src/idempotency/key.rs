//! The value of the header `Idempotency-Key`.

use crate::limits;

/// The key that a caller chooses for a write and sends with every attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(pub(super) String);

/// The error for a header that contains no valid key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "takes one key of 1 to {} visible ASCII characters, such as a UUID, alone or in double quotes.",
    limits::IDEMPOTENCY_KEY
)]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// Reads the values of the header. Returns `None` if there are none. The key may be bare or, as in the
    /// draft, a String (RFC 9651); both forms are the same key.
    ///
    /// # Errors
    /// Returns an error if there are several values, or if the value is not a key.
    pub fn read<'h>(
        mut values: impl Iterator<Item = &'h [u8]>,
    ) -> Result<Option<Self>, InvalidIdempotencyKey> {
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(InvalidIdempotencyKey);
        }
        let value = std::str::from_utf8(value.trim_ascii()).map_err(|_| InvalidIdempotencyKey)?;
        let key = match value.strip_prefix('"') {
            Some(quoted) => unquote(quoted).ok_or(InvalidIdempotencyKey)?,
            None => value.to_owned(),
        };
        let good = key.bytes().all(|byte| byte.is_ascii_graphic());
        if good && (1..=limits::IDEMPOTENCY_KEY).contains(&key.len()) {
            Ok(Some(Self(key)))
        } else {
            Err(InvalidIdempotencyKey)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, InvalidIdempotencyKey> {
        let key = IdempotencyKey::read(values.iter().map(|value| value.as_bytes()))?;
        Ok(key.map(|key| key.0))
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
        assert_eq!(read(&[&format!("{longest}x")]), Err(InvalidIdempotencyKey));
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
            assert_eq!(read(values), Err(InvalidIdempotencyKey), "{values:?}");
        }
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
    }
}
