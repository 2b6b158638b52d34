//! The bytes of a body.

use crate::Handling;

/// A body and how it is to be handled. Plain bytes are handled leniently. Strict handling is an extension.
#[derive(Debug, Clone, Copy)]
pub struct SentBody<'a> {
    /// The bytes of the body.
    pub bytes: &'a [u8],
    /// How to handle values that the reader would ignore or store as something else.
    pub handling: Handling,
}

impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for SentBody<'a> {
    fn from(bytes: &'a T) -> Self {
        Self { bytes: bytes.as_ref(), handling: Handling::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::BodyError;
    use crate::{ContactCreate, RequestBody as _, ViolationCode};

    const BODY: &[u8] =
        br#"{"is_dnd":1.0,"zip":1,"lead_source":"\ud800","notes":"a","notes":"b","email":"x"}"#;

    #[test]
    fn lenient_handling_reports_what_it_changed() {
        let read = ContactCreate::from_json(BODY).unwrap();
        assert_eq!((read.ignored, read.repeated), (vec!["zip".to_owned()], vec!["notes".to_owned()]));
        let coerced: Vec<_> =
            read.coerced.iter().map(|c| (c.field.as_str(), c.sent.as_str(), c.stored.as_str())).collect();
        // Half of a surrogate pair is returned as the text that was sent.
        let source = ("lead_source", r#""\"\\ud800\"""#, r#""manual""#);
        assert_eq!(coerced, [("is_dnd", "1.0", "true"), source]);
        let plain = ContactCreate::from_json(br#"{"is_dnd":true,"lead_source":"manual"}"#).unwrap();
        assert!(plain.coerced.is_empty() && plain.repeated.is_empty());
    }

    #[test]
    fn strict_handling_refuses_what_lenient_handling_changes() {
        use ViolationCode::{InvalidValue, RepeatedKey, UnknownKey, WrongType};
        let strict = SentBody { bytes: BODY, handling: Handling::Strict };
        let BodyError::Fields { violations, .. } = ContactCreate::from_json(strict).unwrap_err() else {
            panic!()
        };
        let found: Vec<_> = violations.as_slice().iter().map(|v| (v.pointer.as_str(), v.code)).collect();
        let expected = [
            ("/notes", RepeatedKey),
            ("/is_dnd", WrongType),
            ("/lead_source", InvalidValue),
            ("/zip", UnknownKey),
        ];
        assert_eq!(found, expected);
    }
}
