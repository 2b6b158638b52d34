//! The statements of a set of writes on SQLite: each is prepared once and run for every item.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::{Future, ready};

use contact_model::{CompanyId, ContactId, Country, JsonText};

use super::connection::SqliteConnection;
use crate::StoreError;
use crate::connection::{Value, parse_stored};
use crate::contacts::record::{ContactRecord, contact_columns};
use crate::contacts::transaction::{
    Changes, ContactKey, ContactTransaction, CustomFieldValue, KeyKind, LoadedContacts, MatchingKey,
    Revision, ThreadRow,
};

const COUNTRY: &str = "SELECT country FROM companies WHERE company_id = $1";
const MATCH_PHONE: &str = "SELECT id FROM contacts WHERE company_id = $1 AND phone_key = $2
     ORDER BY created_at, id LIMIT 1";
const MATCH_EMAIL: &str = "SELECT id FROM contacts WHERE company_id = $1 AND email_key = $2
     ORDER BY created_at, id LIMIT 1";
const LOAD: &str =
    concat!("SELECT ", contact_columns!(), " FROM contacts c WHERE c.company_id = $1 AND c.id = $2");
const VALUES: &str =
    "SELECT field_id, value FROM custom_field_values WHERE company_id = $1 AND contact_id = $2";
const INSERT: &str = "INSERT INTO contacts (name, first_name, last_name, email, phone, business_name, notes,
         tags, lead_source, is_dnd, profile_picture_url, active_agent_id, last_activity, updated_at, version,
         company_id, id, email_key, phone_key, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
/// Leaves the matching keys alone, and with them their indexes.
const UPDATE: &str = "UPDATE contacts SET name = $1, first_name = $2, last_name = $3, email = $4, phone = $5,
         business_name = $6, notes = $7, tags = $8, lead_source = $9, is_dnd = $10, profile_picture_url = $11,
         active_agent_id = $12, last_activity = $13, updated_at = $14, version = $15
     WHERE company_id = $16 AND id = $17";
const UPDATE_KEYS: &str = "UPDATE contacts SET email_key = $1, phone_key = $2
     WHERE company_id = $3 AND id = $4";
const PUT_VALUE: &str = "INSERT INTO custom_field_values (company_id, contact_id, field_id, value)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (company_id, contact_id, field_id) DO UPDATE SET value = excluded.value";
const REMOVE_VALUE: &str =
    "DELETE FROM custom_field_values WHERE company_id = $1 AND contact_id = $2 AND field_id = $3";
const THREAD: &str = "INSERT INTO agent_threads (company_id, contact_id, id, agent_id, kind, status,
         direction, duration, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

