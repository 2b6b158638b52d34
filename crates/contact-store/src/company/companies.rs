//! Companies.

use contact_model::company::{Company, RateLimit};
use contact_model::custom_field::check_label;
use contact_model::{CompanyId, ContactId, Country, Violations, limits, phone};

use super::operation::operation;
use super::rules_progress;
use crate::connection::{Connection, Row, Value, parse_stored};
use crate::{Result, StoreError};

/// The columns of a company, in the order that [`read`] expects.
macro_rules! columns {
    () => {
        "company_id, name, country, read_rate_limit, write_rate_limit, created_at"
    };
}

/// Creates a company.
#[derive(Debug, Clone)]
pub struct CreateCompany {
    /// Its name.
    pub name: String,
    /// The country that its phone numbers are parsed for.
    pub country: Country,
}

operation!(CreateCompany => Company, takes_turn_of: None, |self, connection, clock| {
    check_name(&self.name)?;
    let company = Company {
        id: clock.new_id().into(),
        name: self.name.clone(),
        country: self.country,
        read_rate_limit: RateLimit::Default,
        write_rate_limit: RateLimit::Default,
        created_at: clock.now(),
    };
    let sql = "INSERT INTO companies (company_id, name, country, created_at) VALUES ($1, $2, $3, $4)";
    let country = company.country.to_string();
    let values = [
        Value::uuid(company.id),
        Value::text(&company.name),
        Value::text(&country),
        Value::time(company.created_at),
    ];
    connection.execute(sql, &values).await?;
    rules_progress::set_progress(connection, company.id, None).await?;
    Ok(company)
});

/// Changes a company's name, country or rate limits. A change of the country also recomputes the matching keys of its contacts,
/// in the same transaction.
#[derive(Debug, Clone)]
pub struct UpdateCompany {
    /// The company.
    pub id: CompanyId,
    /// The new name, or `None` to keep the name.
    pub name: Option<String>,
    /// The new country, or `None` to keep the country.
    pub country: Option<Country>,
    /// The new limit of reads, or `None` to keep the limit.
    pub read_rate_limit: Option<RateLimit>,
    /// The new limit of writes, or `None` to keep the limit.
    pub write_rate_limit: Option<RateLimit>,
}

impl UpdateCompany {
    /// Returns an update that changes nothing.
    pub fn of(id: CompanyId) -> Self {
        Self { id, name: None, country: None, read_rate_limit: None, write_rate_limit: None }
    }
}

operation!(UpdateCompany => Company, takes_turn_of: Some(self.id), |self, connection, _clock| {
    if let Some(name) = &self.name {
        check_name(name)?;
    }
    // Writes the row first, so that every write that reads the company's country waits for this transaction.
    let mut company = connection
        .query_one(
            concat!(
                "UPDATE companies SET name = coalesce($1, name), read_rate_limit = coalesce($2, read_rate_limit),
                     write_rate_limit = coalesce($3, write_rate_limit)
                 WHERE company_id = $4 RETURNING ",
                columns!()
            ),
            &[
                Value::Text(self.name.as_deref()),
                Value::Text(text(self.read_rate_limit).as_deref()),
                Value::Text(text(self.write_rate_limit).as_deref()),
                Value::uuid(self.id),
            ],
            read,
        )
        .await?
        .ok_or(StoreError::CompanyNotFound)?;
    if let Some(country) = self.country.filter(|country| *country != company.country) {
        let sql = "UPDATE companies SET country = $1 WHERE company_id = $2";
        connection.execute(sql, &[Value::text(&country.to_string()), Value::uuid(self.id)]).await?;
        company.country = country;
        compute_phone_keys(connection, &company).await?;
    }
    Ok(company)
});

/// Lists every company, the oldest first.
#[derive(Debug, Clone, Copy)]
pub struct ListCompanies;

operation!(ListCompanies => Vec<Company>, reads, |self, connection, _clock| {
    let sql = concat!("SELECT ", columns!(), " FROM companies ORDER BY created_at, company_id");
    connection.query(sql, &[], read).await
});

/// Returns a company.
///
/// # Errors
/// Returns an error if the company does not exist.
pub(crate) async fn get<C: Connection>(connection: &mut C, id: CompanyId) -> Result<Company> {
    let sql = concat!("SELECT ", columns!(), " FROM companies WHERE company_id = $1");
    connection.query_one(sql, &[Value::uuid(id)], read).await?.ok_or(StoreError::CompanyNotFound)
}

/// The number of contacts whose keys are computed at once.
const CHUNK: i64 = 1_000;

async fn compute_phone_keys<C: Connection>(connection: &mut C, company: &Company) -> Result<()> {
    let mut after = ContactId(uuid::Uuid::nil());
    loop {
        let chunk = connection
            .query(
                "SELECT id, phone, phone_key FROM contacts
                 WHERE company_id = $1 AND id > $2 AND phone IS NOT NULL
                     AND (deleted_at IS NULL OR merged_into IS NOT NULL)
                 ORDER BY id LIMIT $3",
                &[Value::uuid(company.id), Value::uuid(after), Value::Integer(CHUNK)],
                |row| Ok((ContactId(row.uuid(0)?), row.text(1)?, row.optional_text(2)?)),
            )
            .await?;
        let Some((last, ..)) = chunk.last() else { return Ok(()) };
        after = *last;
        for (id, stored, old_key) in chunk {
            let key = phone::key(&stored, company.country);
            if key != old_key {
                let sql = "UPDATE contacts SET phone_key = $1
                     WHERE company_id = $2 AND id = $3 AND phone = $4
                         AND (deleted_at IS NULL OR merged_into IS NOT NULL)";
                let values = [
                    Value::Text(key.as_deref()),
                    Value::uuid(company.id),
                    Value::uuid(id),
                    Value::text(&stored),
                ];
                connection.execute(sql, &values).await?;
            }
        }
    }
}

/// Checks a name that is shown to people.
pub(super) fn check_name(name: &str) -> Result<(), Violations> {
    let mut violations = Violations::new();
    check_label(name, "/name", limits::DISPLAY_NAME, &mut violations);
    violations.into_result(())
}

fn text(limit: Option<RateLimit>) -> Option<String> {
    limit.map(|limit| limit.to_string())
}

fn read(row: &dyn Row) -> Result<Company> {
    Ok(Company {
        id: row.uuid(0)?.into(),
        name: row.text(1)?,
        country: parse_stored(&row.text(2)?)?,
        read_rate_limit: parse_stored(&row.text(3)?)?,
        write_rate_limit: parse_stored(&row.text(4)?)?,
        created_at: row.time(5)?,
    })
}
