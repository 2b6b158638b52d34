//! Encrypts stored responses that contain a secret. Only the caller's own API key can open them, and the server does
//! not store API keys.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use contact_model::KeyedRequest;
use contact_store::{Cause, StoredBody, StoredResponse};
use sha2::{Digest, Sha256};

use super::replay::cause;
use crate::SharedState;
use crate::authorization_header;

/// A text that is hashed together with the API key, so that the encryption key differs from the hash by which the API
/// key is looked up.
const PURPOSE: &[u8] = b"contact-server: the answer to a request with an idempotency key";

/// The length in bytes of the random nonce. A new one is written before each sealed body.
const NONCE: usize = 24;

/// Encrypts and decrypts with a key that is derived from the API key of a request. API keys are random, so one hash
/// is enough to derive the key.
#[derive(Clone)]
pub(crate) struct Seal(XChaCha20Poly1305);

impl FromRequestParts<SharedState> for Seal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &SharedState) -> Result<Self, Infallible> {
        let key = authorization_header::read(&parts.headers);
        let key = key.as_ref().map(|key| key.reveal()).unwrap_or_default();
        Ok(Self::of(key))
    }
}

impl Seal {
    fn of(api_key: &str) -> Self {
        let key: [u8; 32] = Sha256::new().chain_update(PURPOSE).chain_update(api_key).finalize().into();
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Encrypts the body of a response, and binds it to the request.
    pub(super) fn close(
        &self,
        request: &KeyedRequest,
        answer: StoredResponse,
    ) -> Result<StoredResponse, Cause> {
        let nonce: [u8; NONCE] = rand::random();
        let plain = answer.body.plain()?;
        let payload = Payload { msg: &plain, aad: &request.name };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|error| cause(error.to_string()))?;
        let body = StoredBody::new([nonce.as_slice(), &sealed].concat());
        Ok(StoredResponse { body, sealed: true, ..answer })
    }

    /// Returns the response as it was before it was sealed; `None` if another API key has sealed it.
    pub(super) fn open(&self, request: &KeyedRequest, answer: &StoredResponse) -> Option<StoredResponse> {
        if !answer.sealed {
            return Some(answer.clone());
        }
        let stored = answer.body.plain().ok()?;
        let (nonce, sealed) = stored.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &request.name };
        let body = self.0.decrypt(&XNonce::from(*nonce), payload).ok()?;
        Some(StoredResponse { body: StoredBody::new(body), sealed: false, ..answer.clone() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contact_model::CompanyId;
    use uuid::Uuid;

    use super::*;

    fn request(name: u8) -> KeyedRequest {
        KeyedRequest { company_id: CompanyId(Uuid::nil()), name: [name; 32], fingerprint: [0; 32] }
    }

    fn answer() -> StoredResponse {
        let body = StoredBody::new(b"{\"key\":\"ctk_secret\"}".to_vec());
        StoredResponse { status: 201, headers: Vec::new(), body, sealed: false, contacts: BTreeSet::new() }
    }

    #[test]
    fn what_is_sealed_is_opened_by_the_same_api_key_alone() {
        let seal = Seal::of("ctk_a");
        let sealed = seal.close(&request(1), answer()).unwrap();
        assert!(sealed.sealed && !sealed.body.plain().unwrap().windows(6).any(|bytes| bytes == b"secret"));
        assert_eq!(seal.open(&request(1), &sealed), Some(answer()));
        assert_eq!(Seal::of("ctk_b").open(&request(1), &sealed), None);
        assert_eq!(seal.open(&request(2), &sealed), None, "it answers another request");
        let short = StoredResponse { body: StoredBody::new(vec![0; NONCE - 1]), ..sealed.clone() };
        assert_eq!(seal.open(&request(1), &short), None);
        assert_ne!(seal.close(&request(1), answer()).unwrap(), sealed, "no seal is like another");
    }

    #[test]
    fn what_is_not_sealed_is_open() {
        assert_eq!(Seal::of("ctk_a").open(&request(1), &answer()), Some(answer()));
    }
}
