//! The request that undoes changes, and its cursor.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::body::{ObjectReader, RequestBody};
use crate::list::cursor_encoding;
use crate::{ApiKeyId, ContactId, Patch, Timestamp, ViolationCode, limits};

/// Which changes to undo. A change must meet all conditions that are sent, and at least one must be sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "operation_id": "018bab2f-5d60-7c31-9a55-8dd25736052a" }))]
pub struct RevertChanges {
    /// Only changes of this contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub contact_id: Option<ContactId>,
    /// Only the change with this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, minimum = 1)]
    pub sequence: Option<i64>,
    /// Only changes of the request whose response had this `X-Request-Id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, min_length = 1, max_length = 64)]
    pub request_id: Option<String>,
    /// Only changes of requests that were sent with this `Operation-Id`, such as those of an import.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, min_length = 1, max_length = 255)]
    pub operation_id: Option<String>,
    /// Only changes that this API key made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub key_id: Option<ApiKeyId>,
    /// Only changes that were made at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required = false)]
    pub from: Option<Timestamp>,
    /// Only changes that were made before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required = false)]
    pub until: Option<Timestamp>,
    /// If true, fields that changed again later are set back too, and contacts that changed after they were created are
    /// deleted too. The default is false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub force: bool,
    /// The `next_cursor` of the previous response, to continue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, max_length = 100)]
    pub cursor: Option<String>,
}

/// What a request may select a change by.
#[derive(Debug, Clone, Copy)]
pub struct SelectableChange<'a> {
    /// The number of the change.
    pub sequence: i64,
    /// The contact.
    pub contact_id: Option<ContactId>,
    /// When the change was made.
    pub at: Timestamp,
    /// The API key that made it.
    pub key_id: Option<ApiKeyId>,
    /// The id of its request.
    pub request_id: Option<&'a str>,
    /// The id of the operation that the request is part of.
    pub operation_id: Option<&'a str>,
}

/// The conditions, for the message if there are none.
const CONDITIONS: &str = "contact_id, sequence, request_id, operation_id, key_id, from or until";

impl RequestBody for RevertChanges {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        for key in
            ["contact_id", "sequence", "request_id", "operation_id", "key_id", "from", "until", "cursor"]
        {
            object.treat_null_as_absent(key);
        }
        let read = Self {
            contact_id: set(object.id("contact_id")),
            sequence: object.positive_integer("sequence"),
            request_id: object.optional_non_blank_text("request_id", limits::REQUEST_ID),
            operation_id: object.optional_non_blank_text("operation_id", limits::OPERATION_ID),
            key_id: set(object.id("key_id")),
            from: object.timestamp("from"),
            until: object.timestamp("until"),
            force: object.boolean("force").unwrap_or_default(),
            cursor: object.optional_non_blank_text("cursor", limits::REVERT_CURSOR),
        };
        // A condition with a misspelled name would be missing, and too much would be undone.
        object.refuse_unknown_keys();
        object.check(|violations| {
            if violations.is_empty() && !read.has_condition() {
                let detail = format!("At least one condition must be sent: {CONDITIONS}.");
                violations.report("/operation_id".to_owned(), ViolationCode::Required, detail);
            }
            let cursor = read.cursor.as_deref().map(str::parse::<RevertCursor>);
            if let Some(Err(InvalidRevertCursor)) = cursor {
                let pointer = "/cursor".to_owned();
                violations.report(pointer, ViolationCode::InvalidValue, UNREADABLE_REVERT_CURSOR);
            }
        });
        read
    }
}

fn set<T>(patch: Patch<T>) -> Option<T> {
    match patch {
        Patch::Set(value) => Some(value),
        Patch::Keep | Patch::Clear => None,
    }
}

impl RevertChanges {
    /// Returns true if there is a condition.
    fn has_condition(&self) -> bool {
        let any = Self { force: self.force, cursor: self.cursor.clone(), ..Self::default() };
        *self != any
    }

    /// Returns true if the request selects a change.
    pub fn selects(&self, change: &SelectableChange<'_>) -> bool {
        let Self { contact_id, sequence, request_id, operation_id, key_id, from, until, force: _, cursor: _ } =
            self;
        contact_id.is_none_or(|id| change.contact_id == Some(id))
            && sequence.is_none_or(|sequence| change.sequence == sequence)
            && request_id.as_deref().is_none_or(|id| change.request_id == Some(id))
            && operation_id.as_deref().is_none_or(|id| change.operation_id == Some(id))
            && key_id.is_none_or(|id| change.key_id == Some(id))
            && from.is_none_or(|from| change.at >= from)
            && until.is_none_or(|until| change.at < until)
    }
}

