//! A secret that is kept in a file of its own, such as an API key or the address of a database.

/// The maximum size of a file that contains a secret, in bytes.
pub const MAX_BYTES: usize = 64 * 1024;

/// The reason why a file does not contain a usable secret. The message never contains any of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFileError {
    /// The file contains only white space.
    #[error("it is empty")]
    Empty,
    /// The content is not UTF-8.
    #[error("it is not UTF-8 text")]
    NotText,
    /// The file has more than [`MAX_BYTES`] bytes.
    #[error("it has more than {MAX_BYTES} bytes")]
    TooLong,
}

/// Reads the content of a file as a secret. Line breaks at the end are not part of it.
///
/// # Errors
/// The content is empty, is not UTF-8, or is too long.
pub fn read(content: Vec<u8>) -> Result<String, SecretFileError> {
    if content.len() > MAX_BYTES {
        return Err(SecretFileError::TooLong);
    }
    let mut text = String::from_utf8(content).map_err(|_| SecretFileError::NotText)?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    if text.trim().is_empty() { Err(SecretFileError::Empty) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_at_the_end_are_not_part_of_the_secret() {
        for content in ["ctk_a b", "ctk_a b\n", "ctk_a b\r\n", "ctk_a b\n\n"] {
            assert_eq!(read(content.into()).as_deref(), Ok("ctk_a b"), "{content:?}");
        }
        assert_eq!(read(b" a\nb\n".to_vec()).as_deref(), Ok(" a\nb"));
    }

    #[test]
    fn error_about_a_file_without_a_secret_does_not_contain_its_content() {
        for (content, error) in [
            (Vec::new(), SecretFileError::Empty),
            (b"\n".to_vec(), SecretFileError::Empty),
            (b" \r\n".to_vec(), SecretFileError::Empty),
            (b"secret\xff".to_vec(), SecretFileError::NotText),
            (vec![b'a'; MAX_BYTES + 1], SecretFileError::TooLong),
        ] {
            assert_eq!(read(content), Err(error));
            assert!(!error.to_string().contains("secret"));
        }
    }
}
