//! The entries of a JSON object, with unread values.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::BodyError;
use crate::json::JsonKind;

/// The entries of a JSON object in the order sent, with unread values.
pub(super) struct Entries<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;

        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::with_capacity(12);
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(EntriesVisitor).map(Entries)
    }
}

/// Explains why a body is not a JSON object.
pub(super) fn explain_failure(body: &[u8], error: &serde_json::Error) -> BodyError {
    // The JSON parser does not check every byte that it skips.
    if let Err(invalid) = std::str::from_utf8(body) {
        let before = &body[..invalid.valid_up_to()];
        let begins = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        return BodyError::Syntax {
            reason: "bytes that are not UTF-8".to_owned(),
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.len() - begins + 1,
        };
    }
    // The parser stops at the first token that is not an object. If the whole body is JSON, the problem is
    // its type; otherwise it is a syntax error.
    let whole = serde_json::from_slice::<IgnoredAny>(body);
    if whole.is_ok() && error.is_data() {
        let text = std::str::from_utf8(body).unwrap_or_default().trim_start();
        return BodyError::NotAnObject(JsonKind::of(text).to_string());
    }
    let error = whole.as_ref().err().unwrap_or(error);
    let full = error.to_string();
    let reason = full.split(" at line ").next().unwrap_or_default().to_owned();
    // The parser reports column 0 if it has read nothing of a line.
    BodyError::Syntax { reason, line: error.line(), column: error.column().max(1) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::body::ObjectReader;

    fn why(body: &[u8]) -> BodyError {
        ObjectReader::new(body).err().unwrap()
    }

    #[test]
    fn a_syntax_error_is_reported_with_line_and_column() {
        assert_eq!(
            why(b"{\n  \"a\": nope }"),
            BodyError::Syntax { reason: "expected ident".into(), line: 2, column: 9 }
        );
        assert_eq!(
            why(b"[1,\n \"\xff\"]"),
            BodyError::Syntax { reason: "bytes that are not UTF-8".into(), line: 2, column: 3 }
        );
        assert_eq!(
            why(b""),
            BodyError::Syntax { reason: "EOF while parsing a value".into(), line: 1, column: 1 }
        );
        for body in
            [&b"\xff"[..], b"{", b"[1", b"{} x", b"{\"a\":1,}", b"\xff", b"{\"a\":\"\xff\"}", b"{'a':1}"]
        {
            assert!(matches!(why(body), BodyError::Syntax { .. }), "{body:?}");
        }
    }

    #[test]
    fn json_that_is_not_an_object_is_refused() {
        for (body, kind) in [
            ("[]", "an array"),
            ("null", "null"),
            (" 1", "a number"),
            ("\"x\"", "a string"),
            ("true", "a boolean"),
        ] {
            assert_eq!(why(body.as_bytes()), BodyError::NotAnObject(kind.into()));
        }
    }

    #[test]
    fn a_deeply_nested_body_is_refused() {
        let deep = "[".repeat(200_000);
        assert!(matches!(why(deep.as_bytes()), BodyError::Syntax { .. }));
        let body = format!("{{\"x\":{}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(ObjectReader::new(body.as_bytes()).unwrap().finish(()).0.ignored, ["x"]);
    }

    proptest! {
        #[test]
        fn reading_a_body_never_panics(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = ObjectReader::new(&body);
        }
    }
}
