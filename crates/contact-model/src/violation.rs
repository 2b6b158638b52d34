//! What is wrong with a request's fields: all of it at once, each with the place it stands in.

use std::fmt;

use serde::de::IntoDeserializer as _;
use serde::de::value::StringDeserializer;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{ContactId, limits};

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViolationCode {
    /// A value of another JSON type than the field takes.
    WrongType,
    /// `null` for a field that cannot be empty.
    NullNotAllowed,
    /// Text with a NUL character, which PostgreSQL cannot hold.
    NulCharacter,
    /// Text that is no Unicode, such as half of a surrogate pair.
    InvalidUnicode,
    /// More characters or bytes than the limit.
    TooLong,
    /// More items than the limit.
    TooMany,
    /// Arrays and objects nested deeper than the limit.
    TooDeep,
    /// A value outside what the field takes.
    InvalidValue,
    /// A field that must be sent and was not.
    Required,
    /// An id that names nothing in the company.
    NotFound,
    /// A name that is taken already.
    Taken,
    /// A key that the request does not take. Extension, with strict handling.
    UnknownKey,
    /// A parameter that the operation does not take. Extension.
    UnknownParameter,
    /// A key that was sent more than once. Extension, with strict handling.
    RepeatedKey,
    /// A phone number or an email address of another contact than the other one's. Extension.
    Collides,
    /// A state that the contact is not in. Extension.
    Outdated,
    /// One that this version does not know, in the answer of a newer server. It is never sent.
    #[serde(skip_deserializing)]
    Unknown,
}

/// Reads the word for it; a newer server may have further ones.
fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ViolationCode, D::Error> {
    let word = String::deserialize(deserializer)?;
    let word: StringDeserializer<D::Error> = word.into_deserializer();
    Ok(ViolationCode::deserialize(word).unwrap_or(ViolationCode::Unknown))
}

/// One bad field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "pointer": "/notes", "code": "too_long", "detail": "notes takes at most 65536 characters; 70000 were sent."
}))]
pub struct Violation {
    /// Where it is: a JSON pointer (RFC 6901) into the body, or the name of the parameter.
    pub pointer: String,
    /// What is wrong, for programs.
    #[serde(deserialize_with = "code")]
    pub code: ViolationCode,
    /// What is wrong and what is taken instead, for people.
    pub detail: String,
    /// The contact that has the value, where another one does. Extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = uuid::Uuid, required = false, extensions(("x-extension" = json!(true))))]
    pub contact_id: Option<ContactId>,
}

impl Violation {
    /// Names a bad field.
    pub fn new(pointer: impl Into<String>, code: ViolationCode, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into(), contact_id: None }
    }

    /// The same, where the value is this contact's.
    #[must_use]
    pub fn of_contact(self, id: ContactId) -> Self {
        Self { contact_id: Some(id), ..self }
    }
}

/// All the bad fields of a request: counted, and the first [`limits::VIOLATIONS`] of them listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violations {
    listed: Vec<Violation>,
    count: usize,
}

impl Violations {
    /// None so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, violation: Violation) {
        self.count += 1;
        if self.listed.len() < limits::VIOLATIONS {
            self.listed.push(violation);
        }
    }

    /// Adds all of another reader's.
    pub fn extend(&mut self, others: Self) {
        self.count += others.count;
        let room = limits::VIOLATIONS.saturating_sub(self.listed.len());
        self.listed.extend(others.listed.into_iter().take(room));
    }

    /// What was read, or nothing of it where it is bad, which is noted here.
    pub fn note<T: Default>(&mut self, read: Result<T, impl Into<Self>>) -> T {
        read.unwrap_or_else(|bad| {
            self.extend(bad.into());
            T::default()
        })
    }

    /// The same, where what they are of stands at a pointer of something larger.
    #[must_use]
    pub fn under(mut self, pointer: &str) -> Self {
        for violation in &mut self.listed {
            violation.pointer.insert_str(0, pointer);
        }
        self
    }

    /// Lists so many at most, and counts all the same; says how many are listed.
    pub fn list_at_most(&mut self, room: usize) -> usize {
        self.listed.truncate(room);
        self.listed.len()
    }

    /// How many fields are bad, whether they are listed or not.
    pub fn count(&self) -> usize {
        self.count
    }

    /// True where every field is good.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The listed bad fields, in the order they were found.
    pub fn as_slice(&self) -> &[Violation] {
        &self.listed
    }

    /// The listed bad fields, to keep.
    pub fn into_vec(self) -> Vec<Violation> {
        self.listed
    }

    /// `value` where every field is good.
    ///
    /// # Errors
    /// The bad fields, where there are any.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self { listed: vec![violation], count: 1 }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.listed.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{}: {}", violation.pointer, violation.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// A name as one step of a JSON pointer.
pub fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_a_newer_server_has_is_read_as_unknown() {
        let read = |code: &str| {
            let json = format!(r#"{{"pointer":"/notes","code":"{code}","detail":""}}"#);
            serde_json::from_str::<Violation>(&json).unwrap().code
        };
        assert_eq!((read("too_long"), read("too_loud")), (ViolationCode::TooLong, ViolationCode::Unknown));
    }
}