/// How far a request has come in the log, which is read backwards. Clients must treat the encoded cursor as opaque.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevertCursor {
    /// The number of the latest change when the first request began. Later changes are not undone, such as those that
    /// undoing adds.
    pub through: i64,
    /// The number of the change with which the next request begins.
    pub next: i64,
}

/// The message for a text that is not a cursor.
pub const UNREADABLE_REVERT_CURSOR: &str = "cursor takes the next_cursor of the previous response.";

/// The error for a text that is not a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{UNREADABLE_REVERT_CURSOR}")]
pub struct InvalidRevertCursor;

/// The name in the checksums of the cursors.
const LIST: &str = "revert";

impl fmt::Display for RevertCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = [self.through.to_be_bytes(), self.next.to_be_bytes()].concat();
        f.write_str(&cursor_encoding::encode(LIST, &position))
    }
}

impl FromStr for RevertCursor {
    type Err = InvalidRevertCursor;

    fn from_str(word: &str) -> Result<Self, InvalidRevertCursor> {
        let position = cursor_encoding::decode(LIST, word).ok_or(InvalidRevertCursor)?;
        let (through, next) = position.split_at_checked(8).ok_or(InvalidRevertCursor)?;
        let number =
            |bytes: &[u8]| Ok(i64::from_be_bytes(bytes.try_into().map_err(|_| InvalidRevertCursor)?));
        Ok(Self { through: number(through)?, next: number(next)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::BodyError;

    fn refused(body: &str) -> Vec<(String, ViolationCode)> {
        match RevertChanges::from_json(body.as_bytes()) {
            Err(BodyError::Fields { violations, .. }) => {
                violations.as_slice().iter().map(|v| (v.pointer.clone(), v.code)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_condition_must_be_sent_and_must_be_known() {
        use ViolationCode::{InvalidValue, NullNotAllowed, Required, TooLong, UnknownKey, WrongType};
        let pointer = |pointer: &str| pointer.to_owned();
        for body in ["{}", r#"{"force":true}"#, r#"{"contact_id":null,"from":null}"#] {
            assert_eq!(refused(body), [(pointer("/operation_id"), Required)], "{body}");
        }
        assert_eq!(refused(r#"{"sequence":7,"untill":"x"}"#), [(pointer("/untill"), UnknownKey)]);
        assert_eq!(
            refused(r#"{"sequence":0,"cursor":"x"}"#),
            [(pointer("/sequence"), InvalidValue), (pointer("/cursor"), InvalidValue),]
        );
        assert_eq!(
            refused(r#"{"sequence":"7","force":null}"#),
            [(pointer("/sequence"), WrongType), (pointer("/force"), NullNotAllowed),]
        );
        let long = format!(r#"{{"operation_id":"{}"}}"#, "x".repeat(256));
        assert_eq!(refused(&long), [(pointer("/operation_id"), TooLong)]);
    }

    #[test]
    fn a_change_must_meet_all_conditions() {
        let at: Timestamp = "2026-01-31T09:00:00Z".parse().unwrap();
        let change = SelectableChange {
            sequence: 7,
            contact_id: None,
            at,
            key_id: None,
            request_id: Some("r"),
            operation_id: Some("o"),
        };
        let selects = |body: &str| RevertChanges::from_json(body.as_bytes()).unwrap().value.selects(&change);
        for body in [
            r#"{"sequence":7}"#,
            r#"{"request_id":"r","operation_id":"o"}"#,
            r#"{"from":"2026-01-31T09:00:00Z","until":"2026-01-31T09:00:00.000001Z"}"#,
        ] {
            assert!(selects(body), "{body}");
        }
        for body in [
            r#"{"sequence":7,"request_id":"o"}"#,
            r#"{"until":"2026-01-31T09:00:00Z"}"#,
            r#"{"from":"2026-01-31T09:00:00.000001Z"}"#,
            r#"{"key_id":"3c90c3cc-0d44-4b50-8888-8dd25736052a"}"#,
            r#"{"contact_id":"3c90c3cc-0d44-4b50-8888-8dd25736052a"}"#,
        ] {
            assert!(!selects(body), "{body}");
        }
    }

    #[test]
    fn a_cursor_survives_a_round_trip() {
        let cursor = RevertCursor { through: i64::MAX, next: 7 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", &cursor_encoding::encode(LIST, &[0; 15]), &cursor_encoding::encode("list", &[0; 16])]
        {
            assert_eq!(bad.parse::<RevertCursor>(), Err(InvalidRevertCursor), "{bad}");
        }
    }
}
