//! The format of an API key: a prefix that secret scanners recognise, 128 random bits and a checksum.

use std::fmt;

use sha2::{Digest, Sha256};

/// The prefix of every key.
const PREFIX: &str = "ctk_";
const BODY_LENGTH: usize = 22;
const CHECKSUM_LENGTH: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An API key: `ctk_`, 22 characters in base 62 that contain 128 random bits, and 6 characters that contain
/// the CRC-32 of the characters before them.
///
/// A secret scanner finds keys with the pattern `ctk_[0-9A-Za-z]{28}` and recognises a real one by its
/// checksum, without a request to the server.
///
/// A key is a secret, so `Debug` shows only its hint.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

/// The SHA-256 of a key, which is stored and used to look the key up. Random keys need no slower hash.
pub type ApiKeyHash = [u8; 32];

impl ApiKey {
    /// Creates a key from 128 random bits.
    pub fn from_random(bits: u128) -> Self {
        let key = format!("{PREFIX}{}", base62(bits, BODY_LENGTH));
        let checksum = checksum(&key);
        Self(key + &checksum)
    }

    /// Parses a key. Most mistyped keys have a wrong checksum and are rejected without a lookup.
    pub fn parse(text: &str) -> Option<Self> {
        let length = PREFIX.len() + BODY_LENGTH + CHECKSUM_LENGTH;
        if text.len() != length || !text.starts_with(PREFIX) || !text.is_ascii() {
            return None;
        }
        let (key, sum) = text.split_at(length - CHECKSUM_LENGTH);
        (checksum(key) == sum).then(|| Self(text.to_owned()))
    }

    /// Returns the secret key itself, to be sent or shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the hash that the key is stored and looked up by.
    pub fn hash(&self) -> ApiKeyHash {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// Returns the beginning of the key, which identifies the key to its owner but cannot be used in its
    /// place.
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
        fn a_key_survives_a_round_trip(bits in any::<u128>()) {
            let key = ApiKey::from_random(bits);
            prop_assert_eq!(ApiKey::parse(key.reveal()), Some(key.clone()));
            prop_assert_eq!(key.reveal().len(), 32);
        }

        #[test]
        fn a_mistyped_key_is_rejected(bits in any::<u128>(), at in 4..32_usize) {
            let key = ApiKey::from_random(bits);
            let mut typo = key.reveal().to_owned().into_bytes();
            typo[at] = if typo[at] == b'x' { b'y' } else { b'x' };
            prop_assert_eq!(ApiKey::parse(std::str::from_utf8(&typo).unwrap()), None);
        }

        #[test]
        fn parsing_never_panics(text in any::<String>()) {
            ApiKey::parse(&text);
        }
    }

    #[test]
    fn different_bits_make_different_keys() {
        assert_ne!(ApiKey::from_random(0), ApiKey::from_random(u128::MAX));
        assert_ne!(ApiKey::from_random(0).hash(), ApiKey::from_random(1).hash());
    }

    #[test]
    fn debug_output_does_not_contain_the_key() {
        let key = ApiKey::from_random(7);
        assert!(!format!("{key:?}").contains(key.reveal()));
    }
}
