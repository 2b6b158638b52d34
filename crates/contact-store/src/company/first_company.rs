//! The first company of an empty database.

use std::io;
use std::sync::Arc;

use contact_model::{ApiKey, ApiKeyInfo};

use super::operation::operation;
use super::{CreateApiKey, CreateCompany};

/// Stores the first key outside the database, so that its owner finds it.
///
/// If the transaction runs again, it calls this function again.
pub type StoreFirstKey = Arc<dyn Fn(&ApiKey) -> io::Result<()> + Send + Sync>;

/// Creates the first company and its key, unless a company exists. Does so only once even if several servers start
/// together.
#[derive(Clone)]
pub struct CreateFirstCompany {
    /// The company.
    pub company: CreateCompany,
    /// The company's key. Its `company_id` is replaced by the id of the new company.
    pub key: CreateApiKey,
    /// Stores the key. It is called only if no company exists, before the company is created, and while every other
    /// server that starts waits. So if the company exists, its owner has the key.
    pub store_key: StoreFirstKey,
}

/// The result of creating the first company.
#[derive(Debug, Clone)]
pub enum FirstCompany {
    /// The company was created, with this key.
    Created(ApiKeyInfo),
    /// A company already exists.
    Exists,
    /// The key could not be stored, so nothing was created.
    KeyNotStored(Arc<io::Error>),
}

operation!(CreateFirstCompany => FirstCompany, takes_turn_of: None, |self, connection, clock| {
    connection.lock("first company").await?;
    if connection.query_one("SELECT company_id FROM companies LIMIT 1", &[], |row| row.uuid(0)).await?.is_some() {
        return Ok(FirstCompany::Exists);
    }
    if let Err(error) = (self.store_key)(&self.key.key) {
        return Ok(FirstCompany::KeyNotStored(Arc::new(error)));
    }
    let company = self.company.run(connection, clock).await?;
    let key = CreateApiKey { company_id: company.id, ..self.key.clone() };
    Ok(FirstCompany::Created(key.run(connection, clock).await?))
});
