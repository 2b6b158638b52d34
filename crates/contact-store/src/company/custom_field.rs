//! The custom fields that a company defines.

use std::sync::Arc;

use contact_model::custom_field::{CustomField, NewCustomField, check_name, look_identical};
use contact_model::{CompanyId, CustomFieldId, Violations};

use super::changes::{Origin, add_custom_field_change};
use super::companies;
use super::operation::operation;
use crate::connection::{Connection, Row, Value, parse_stored};
use crate::{Result, StoreError};

/// Defines a custom field.
#[derive(Debug, Clone)]
pub struct CreateCustomField {
    /// The company.
    pub company_id: CompanyId,
    /// The definition.
    pub field: NewCustomField,
}

operation!(CreateCustomField => CustomField, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    self.field.check()?;
    companies::get(connection, self.company_id).await?;
    refuse_taken(list(connection, self.company_id).await?.iter(), &self.field.name)?;
    let field = CustomField {
        id: clock.new_id().into(),
        name: self.field.name.clone(),
        kind: self.field.kind,
        options: self.field.options.clone(),
        created_at: clock.now(),
    };
    let options = serde_json::to_string(&field.options).map_err(StoreError::unavailable)?;
    connection
        .execute(
            "INSERT INTO custom_fields (company_id, id, name, kind, options, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                Value::uuid(self.company_id),
                Value::uuid(field.id),
                Value::text(&field.name),
                Value::text(field.kind.as_str()),
                Value::text(&options),
                Value::time(field.created_at),
            ],
        )
        .await?;
    Ok(field)
});

/// Renames a custom field. Its values stay.
#[derive(Debug, Clone)]
pub struct RenameCustomField {
    /// The company.
    pub company_id: CompanyId,
    /// The field.
    pub id: CustomFieldId,
    /// Its new name.
    pub name: String,
    /// Who renames the field.
    pub origin: Arc<Origin>,
}

operation!(RenameCustomField => CustomField, takes_turn_of: Some(self.company_id), |self, connection, clock| {
    let mut violations = Violations::new();
    check_name(&self.name, &mut violations);
    violations.into_result(())?;
    let fields = list(connection, self.company_id).await?;
    let field = fields.iter().find(|field| field.id == self.id).ok_or(StoreError::CustomFieldNotFound)?;
    if field.name != self.name {
        refuse_taken(fields.iter().filter(|other| other.id != self.id), &self.name)?;
        let sql = "UPDATE custom_fields SET name = $1, version = version + 1 WHERE company_id = $2 AND id = $3";
        let values = [Value::text(&self.name), Value::uuid(self.company_id), Value::uuid(self.id)];
        connection.execute(sql, &values).await?;
        let names = (field.name.as_str(), Some(self.name.as_str()));
        add_custom_field_change(connection, clock, self.company_id, &self.origin, names).await?;
    }
    Ok(CustomField { name: self.name.clone(), ..field.clone() })
});

/// Lists a company's custom fields by name.
#[derive(Debug, Clone, Copy)]
pub struct ListCustomFields {
    /// The company.
    pub company_id: CompanyId,
}

operation!(ListCustomFields => Vec<CustomField>, reads, |self, connection, _clock| {
    companies::get(connection, self.company_id).await?;
    list(connection, self.company_id).await
});

/// Deletes a custom field and every value of it.
#[derive(Debug, Clone)]
pub struct DeleteCustomField {
    /// The company.
    pub company_id: CompanyId,
    /// The field.
    pub id: CustomFieldId,
    /// Who deletes the field.
    pub origin: Arc<Origin>,
}

operation!(DeleteCustomField => (), takes_turn_of: Some(self.company_id), |self, connection, clock| {
    // Deletes the values too, because their table refers to this one with ON DELETE CASCADE.
    let sql = "DELETE FROM custom_fields WHERE company_id = $1 AND id = $2 RETURNING name";
    let key = [Value::uuid(self.company_id), Value::uuid(self.id)];
    let name = connection.query_one(sql, &key, |row| row.text(0)).await?;
    let name = name.ok_or(StoreError::CustomFieldNotFound)?;
    add_custom_field_change(connection, clock, self.company_id, &self.origin, (&name, None)).await
});

pub(crate) async fn list<C: Connection>(connection: &mut C, company: CompanyId) -> Result<Vec<CustomField>> {
    let fields = list_with_versions(connection, company).await?;
    Ok(fields.into_iter().map(|(field, _)| field).collect())
}

/// Lists a company's custom fields by name, each with its version.
pub(crate) async fn list_with_versions<C: Connection>(
    connection: &mut C,
    company: CompanyId,
) -> Result<Vec<(CustomField, i64)>> {
    let sql = "SELECT id, name, kind, options, created_at, version FROM custom_fields
         WHERE company_id = $1 ORDER BY name";
    connection.query(sql, &[Value::uuid(company)], |row| Ok((read(row)?, row.integer(5)?))).await
}

/// Refuses a name that looks identical to the name of one of these fields.
fn refuse_taken<'f>(mut fields: impl Iterator<Item = &'f CustomField>, name: &str) -> Result<()> {
    match fields.find(|field| look_identical(&field.name, name)) {
        Some(field) => Err(StoreError::CustomFieldTaken { name: field.name.clone(), by: field.id }),
        None => Ok(()),
    }
}

fn read(row: &dyn Row) -> Result<CustomField> {
    Ok(CustomField {
        id: row.uuid(0)?.into(),
        name: row.text(1)?,
        kind: parse_stored(&row.text(2)?)?,
        options: serde_json::from_str(&row.text(3)?).map_err(StoreError::unavailable)?,
        created_at: row.time(4)?,
    })
}
