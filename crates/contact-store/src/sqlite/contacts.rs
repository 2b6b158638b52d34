//! Loads contacts for a set of writes from SQLite.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use contact_model::{CompanyId, ContactId, Country, JsonText};

use super::connection::SqliteConnection;
use crate::Result;
use crate::connection::{Value, parse_stored};
use crate::contacts::columns::contact_columns;
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::{
    ContactRef, CustomFieldValue, KeyKind, KeyLookups, LoadContacts, LoadValues, LoadedContacts, MatchingKey,
};

const COUNTRY: &str = "SELECT country FROM companies WHERE company_id = $1";
const MATCH_PHONE: &str = "SELECT id FROM contacts WHERE company_id = $1 AND phone_key = $2
     ORDER BY created_at, id LIMIT $3";
const MATCH_EMAIL: &str = "SELECT id FROM contacts WHERE company_id = $1 AND email_key = $2
     ORDER BY created_at, id LIMIT $3";
const COUNT_PHONE: &str = "SELECT count(*) FROM (
         SELECT 1 FROM contacts WHERE company_id = $1 AND phone_key = $2 ORDER BY created_at, id LIMIT $3
     )";
const LOAD: &str =
    concat!("SELECT ", contact_columns!(), " FROM contacts c WHERE c.company_id = $1 AND c.id = $2");
const VALUES: &str =
    "SELECT field_id, value FROM custom_field_values WHERE company_id = $1 AND contact_id = $2";

/// The statements that look up contacts by their matching keys, each with its number of parameters.
#[cfg(test)]
pub(crate) const MATCH_STATEMENTS: &[(&str, usize)] = &[(MATCH_PHONE, 3), (MATCH_EMAIL, 3), (COUNT_PHONE, 3)];

impl LoadContacts for SqliteConnection {
    async fn countries(&mut self, companies: &BTreeSet<CompanyId>) -> Result<HashMap<CompanyId, Country>> {
        let mut countries = HashMap::new();
        for company in companies {
            let country = self.one(COUNTRY, &[Value::uuid(*company)], |row| parse_stored(&row.text(0)?))?;
            countries.extend(country.map(|country| (*company, country)));
        }
        Ok(countries)
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
        Ok(LoadedContacts { records, matches })
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
