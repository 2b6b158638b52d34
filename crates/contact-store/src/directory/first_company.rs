//! The first company of an empty database.

use super::{CreateApiKey, CreateCompany, api_key, company, operation};

/// Creates the first company and its key where there is no company yet; says whether it did. Once,
/// even where several servers start together.
#[derive(Debug, Clone)]
pub struct FoundFirstCompany {
    /// The company.
    pub company: CreateCompany,
    /// Its key; the company it names is filled in.
    pub key: CreateApiKey,
}

operation!(FoundFirstCompany => bool, writes_for: None, |self, connection, clock| {
    connection.lock("first company").await?;
    if connection.query_one("SELECT company_id FROM companies LIMIT 1", &[], |row| row.uuid(0)).await?.is_some() {
        return Ok(false);
    }
    let company = company::create(connection, clock, &self.company).await?;
    let key = CreateApiKey { company_id: company.id, ..self.key.clone() };
    api_key::create(connection, clock, &key).await?;
    Ok(true)
});
