//! The form of an API key: a prefix that secret scanners know, 128 random bits, a checksum.

use std::fmt;

use sha2::{Digest, Sha256};

/// What every key begins with.
pub const PREFIX: &str = "ctk_";
const BODY_LENGTH: usize = 22;
const CHECKSUM_LENGTH: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An API key: `ctk_`, 22 characters of base 62 that hold 128 random bits, and 6 that hold the
/// CRC-32 of what stands before them. A text scanner finds it by `ctk_[0-9A-Za-z]{28}` and knows a
/// real one by the checksum, without asking anyone.
///
/// It is a secret: `Debug` shows its hint alone.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// What a key is stored and looked up by: its SHA-256. Random keys need no slower hash.
pub type ApiKeyHash = [u8; 32];

impl ApiKey {
    /// Makes a key of 128 random bits.
    pub fn from_random(bits: u128) -> Self {
        let mut key = String::from(PREFIX);
        key.push_str(&base62(bits, BODY_LENGTH));
        let checksum = checksum(&key);
        key.push_str(&checksum);
        Self(key)
    }

    /// Reads a key, and tells a mistyped one without looking it up.
    pub fn parse(text: &str) -> Option<Self> {
        let length = PREFIX.len() + BODY_LENGTH + CHECKSUM_LENGTH;
        if text.len() != length || !text.starts_with(PREFIX) || !text.is_ascii() {
            return None;
        }
        let (key, sum) = text.split_at(length - CHECKSUM_LENGTH);
        (checksum(key) == sum).then(|| Self(text.to_owned()))
    }

    /// The key itself, to be shown once or sent.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the key is stored and looked up by.
    pub fn hash(&self) -> ApiKeyHash {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The key's beginning: enough to tell it from others, too little to use.
    pub fn hint(&self) -> String {
        format!("{}…", &self.0[..PREFIX.len() + 4])
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.hint())
    }
}

fn checksum(text: &str) -> String {
    base62(u128::from(crc32fast::hash(text.as_bytes())), CHECKSUM_LENGTH)
}

fn base62(mut number: u128, length: usize) -> String {
    let mut digits = vec![b'0'; length];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_read_again(bits in any::<u128>()) {
            let key = ApiKey::from_random(bits);
            prop_assert_eq!(ApiKey::parse(key.reveal()), Some(key.clone()));
            prop_assert_eq!(key.reveal().len(), 32);
        }

        #[test]
        fn a_mistyped_key_is_told(bits in any::<u128>(), at in 4..32_usize) {
            let key = ApiKey::from_random(bits);
            let mut typo = key.reveal().to_owned().into_bytes();
            typo[at] = if typo[at] == b'x' { b'y' } else { b'x' };
            prop_assert_eq!(ApiKey::parse(std::str::from_utf8(&typo).unwrap()), None);
        }

        #[test]
        fn no_text_is_too_strange_to_read(text in any::<String>()) {
            ApiKey::parse(&text);
        }
    }

    #[test]
    fn different_bits_make_different_keys() {
        assert_ne!(ApiKey::from_random(0), ApiKey::from_random(u128::MAX));
        assert_ne!(ApiKey::from_random(0).hash(), ApiKey::from_random(1).hash());
    }

    #[test]
    fn a_key_is_not_shown_by_debug() {
        let key = ApiKey::from_random(7);
        assert!(!format!("{key:?}").contains(key.reveal()));
    }
}
