//! Reads a request body in one pass.

use super::{BodyError, ObjectReader, ParsedBody};
use crate::{CustomFieldPatch, SentBody};

/// A request body that is a JSON object.
pub trait RequestBody: Sized {
    /// Reads the keys of the body. The reader collects the invalid fields, so this method always returns a
    /// value; the value is used only if no field is invalid.
    fn read(object: &mut ObjectReader<'_>) -> Self;

    /// Returns the values of custom fields in the body, if it has any.
    fn into_custom_fields(self) -> Option<CustomFieldPatch> {
        None
    }

    /// Parses a body.
    ///
    /// # Errors
    /// Returns an error if the body is not JSON, is not an object, or has invalid fields. The error lists all
    /// of them, and contains the values of custom fields, which can only be checked against the definitions of
    /// a company.
    fn from_json<'b>(body: impl Into<SentBody<'b>>) -> Result<ParsedBody<Self>, BodyError> {
        let mut object = ObjectReader::new(body)?;
        let value = Self::read(&mut object);
        let (parsed, violations) = object.finish(value);
        if violations.is_empty() {
            return Ok(parsed);
        }
        Err(BodyError::Fields { violations, custom_fields: parsed.value.into_custom_fields() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContactCreate, ContactUpdate};

    #[test]
    fn an_error_contains_the_custom_fields() {
        let body = br#"{"notes":1,"custom_fields":{"Plan":"gold","Bad":"a\u0000"}}"#;
        for error in
            [ContactCreate::from_json(body).unwrap_err(), ContactUpdate::from_json(body).unwrap_err()]
        {
            let BodyError::Fields { violations, custom_fields: Some(values) } = error else {
                panic!("{error:?}")
            };
            let pointers: Vec<_> = violations.as_slice().iter().map(|v| v.pointer.as_str()).collect();
            assert_eq!(pointers, ["/notes", "/custom_fields/Bad"]);
            assert_eq!(values.0.into_keys().collect::<Vec<_>>(), ["Plan"]);
        }
        let error = ContactUpdate::from_json(br#"{"notes":1}"#).unwrap_err();
        assert!(matches!(error, BodyError::Fields { custom_fields: None, .. }));
    }
}
