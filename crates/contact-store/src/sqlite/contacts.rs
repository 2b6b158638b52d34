//! Loads contacts for a set of writes from SQLite.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contact_model::{CompanyId, ContactId, JsonText};

use super::connection::SqliteConnection;
use crate::Result;
use crate::connection::{Value, parse_stored};
use crate::contacts::columns::contact_columns;
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{
    CompanySettings, ContactRef, CustomFieldValue, KeyKind, KeyLookups, LoadContacts, LoadValues,
    LoadedContacts, MatchingKey, MergedMatch,
};

/// A statement that selects the oldest merged contacts with a key, each with the contact that it was merged into, also
/// through others.
macro_rules! merged_by {
    ($key:literal) => {
        concat!(
            "WITH RECURSIVE chain (id, merged_into, deleted_at, age, first) AS (
                 SELECT id, merged_into, deleted_at, created_at, id FROM contacts
                 WHERE company_id = $1 AND ",
            $key,
            " = $2 AND merged_into IS NOT NULL
                 UNION ALL
                 SELECT c.id, c.merged_into, c.deleted_at, chain.age, chain.first
                 FROM chain JOIN contacts c ON c.company_id = $1 AND c.id = chain.merged_into
             )
             SELECT first, id FROM chain WHERE deleted_at IS NULL ORDER BY age, first LIMIT $3"
        )
    };
}

const SETTINGS: &str = "SELECT country, has_merged_contacts FROM companies WHERE company_id = $1";
/// A deleted contact has no matching keys. A merged one keeps them.
const MATCH_PHONE: &str =
    "SELECT id FROM contacts WHERE company_id = $1 AND phone_key = $2 AND merged_into IS NULL
     ORDER BY created_at, id LIMIT $3";
const MATCH_EMAIL: &str =
    "SELECT id FROM contacts WHERE company_id = $1 AND email_key = $2 AND merged_into IS NULL
     ORDER BY created_at, id LIMIT $3";
const MERGED_BY_PHONE: &str = merged_by!("phone_key");
const MERGED_BY_EMAIL: &str = merged_by!("email_key");
const COUNT_PHONE: &str = "SELECT count(*) FROM (
         SELECT 1 FROM contacts WHERE company_id = $1 AND phone_key = $2 AND merged_into IS NULL
         ORDER BY created_at, id LIMIT $3
     )";
const LOAD: &str =
    concat!("SELECT ", contact_columns!(), " FROM contacts c WHERE c.company_id = $1 AND c.id = $2");
const VALUES: &str =
    "SELECT field_id, value FROM custom_field_values WHERE company_id = $1 AND contact_id = $2";

/// The statements that look up contacts by their matching keys, each with its number of parameters.
#[cfg(test)]
pub(crate) const MATCH_STATEMENTS: &[(&str, usize)] =
    &[(MATCH_PHONE, 3), (MATCH_EMAIL, 3), (COUNT_PHONE, 3), (MERGED_BY_PHONE, 3), (MERGED_BY_EMAIL, 3)];

impl LoadContacts for SqliteConnection {
    async fn company_settings(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> Result<HashMap<CompanyId, CompanySettings>> {
        let mut settings = HashMap::new();
        for company in companies {
            let found = self.one(SETTINGS, &[Value::uuid(*company)], |row| {
                Ok(CompanySettings {
                    country: parse_stored(&row.text(0)?)?,
                    has_merged_contacts: row.boolean(1)?,
                })
            })?;
            settings.extend(found.map(|found| (*company, found)));
        }
        Ok(settings)
    }

    /// Does nothing, because a transaction that writes locks the whole file.
    async fn lock_keys(&mut self, _keys: &KeyLookups) -> Result<()> {
        Ok(())
    }

    async fn count_contacts(&mut self, phones: &KeyLookups) -> Result<HashMap<MatchingKey, usize>> {
        let mut counts = HashMap::with_capacity(phones.len());
        for (key, limit) in phones {
            let limit = Value::Integer(i64::try_from(*limit).unwrap_or(i64::MAX));
            let values = [Value::uuid(key.company_id), Value::text(&key.key), limit];
            let count = self.one(COUNT_PHONE, &values, |row| row.integer(0))?.unwrap_or_default();
            counts.insert(key.clone(), usize::try_from(count).unwrap_or_default());
        }
        Ok(counts)
    }

    async fn load_contacts(
        &mut self,
        keys: &KeyLookups,
        contacts: &BTreeSet<ContactRef>,
    ) -> Result<LoadedContacts> {
        let (mut wanted, mut matches) = (contacts.clone(), HashMap::new());
        for (key, limit) in keys {
            let statement = match key.kind {
                KeyKind::Phone => MATCH_PHONE,
                KeyKind::Email => MATCH_EMAIL,
            };
            let limit = Value::Integer(i64::try_from(*limit).unwrap_or(i64::MAX));
            let values = [Value::uuid(key.company_id), Value::text(&key.key), limit];
            let mut found = Vec::new();
            self.for_each(statement, &values, |row| {
                found.push(ContactId(row.uuid(0)?));
                Ok(())
            })?;
            wanted.extend(found.iter().map(|contact| (key.company_id, *contact)));
            if !found.is_empty() {
                matches.insert(key.clone(), found);
            }
        }
        let mut records = BTreeMap::new();
        for (company, contact) in wanted {
            let values = [Value::uuid(company), Value::uuid(contact)];
            let found = self.one(LOAD, &values, ContactRecord::read)?;
            records.extend(found.map(|record| ((company, contact), record)));
        }
        Ok(LoadedContacts { records, matches, ..LoadedContacts::default() })
    }

    async fn find_merged(&mut self, keys: &KeyLookups) -> Result<HashMap<MatchingKey, Vec<MergedMatch>>> {
        let mut merged = HashMap::new();
        for (key, limit) in keys {
            let statement = match key.kind {
                KeyKind::Phone => MERGED_BY_PHONE,
                KeyKind::Email => MERGED_BY_EMAIL,
            };
            let limit = Value::Integer(i64::try_from(*limit).unwrap_or(i64::MAX));
            let values = [Value::uuid(key.company_id), Value::text(&key.key), limit];
            let mut found = Vec::new();
            self.for_each(statement, &values, |row| {
                found.push(MergedMatch { id: row.uuid(0)?.into(), survivor: row.uuid(1)?.into() });
                Ok(())
            })?;
            if !found.is_empty() {
                merged.insert(key.clone(), found);
            }
        }
        Ok(merged)
    }
}

impl LoadValues for SqliteConnection {
    async fn load_values(&mut self, contacts: &BTreeSet<ContactRef>) -> Result<Vec<CustomFieldValue>> {
        let mut found = Vec::new();
        for contact in contacts {
            self.for_each(VALUES, &[Value::uuid(contact.0), Value::uuid(contact.1)], |row| {
                found.push(CustomFieldValue {
                    contact: *contact,
                    field_id: row.uuid(0)?.into(),
                    value: JsonText::from_stored(row.text(1)?),
                });
                Ok(())
            })?;
        }
        Ok(found)
    }
}
