//! Encrypts stored responses that contain a secret. Only the caller's own API key can decrypt them, and the server does
//! not store API keys.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use contact_model::KeyedRequest;
use contact_store::{Cause, StoredBody, StoredResponse};
use sha2::{Digest, Sha256};

use super::replay::cause;
use crate::cipher::Cipher;
use crate::{SharedState, authorization_header};

/// A text that is hashed together with the API key, so that the encryption key differs from the hash by which the API
/// key is looked up. These bytes are part of the stored format, so they must not change.
const PURPOSE: &[u8] = b"contact-server: the answer to a request with an idempotency key";

/// Encrypts and decrypts with a key that is derived from the API key of a request. API keys are random, so one hash is
/// enough to derive the key.
#[derive(Clone)]
pub(crate) struct ResponseCipher(Cipher);

impl FromRequestParts<SharedState> for ResponseCipher {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self, Infallible> {
        let key = authorization_header::read(&parts.headers);
        Ok(Self::from_api_key(key.as_ref().map(|key| key.reveal()).unwrap_or_default()))
    }
}

impl ResponseCipher {
    fn from_api_key(api_key: &str) -> Self {
        let key: [u8; 32] = Sha256::new().chain_update(PURPOSE).chain_update(api_key).finalize().into();
        Self(Cipher::new(key))
    }

    /// Encrypts the body of a response, and binds it to the request.
    pub(crate) fn encrypt(
        &self,
        request: &KeyedRequest,
        response: StoredResponse,
    ) -> Result<StoredResponse, Cause> {
        let plain = response.body.plain().map_err(cause)?;
        let encrypted = self.0.encrypt(&request.key_hash, &plain).map_err(cause)?;
        Ok(StoredResponse { body: StoredBody::new(encrypted), is_encrypted: true, ..response })
    }

    /// Returns the response as it was before it was encrypted; `None` if it was encrypted for another API key.
    pub(crate) fn decrypt(
        &self,
        request: &KeyedRequest,
        response: &StoredResponse,
    ) -> Option<StoredResponse> {
        if !response.is_encrypted {
            return Some(response.clone());
        }
        let body = self.0.decrypt(&request.key_hash, &response.body.plain().ok()?)?;
        Some(StoredResponse { body: StoredBody::new(body), is_encrypted: false, ..response.clone() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contact_model::CompanyId;
    use uuid::Uuid;

    use super::*;
    use crate::cipher::NONCE;

    fn request(key: u8) -> KeyedRequest {
        KeyedRequest { company_id: CompanyId(Uuid::nil()), key_hash: [key; 32], content_hash: [0; 32] }
    }

    fn response() -> StoredResponse {
        let body = StoredBody::new(b"{\"key\":\"ctk_secret\"}".to_vec());
        StoredResponse {
            status: 201,
            headers: Vec::new(),
            body,
            is_encrypted: false,
            contacts: BTreeSet::new(),
        }
    }

    #[test]
    fn only_the_same_api_key_decrypts_a_response() {
        let cipher = ResponseCipher::from_api_key("ctk_a");
        let encrypted = cipher.encrypt(&request(1), response()).unwrap();
        assert!(
            encrypted.is_encrypted
                && !encrypted.body.plain().unwrap().windows(6).any(|bytes| bytes == b"secret")
        );
        assert_eq!(cipher.decrypt(&request(1), &encrypted), Some(response()));
        assert_eq!(ResponseCipher::from_api_key("ctk_b").decrypt(&request(1), &encrypted), None);
        assert_eq!(cipher.decrypt(&request(2), &encrypted), None, "the response belongs to another request");
        let short = StoredResponse { body: StoredBody::new(vec![0; NONCE - 1]), ..encrypted.clone() };
        assert_eq!(cipher.decrypt(&request(1), &short), None);
        assert_ne!(
            cipher.encrypt(&request(1), response()).unwrap(),
            encrypted,
            "each encryption has its own nonce"
        );
    }

    #[test]
    fn a_plain_response_needs_no_decryption() {
        assert_eq!(ResponseCipher::from_api_key("ctk_a").decrypt(&request(1), &response()), Some(response()));
    }
}
