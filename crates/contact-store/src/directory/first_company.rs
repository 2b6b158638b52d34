//! The first company of an empty database.

use std::io;
use std::sync::Arc;

use contact_model::{ApiKey, ApiKeyInfo};

use super::{CreateApiKey, CreateCompany, api_key, company, operation};

/// Stores the first key outside the database, where its owner finds it.
///
/// A transaction that is run again calls it again.
pub type KeepFirstKey = Arc<dyn Fn(&ApiKey) -> io::Result<()> + Send + Sync>;

/// Creates the first company and its key unless there is a company, once even if several servers start together.
#[derive(Clone)]
pub struct FoundFirstCompany {
    /// The company.
    pub company: CreateCompany,
    /// Its key; the company it names is filled in.
    pub key: CreateApiKey,
    /// Stores the key. It is called only if there is no company yet, while every other server that starts waits, and
    /// before the company is created. So a company that exists has a key that its owner knows.
    pub keep: KeepFirstKey,
}

/// What became of the first company.
#[derive(Debug)]
pub enum FirstCompany {
    /// It was created, with this key.
    Founded(ApiKeyInfo),
    /// There was a company already.
    Exists,
    /// The key could not be stored, so nothing was created.
    KeyNotKept(io::Error),
}

operation!(FoundFirstCompany => FirstCompany, writes_for: None, |self, connection, clock| {
    connection.lock("first company").await?;
    if connection.query_one("SELECT company_id FROM companies LIMIT 1", &[], |row| row.uuid(0)).await?.is_some() {
        return Ok(FirstCompany::Exists);
    }
    if let Err(error) = (self.keep)(&self.key.key) {
        return Ok(FirstCompany::KeyNotKept(error));
    }
    let company = company::create(connection, clock, &self.company).await?;
    let key = CreateApiKey { company_id: company.id, ..self.key.clone() };
    Ok(FirstCompany::Founded(api_key::create(connection, clock, &key).await?))
});
