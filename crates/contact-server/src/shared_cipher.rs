//! A cipher whose key is a secret that all servers of the database share.

use contact_store::company::{FindSecret, GetOrCreateSecret};
use contact_store::{Store, StoreError};
use tokio::sync::OnceCell;

use crate::cipher::Cipher;

/// A cipher. Its key is read from the database once.
pub(crate) struct SharedCipher {
    store: Store,
    /// The name of the secret.
    name: &'static str,
    cipher: OnceCell<Cipher>,
}

impl SharedCipher {
    pub(crate) fn new(store: Store, name: &'static str) -> Self {
        Self { store, name, cipher: OnceCell::new() }
    }

    /// Returns the cipher.
    ///
    /// # Errors
    /// The secret cannot be read.
    pub(crate) async fn get(&self) -> Result<&Cipher, StoreError> {
        self.cipher
            .get_or_try_init(async || {
                let secret = match self.store.run(FindSecret { name: self.name }).await? {
                    Some(secret) => secret,
                    None => {
                        let create = GetOrCreateSecret { name: self.name, candidate: rand::random() };
                        self.store.run(create).await?
                    }
                };
                Ok(Cipher::new(secret))
            })
            .await
    }
}
