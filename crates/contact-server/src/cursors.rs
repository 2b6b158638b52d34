//! Cursors in the form in which callers get them.
//!
//! A cursor contains the contact after which a page begins, and the value that the list is sorted by, such as a name.
//! It is encrypted with a secret that all servers of the database share. Therefore it reveals nothing of a contact,
//! and only these servers can make one. A cursor is valid for one list of one company.

use std::fmt::Display;
use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use contact_model::CompanyId;
use contact_store::company::GetOrCreateSecret;
use contact_store::{Store, StoreError};
use tokio::sync::OnceCell;

/// The name of the secret.
const SECRET: &str = "cursors";
/// The length in bytes of the random nonce. A new one is written before each encrypted cursor.
const NONCE: usize = 24;

/// Makes the seals of lists. The secret is read from the database once.
pub(crate) struct Cursors {
    store: Store,
    cipher: OnceCell<XChaCha20Poly1305>,
}

impl Cursors {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, cipher: OnceCell::new() }
    }

    /// Returns the seal of a company's list at a path.
    ///
    /// # Errors
    /// The secret cannot be read.
    pub(crate) async fn of_list(&self, company_id: CompanyId, path: &str) -> Result<ListSeal, StoreError> {
        let cipher = self.cipher.get_or_try_init(async || {
            let secret = GetOrCreateSecret { name: SECRET, candidate: rand::random() };
            Ok::<_, StoreError>(XChaCha20Poly1305::new(&self.store.run_one(secret).await?.into()))
        });
        Ok(ListSeal::new(cipher.await?.clone(), company_id, path))
    }
}

/// Seals the cursors of one list of one company, and opens them.
pub(crate) struct ListSeal {
    cipher: XChaCha20Poly1305,
    /// The company and the path of the list. The path is in lower case, because the case of an id in it does not
    /// matter.
    list: Vec<u8>,
}

impl ListSeal {
    fn new(cipher: XChaCha20Poly1305, company_id: CompanyId, path: &str) -> Self {
        Self { cipher, list: [company_id.0.as_bytes(), path.to_ascii_lowercase().as_bytes()].concat() }
    }

    /// Encrypts a cursor, and returns it as a word that can be part of a URL.
    ///
    /// # Errors
    /// The cursor is longer than what can be encrypted, 256 GiB.
    pub(crate) fn seal(&self, cursor: impl Display) -> Result<String, StoreError> {
        let nonce: [u8; NONCE] = rand::random();
        let cursor = cursor.to_string();
        let payload = Payload { msg: cursor.as_bytes(), aad: &self.list };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload);
        let sealed =
            sealed.map_err(|error| StoreError::Unavailable(Arc::new(io::Error::other(error.to_string()))))?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts the cursor in a word; `None` if this list did not seal it.
    pub(crate) fn open(&self, word: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(word).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &self.list };
        let opened = self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn seal(secret: u8, company: u128, path: &str) -> ListSeal {
        let cipher = XChaCha20Poly1305::new(&[secret; 32].into());
        ListSeal::new(cipher, CompanyId(Uuid::from_u128(company)), path)
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_went(cursor in any::<String>()) {
            let list = seal(1, 1, "/contacts/");
            let word = list.seal(&cursor).unwrap();
            prop_assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{}", word);
            prop_assert_eq!(list.open(&word), Some(cursor));
        }

        #[test]
        fn a_word_that_was_altered_or_made_up_is_no_cursor(at in 0..60_usize, letter in "[A-Za-z0-9_-]", word in any::<String>()) {
            let list = seal(1, 1, "/contacts/");
            let mut altered = list.seal("jane doe, 415").unwrap();
            prop_assume!(altered[at..=at] != letter);
            altered.replace_range(at..=at, &letter);
            prop_assert_eq!(list.open(&altered), None);
            prop_assert_eq!(list.open(&altered[..at]), None);
            prop_assert_eq!(list.open(&word), None);
        }
    }

    #[test]
    fn a_seal_holds_for_one_list_of_one_company_and_one_database() {
        let word = seal(1, 1, "/contacts/").seal("x").unwrap();
        assert_eq!(seal(1, 1, "/Contacts/").open(&word).as_deref(), Some("x"));
        for other in [seal(2, 1, "/contacts/"), seal(1, 2, "/contacts/"), seal(1, 1, "/tags/")] {
            assert_eq!(other.open(&word), None);
        }
        assert_ne!(seal(1, 1, "/contacts/").seal("x").unwrap(), word, "equal places are not told from words");
    }
}
