//! The secret of a webhook, and the signatures of its requests.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serializer};
use sha2::Sha256;

/// The prefix of every secret.
const PREFIX: &str = "whsec_";
/// The length of a secret in bytes.
const LENGTH: usize = 32;

/// The secret with which the requests of a webhook are signed, as in the Standard Webhooks specification: `whsec_` and
/// 32 random bytes in base64.
///
/// `Debug` does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WebhookSecret([u8; LENGTH]);

impl WebhookSecret {
    /// Creates a secret from random bytes.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// Parses a secret.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Returns the bytes of the secret, to be encrypted.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the secret itself, to be shown once.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }

    /// Returns the signature of a request: `v1,` and the HMAC-SHA256 of its id, its time in seconds since 1970 and its
    /// body, in base64.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        sign(&self.0, id, timestamp, body)
    }
}

fn sign(key: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

/// Serializes the secret itself. [`WebhookSecret`] does not implement `Serialize`, so no other code can do so by
/// mistake.
pub(super) fn reveal<S: Serializer>(secret: &WebhookSecret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&secret.reveal())
}

pub(super) fn parse<'de, D: Deserializer<'de>>(deserializer: D) -> Result<WebhookSecret, D::Error> {
    let text = String::deserialize(deserializer)?;
    WebhookSecret::parse(&text).ok_or_else(|| serde::de::Error::custom("this is not the secret of a webhook"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_a_round_trip_and_is_not_in_debug_output() {
        let secret = WebhookSecret::from_random([7; LENGTH]);
        assert_eq!(WebhookSecret::parse(&secret.reveal()), Some(secret));
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
        for other in ["", "whsec_", "whsec_AAAA", &secret.reveal()[6..]] {
            assert_eq!(WebhookSecret::parse(other), None, "{other:?}");
        }
    }

    /// The example of the reference libraries of the Standard Webhooks specification.
    #[test]
    fn signatures_follow_the_standard_webhooks_specification() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
