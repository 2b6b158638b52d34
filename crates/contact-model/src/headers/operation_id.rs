//! The value of the header `Operation-Id`. Extension.

use crate::limits;

/// The id that the requests of one operation, such as an import, have in common. The log of changes contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationId(String);

/// The error for a text that is not an id of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("takes one id of 1 to {} visible ASCII characters, such as a UUID.", limits::OPERATION_ID)]
pub struct InvalidOperationId;

impl OperationId {
    /// Reads the values of the header. Returns `None` if there are none.
    ///
    /// # Errors
    /// Returns an error if there are several values, or if the value is not an id.
    pub fn read<'h>(mut values: impl Iterator<Item = &'h [u8]>) -> Result<Option<Self>, InvalidOperationId> {
        let Some(value) = values.next() else { return Ok(None) };
        let text = std::str::from_utf8(value.trim_ascii()).map_err(|_| InvalidOperationId)?;
        if values.next().is_some() {
            return Err(InvalidOperationId);
        }
        text.parse().map(Some)
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for OperationId {
    type Err = InvalidOperationId;

    fn from_str(text: &str) -> Result<Self, InvalidOperationId> {
        let is_good = text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_good && (1..=limits::OPERATION_ID).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidOperationId)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_word_of_visible_characters() {
        let read = |values: &[&str]| {
            let id = OperationId::read(values.iter().map(|value| value.as_bytes()))?;
            Ok(id.map(|id| id.as_str().to_owned()))
        };
        assert_eq!(read(&[]), Ok(None));
        let longest = "x".repeat(limits::OPERATION_ID);
        for good in ["import/7", " a ", "\"a\"", &longest] {
            assert_eq!(read(&[good]), Ok(Some(good.trim().to_owned())));
        }
        for bad in [&[""][..], &["two words"], &["ä"], &["a", "b"], &[&format!("{longest}x")]] {
            assert_eq!(read(bad), Err(InvalidOperationId), "{bad:?}");
        }
    }
}
