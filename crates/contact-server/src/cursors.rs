//! Cursors in the form in which callers get them.
//!
//! A cursor contains the contact after which a page begins, and the value that the list is sorted by, such as a name.
//! It is encrypted with a secret that all servers of the database share. Therefore it reveals nothing of a contact,
//! and only these servers can make one. A cursor is valid for one list of one company.

use std::fmt::Display;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use contact_model::CompanyId;
use contact_store::{Store, StoreError};

use crate::cipher::Cipher;
use crate::error::{ApiError, Result};
use crate::shared_cipher::SharedCipher;

/// The name of the secret.
const SECRET: &str = "cursors";

/// Creates the ciphers of lists.
pub(crate) struct Cursors(SharedCipher);

impl Cursors {
    pub(crate) fn new(store: Store) -> Self {
        Self(SharedCipher::new(store, SECRET))
    }

    /// Reads the secret, and creates it if there is none. Otherwise the first list would do this, and would fail if the
    /// database accepted no writes at that time.
    ///
    /// # Errors
    /// The secret cannot be read or created.
    pub(crate) async fn prepare(&self) -> Result<(), StoreError> {
        self.0.get().await.map(|_| ())
    }

    /// Returns the cipher for the cursors of a company's list at a path.
    ///
    /// # Errors
    /// The secret cannot be read.
    pub(crate) async fn of_list(
        &self,
        company_id: CompanyId,
        path: &str,
    ) -> Result<CursorCipher, StoreError> {
        Ok(CursorCipher::new(self.0.get().await?.clone(), company_id, path))
    }
}

/// Encrypts and decrypts the cursors of one list of one company.
pub(crate) struct CursorCipher {
    cipher: Cipher,
    /// The company and the path of the list. The path is in lower case, because the case of an id in it does not
    /// matter.
    list: Vec<u8>,
}

impl CursorCipher {
    fn new(cipher: Cipher, company_id: CompanyId, path: &str) -> Self {
        Self { cipher, list: [company_id.0.as_bytes(), path.to_ascii_lowercase().as_bytes()].concat() }
    }

    /// Encrypts a cursor, and returns it as a word that can be part of a URL.
    ///
    /// # Errors
    /// The cursor is longer than what can be encrypted, 256 GiB.
    pub(crate) fn encrypt(&self, cursor: impl Display) -> Result<String> {
        let encrypted = self.cipher.encrypt(&self.list, cursor.to_string().as_bytes());
        encrypted.map(|encrypted| URL_SAFE_NO_PAD.encode(encrypted)).map_err(ApiError::internal)
    }

    /// Decrypts the cursor in a word; `None` if it is not a cursor of this list.
    pub(crate) fn decrypt(&self, word: &str) -> Option<String> {
        let encrypted = URL_SAFE_NO_PAD.decode(word).ok()?;
        String::from_utf8(self.cipher.decrypt(&self.list, &encrypted)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn cipher(secret: u8, company: u128, path: &str) -> CursorCipher {
        CursorCipher::new(Cipher::new([secret; 32]), CompanyId(Uuid::from_u128(company)), path)
    }

    proptest! {
        #[test]
        fn a_decrypted_cursor_equals_the_encrypted_one(cursor in any::<String>()) {
            let list = cipher(1, 1, "/contacts/");
            let word = list.encrypt(&cursor).unwrap();
            prop_assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{}", word);
            prop_assert_eq!(list.decrypt(&word), Some(cursor));
        }

        #[test]
        fn altered_or_random_text_is_not_a_cursor(at in 0..60_usize, letter in "[A-Za-z0-9_-]", word in any::<String>()) {
            let list = cipher(1, 1, "/contacts/");
            let mut altered = list.encrypt("jane doe, 415").unwrap();
            prop_assume!(altered[at..=at] != letter);
            altered.replace_range(at..=at, &letter);
            prop_assert_eq!(list.decrypt(&altered), None);
            prop_assert_eq!(list.decrypt(&altered[..at]), None);
            prop_assert_eq!(list.decrypt(&word), None);
        }
    }

    #[test]
    fn a_cursor_is_valid_for_one_list_of_one_company_and_one_database() {
        let word = cipher(1, 1, "/contacts/").encrypt("x").unwrap();
        assert_eq!(cipher(1, 1, "/Contacts/").decrypt(&word).as_deref(), Some("x"));
        for other in [cipher(2, 1, "/contacts/"), cipher(1, 2, "/contacts/"), cipher(1, 1, "/tags/")] {
            assert_eq!(other.decrypt(&word), None);
        }
        assert_ne!(
            cipher(1, 1, "/contacts/").encrypt("x").unwrap(),
            word,
            "each encryption has its own nonce"
        );
    }
}
