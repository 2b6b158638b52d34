//! Tests that the list of columns fits the table of contacts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use contact_model::{AgentId, CompanyId, ContactId, ContactState, LeadSource, Timestamp};
use uuid::Uuid;

use super::super::connection::finish_now;
use super::super::open;
use super::*;
use crate::contacts::derived_rows::DerivedColumns;
use crate::contacts::transaction::{KeyLookups, LoadContacts};

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(1));
const AGENT: AgentId = AgentId(Uuid::from_u128(2));

async fn connection(directory: &tempfile::TempDir) -> SqliteConnection {
    let path = directory.path().join("contacts.db");
    open::migrate(&path, Duration::from_secs(1)).await.unwrap();
    open::writer(&path, Duration::from_secs(1)).unwrap()
}

fn texts(connection: &mut SqliteConnection, sql: &str) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    connection
        .for_each(sql, &[], |row| {
            texts.insert(row.text(0)?);
            Ok(())
        })
        .unwrap();
    texts
}

/// Returns a contact in which no field has its default value.
fn contact(text: &str) -> ContactRecord {
    let at = |second: i64| Timestamp::from_micros(second * 1_000_000).unwrap();
    let some = |field: &str| Some(format!("{field} {text}"));
    ContactRecord {
        company_id: COMPANY,
        id: ContactId(Uuid::from_u128(3)),
        state: ContactState {
            name: some("name"),
            first_name: some("first name"),
            last_name: some("last name"),
            email: some("email"),
            phone: some("phone"),
            business_name: some("business"),
            notes: some("notes"),
            tags: vec![text.to_owned(), "\"other\"".to_owned()],
            lead_source: LeadSource::Manual,
            is_dnd: true,
        },
        email_key: some("email key"),
        phone_key: some("phone key"),
        profile_picture_url: some("picture"),
        active_agent_id: Some(AGENT),
        last_activity: Some(at(1)),
        created_at: at(2),
        updated_at: at(3),
        version: 4,
        deleted_at: Some(at(5)),
        merged_into: Some(ContactId(uuid::Uuid::from_u128(6))),
    }
}

#[tokio::test]
async fn list_of_columns_is_complete() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = connection(&directory).await;
    let listed: BTreeSet<String> = names(COLUMNS).chain(names(DERIVED_COLUMNS)).map(str::to_owned).collect();
    assert_eq!(listed, texts(&mut connection, "SELECT name FROM pragma_table_info('contacts')"));
}

#[tokio::test]
async fn every_field_of_a_contact_is_stored_and_updated() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = connection(&directory).await;
    connection
        .batch(
            "INSERT INTO companies (company_id, name, country, created_at) VALUES (x'00000000000000000000000000000001', '', 'US', 0);
             INSERT INTO agents (company_id, id, name, active, created_at)
             VALUES (x'00000000000000000000000000000001', x'00000000000000000000000000000002', '', TRUE, 0);",
        )
        .unwrap();
    let (created, updated) = (contact("created"), contact("updated"));
    // An update keeps the time of the creation and the id.
    let nothing = ContactRecord {
        updated_at: created.updated_at,
        ..ContactRecord::new(COMPANY, created.id, created.created_at)
    };
    let states = [created, nothing, updated].map(Arc::new);
    let insert = NewContact { record: states[0].clone(), derived_columns: DerivedColumns::of(&states[0]) };
    store(&mut connection, Changes { inserted: vec![insert], ..Changes::default() });
    assert_eq!(load(&mut connection), *states[0]);
    for pair in states.windows(2) {
        let update = UpdatedContact {
            before: pair[0].clone(),
            after: pair[1].clone(),
            derived_columns: Some(DerivedColumns::of(&pair[1])),
        };
        store(&mut connection, Changes { updated: vec![update], ..Changes::default() });
        assert_eq!(load(&mut connection), *pair[1]);
    }
}

fn store(connection: &mut SqliteConnection, changes: Changes) {
    finish_now(connection.write(&changes)).unwrap();
}

fn load(connection: &mut SqliteConnection) -> ContactRecord {
    let key = (COMPANY, contact("").id);
    let loaded = finish_now(connection.load_contacts(&KeyLookups::new(), &BTreeSet::from([key])));
    loaded.unwrap().records.remove(&key).unwrap()
}
