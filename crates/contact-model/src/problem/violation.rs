//! Reports all invalid fields of a request at once, each with its location.

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
    /// The value has another JSON type than the field accepts.
    WrongType,
    /// The value is `null`, but the field cannot be empty.
    NullNotAllowed,
    /// The text contains a NUL character, which PostgreSQL cannot store.
    NulCharacter,
    /// The text is not valid Unicode, for example because it contains half of a surrogate pair.
    InvalidUnicode,
    /// The value has more characters or bytes than allowed.
    TooLong,
    /// The array has more items than allowed.
    TooMany,
    /// Arrays and objects are nested deeper than allowed.
    TooDeep,
    /// The field does not accept the value.
    InvalidValue,
    /// A required field was not sent.
    Required,
    /// The company has nothing with this id.
    NotFound,
    /// The name is already taken.
    Taken,
    /// The request does not take this key, and the handling is strict.
    UnknownKey,
    /// The operation does not take this parameter.
    UnknownParameter,
    /// The key was sent more than once, and the handling is strict.
    RepeatedKey,
    /// The phone number and the email address belong to different contacts.
    Collides,
    /// The contact is not in the required state.
    Outdated,
    /// A code of a newer server that this version does not know. The server never sends it.
    // With `serde(other)` instead, the schema would list this code.
    #[serde(skip_deserializing)]
    Unknown,
}

/// Reads a code. Codes that this version does not know become [`ViolationCode::Unknown`].
fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ViolationCode, D::Error> {
    let word = String::deserialize(deserializer)?;
    let word: StringDeserializer<D::Error> = word.into_deserializer();
    Ok(ViolationCode::deserialize(word).unwrap_or(ViolationCode::Unknown))
}

/// An invalid field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// The location: a JSON pointer (RFC 6901) into the body, or the name of a parameter.
    pub pointer: String,
    /// What is wrong, for programs.
    #[serde(deserialize_with = "code")]
    pub code: ViolationCode,
    /// What is wrong and what is accepted instead, for people.
    pub detail: String,
    /// The id of the other contact that has the value, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = uuid::Uuid, required = false, extensions(("x-extension" = json!(true))))]
    pub contact_id: Option<ContactId>,
}

impl Violation {
    /// Creates a violation without a contact.
    pub fn new(pointer: impl Into<String>, code: ViolationCode, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into(), contact_id: None }
    }

    /// Returns this violation with the id of the contact that has the value.
    #[must_use]
    pub fn of_contact(self, id: ContactId) -> Self {
        Self { contact_id: Some(id), ..self }
    }
}

/// The invalid fields of a request. All of them are counted, but only the first [`limits::VIOLATIONS`] are
/// kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Violations {
    listed: Vec<Violation>,
    count: usize,
}

impl Violations {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a violation.
    pub fn push(&mut self, violation: Violation) {
        self.count += 1;
        if self.listed.len() < limits::VIOLATIONS {
            self.listed.push(violation);
        }
    }

    /// Adds a violation with these fields.
    pub(crate) fn report(
        &mut self,
        pointer: impl Into<String>,
        code: ViolationCode,
        detail: impl Into<String>,
    ) {
        self.push(Violation::new(pointer, code, detail));
    }

    /// Adds the violations of another list.
    pub fn extend(&mut self, others: Self) {
        self.count += others.count;
        let room = limits::VIOLATIONS.saturating_sub(self.listed.len());
        self.listed.extend(others.listed.into_iter().take(room));
    }

    /// Returns the value, or adds the violations and returns the default value.
    pub fn value_or_default<T: Default>(&mut self, read: Result<T, impl Into<Self>>) -> T {
        read.unwrap_or_else(|bad| {
            self.extend(bad.into());
            T::default()
        })
    }

    /// Prefixes all pointers with the pointer of the object that contains the fields.
    #[must_use]
    pub fn with_prefix(mut self, pointer: &str) -> Self {
        for violation in &mut self.listed {
            violation.pointer.insert_str(0, pointer);
        }
        self
    }

    /// Keeps at most `room` of the listed violations, and returns how many are left. The count is unchanged.
    pub(crate) fn truncate_listed(&mut self, room: usize) -> usize {
        self.listed.truncate(room);
        self.listed.len()
    }

    /// Returns the number of invalid fields, listed or not.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Returns true if every field is valid.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Returns the listed violations, in the order in which they were found.
    pub fn as_slice(&self) -> &[Violation] {
        &self.listed
    }

    /// Converts to the listed violations.
    pub fn into_vec(self) -> Vec<Violation> {
        self.listed
    }

    /// Returns `value` if every field is valid.
    ///
    /// # Errors
    /// Returns the violations if there are any.
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
        let texts =
            self.listed.iter().map(|violation| format!("{}: {}", violation.pointer, violation.detail));
        f.write_str(&texts.collect::<Vec<_>>().join("; "))
    }
}

impl std::error::Error for Violations {}

/// Escapes a name for use in a JSON pointer.
pub(crate) fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_code_of_a_newer_server_is_accepted() {
        let read = |code: &str| {
            let json = format!(r#"{{"pointer":"/notes","code":"{code}","detail":""}}"#);
            serde_json::from_str::<Violation>(&json).unwrap().code
        };
        assert_eq!((read("too_long"), read("too_loud")), (ViolationCode::TooLong, ViolationCode::Unknown));
    }
}
