//! Encryption with a secret key.

use chacha20poly1305::aead::{Aead, Error, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// The length in bytes of the random nonce. A new one is written before the bytes of each encryption.
pub(crate) const NONCE: usize = 24;

/// Encrypts and decrypts with one key.
#[derive(Clone)]
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// Encrypts bytes, and binds them to the context, without which they cannot be decrypted.
    ///
    /// # Errors
    /// They are longer than what can be encrypted, 256 GiB.
    pub(crate) fn encrypt(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE] = rand::random();
        let encrypted = self.0.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: context })?;
        Ok([nonce.as_slice(), &encrypted].concat())
    }

    /// Decrypts bytes; `None` if they were not encrypted with this key and this context.
    pub(crate) fn decrypt(&self, context: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
        let (nonce, encrypted) = encrypted.split_first_chunk::<NONCE>()?;
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: encrypted, aad: context }).ok()
    }
}