impl ContactTransaction for SqliteConnection {
    fn countries(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> impl Future<Output = Result<HashMap<CompanyId, Country>, StoreError>> + Send {
        ready(self.read_countries(companies))
    }

    /// Whoever writes has the whole file to itself already.
    fn lock_keys(
        &mut self,
        _keys: &BTreeSet<MatchingKey>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        ready(Ok(()))
    }

    fn load_contacts(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
        contacts: &BTreeSet<ContactKey>,
    ) -> impl Future<Output = Result<LoadedContacts, StoreError>> + Send {
        ready(self.read_contacts(keys, contacts))
    }

    fn load_values(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> impl Future<Output = Result<Vec<CustomFieldValue>, StoreError>> + Send {
        ready(self.read_values(contacts))
    }

    fn write(&mut self, changes: &Changes) -> impl Future<Output = Result<(), StoreError>> + Send {
        ready(self.write_changes(changes))
    }
}

impl SqliteConnection {
    fn read_countries(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> Result<HashMap<CompanyId, Country>, StoreError> {
        let mut countries = HashMap::new();
        for company in companies {
            let country = self.one(COUNTRY, &[Value::uuid(*company)], |row| parse_stored(&row.text(0)?))?;
            countries.extend(country.map(|country| (*company, country)));
        }
        Ok(countries)
    }

    fn read_matches(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
    ) -> Result<HashMap<MatchingKey, ContactId>, StoreError> {
        let mut matches = HashMap::new();
        for key in keys {
            let statement = match key.kind {
                KeyKind::Phone => MATCH_PHONE,
                KeyKind::Email => MATCH_EMAIL,
            };
            let values = [Value::uuid(key.company_id), Value::text(&key.key)];
            let found = self.one(statement, &values, |row| Ok(ContactId(row.uuid(0)?)))?;
            matches.extend(found.map(|contact| (key.clone(), contact)));
        }
        Ok(matches)
    }

    fn read_contacts(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<LoadedContacts, StoreError> {
        let matches = self.read_matches(keys)?;
        let matched = matches.iter().map(|(key, contact)| (key.company_id, *contact));
        let wanted: BTreeSet<ContactKey> = matched.chain(contacts.iter().copied()).collect();
        let mut records = BTreeMap::new();
        for (company, contact) in wanted {
            let values = [Value::uuid(company), Value::uuid(contact)];
            let found = self.one(LOAD, &values, ContactRecord::read)?;
            records.extend(found.map(|record| ((company, contact), record)));
        }
        Ok(LoadedContacts { records, matches })
    }

    pub(super) fn read_values(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> Result<Vec<CustomFieldValue>, StoreError> {
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

    fn write_changes(&mut self, changes: &Changes) -> Result<(), StoreError> {
        for record in &changes.inserted {
            let tags = record.tags_json()?;
            let mut values = changing_values(record, &tags).to_vec();
            values.extend([
                Value::Text(record.email_key.as_deref()),
                Value::Text(record.phone_key.as_deref()),
                Value::time(record.created_at),
            ]);
            self.change(INSERT, &values)?;
        }
        for Revision { stored, now } in &changes.updated {
            let tags = now.tags_json()?;
            self.change(UPDATE, &changing_values(now, &tags))?;
            if !now.has_keys_of(stored) {
                let keys = [
                    Value::Text(now.email_key.as_deref()),
                    Value::Text(now.phone_key.as_deref()),
                    Value::uuid(now.company_id),
                    Value::uuid(now.id),
                ];
                self.change(UPDATE_KEYS, &keys)?;
            }
        }
        for CustomFieldValue { contact: (company, contact), field_id, value } in &changes.values_put {
            let values = [
                Value::uuid(*company),
                Value::uuid(*contact),
                Value::uuid(*field_id),
                Value::text(value.as_str()),
            ];
            self.change(PUT_VALUE, &values)?;
        }
        for ((company, contact), field) in &changes.values_removed {
            self.change(REMOVE_VALUE, &[Value::uuid(*company), Value::uuid(*contact), Value::uuid(*field)])?;
        }
        for ThreadRow { contact: (company, contact), thread } in &changes.threads {
            let values = [
                Value::uuid(*company),
                Value::uuid(*contact),
                Value::uuid(thread.id),
                Value::uuid(thread.agent_id),
                Value::text(&thread.kind),
                Value::text(&thread.status),
                Value::text(&thread.direction),
                Value::Real(thread.duration),
                Value::time(thread.created_at),
            ];
            self.change(THREAD, &values)?;
        }
        Ok(())
    }
}

/// The values of a contact that an update writes, and behind them the row's primary key.
fn changing_values<'r>(record: &'r ContactRecord, tags: &'r str) -> [Value<'r>; 17] {
    let state = &record.state;
    [
        Value::Text(state.name.as_deref()),
        Value::Text(state.first_name.as_deref()),
        Value::Text(state.last_name.as_deref()),
        Value::Text(state.email.as_deref()),
        Value::Text(state.phone.as_deref()),
        Value::Text(state.business_name.as_deref()),
        Value::Text(state.notes.as_deref()),
        Value::text(tags),
        Value::text(state.lead_source.as_str()),
        Value::Boolean(state.is_dnd),
        Value::Text(record.profile_picture_url.as_deref()),
        Value::Uuid(record.active_agent_id.map(Into::into)),
        Value::Time(record.last_activity),
        Value::time(record.updated_at),
        Value::Integer(record.version),
        Value::uuid(record.company_id),
        Value::uuid(record.id),
    ]
}
