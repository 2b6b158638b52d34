//! PostgreSQL plans each statement once for a connection. A plan that was made while the tables were nearly empty
//! must not read more rows after they have grown.

use std::collections::BTreeMap;
use std::time::Duration;

use contact_model::contact::ContactMerge;
use contact_model::list::ContactQuery;
use contact_model::{CompanyId, ContactId, CustomFieldId, CustomFieldType, Include, Parameters, Timestamp};
use contact_store::{ContactListing, ContactLookup, ContactWrite, TagChange, WriteOperation};
use contact_testing::TestDatabase;
use futures::future::join_all;
use serde_json::json;

use crate::fixture::{ALL, Fixture, set_agent, thread, update, upsert};
use crate::idempotency::once;
use crate::schema::Rows;

/// The contacts that are added after the plans were made.
const CONTACTS: usize = 20_000;
/// The most rows of one table or index that all statements together may read. One statement that reads all rows
/// exceeds it.
const MOST: i64 = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn plans_of_nearly_empty_tables_do_not_read_more_rows_when_the_tables_grow() {
    let fixture = Fixture::on(TestDatabase::separate_postgres().await).await;
    let rows = Rows::open(&fixture.database).await;
    for table in TABLES {
        // Otherwise the server could make the plans again at any time.
        rows.run(&format!("ALTER TABLE {table} SET (autovacuum_enabled = off)")).await;
    }
    let company = fixture.company().await;
    let field = fixture.field(company, "Plan", CustomFieldType::Any).await;
    let contact = create(&fixture, company).await;
    rows.run("ANALYZE").await;

    use_everything(&fixture, company, contact).await;
    import(&fixture, company, field.id).await;
    wait_for_end_of_connections(&rows, "import").await;
    let before = rows_read(&rows).await;
    use_everything(&fixture, company, contact).await;
    fixture.store.close().await;
    wait_for_end_of_connections(&rows, "contact-server").await;
    let after = rows_read(&rows).await;
    let read: BTreeMap<&str, i64> =
        after.iter().map(|(name, rows)| (name.as_str(), rows - before[name])).collect();
    assert!(read["contacts_pkey"] > 50, "the statistics are missing: {read:#?}");
    assert!(read.values().all(|rows| *rows < MOST), "whole tables were read: {read:#?}");
}

/// The tables that the statements read or write.
const TABLES: [&str; 11] = [
    "companies",
    "agents",
    "contacts",
    "latest_changes",
    "contact_tags",
    "tag_counts",
    "contact_words",
    "custom_fields",
    "custom_field_values",
    "agent_threads",
    "stored_answers",
];

/// Creates a contact with rows in all tables.
async fn create(fixture: &Fixture, company: CompanyId) -> ContactId {
    let id = fixture
        .create(
            company,
            json!({ "full_name": "Jane", "phone_number": "+14155550000", "email": "jane@example.com",
                    "tags": ["all", "first"], "custom_fields": { "Plan": "v" } }),
        )
        .await;
    let agent = fixture.agent(company, "Ana").await;
    fixture
        .write(vec![
            set_agent(company, id, Some(agent.id)),
            thread(company, id, agent.id, "2020-01-01T00:00:00Z"),
        ])
        .await;
    id
}

/// Runs every kind of statement about contacts, on all connections of the store.
async fn use_everything(fixture: &Fixture, company: CompanyId, contact: ContactId) {
    for round in 0_u8..4 {
        // Several writes at once use several connections.
        let notes = |number: u8| update(company, contact, json!({ "notes": format!("{round} {number}") }));
        join_all((0..8).map(|number| fixture.store.write_one(notes(number)))).await.into_iter().for_each(
            |written| {
                written.unwrap();
            },
        );
        let lookup = ContactLookup { company_id: company, id: contact, include: ALL };
        for found in join_all((0..8).map(|_| fixture.store.get(lookup))).await {
            assert!(found.unwrap().is_some());
        }
        join_all((0..4).map(|number| change_all(fixture, company, round * 10 + number))).await;
        let parameters =
            [("include", "custom_fields"), ("tag", "first"), ("custom_fields[Plan]", "v"), ("sort", "name")];
        let parameters = parameters.map(|(name, value)| (name, value.to_owned()));
        let query = ContactQuery::read(&mut Parameters::from_iter(parameters));
        let page = fixture.store.list(ContactListing { company_id: company, query }).await.unwrap();
        assert!(!page.contacts.is_empty());
    }
}

/// Creates, merges, changes, deletes, restores and erases a contact.
async fn change_all(fixture: &Fixture, company: CompanyId, number: u8) {
    let name = format!("Joe {number}");
    let phone = format!("+1415555{:04}", u16::from(number) + 1);
    let create = upsert(
        company,
        json!({ "full_name": name, "phone_number": phone, "tags": ["a"], "custom_fields": { "Plan": 1 } }),
    );
    let id = fixture.store.write_one(once(create, number, 0)).await.unwrap().id;
    let write = |operation| ContactWrite::new(company, operation, Include::default());
    let other = json!({ "full_name": name, "phone_number": format!("+1415556{:04}", u16::from(number) + 1) });
    let merged = fixture.create(company, other.clone()).await;
    let merge = write(WriteOperation::Merge(id, Box::new(ContactMerge::new(merged))));
    fixture.store.write_one(merge).await.unwrap();
    assert_eq!(fixture.store.write_one(upsert(company, other)).await.unwrap().id, id);
    let since = Timestamp::from_micros(0).unwrap();
    for change in [
        update(company, id, json!({ "full_name": "Jim", "tags": ["b"], "custom_fields": { "Plan": null } })),
        write(WriteOperation::ChangeTags(id, TagChange::Add(vec!["c".to_owned()]))),
        write(WriteOperation::Delete(id)),
        write(WriteOperation::Restore(id, since)),
        write(WriteOperation::Erase(id)),
    ] {
        fixture.store.write_one(change).await.unwrap();
    }
}

/// Adds many contacts to a company, with all that belongs to them.
async fn import(fixture: &Fixture, company: CompanyId, field: CustomFieldId) {
    let url = format!("{}&application_name=import", fixture.database.url());
    let rows = Rows::Postgres(sqlx::PgPool::connect(&url).await.unwrap());
    let (company, field) = (company.0, field.0);
    rows.run(&format!(
        "INSERT INTO contacts (company_id, id, name, phone_key, tags, lead_source, is_dnd, created_at, updated_at,
             version, name_key, search_text)
         SELECT '{company}', gen_random_uuid(), 'Imported', 'p' || n, '[]', 'api', false, now(), now(), 1,
             'imported', ' imported'
         FROM generate_series(1, {CONTACTS}) AS x (n)"
    ))
    .await;
    for (table, columns) in [
        (
            "latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)",
            "company_id, false, updated_at, id, 0",
        ),
        ("contact_tags (company_id, tag, created_at, contact_id)", "company_id, 'all', created_at, id"),
        ("contact_words (company_id, word, contact_id)", "company_id, 'jane', id"),
        ("tag_counts (company_id, tag, contacts)", "company_id, 't' || phone_key, 1"),
        ("agents (company_id, id, name, active, created_at)", "company_id, id, 'Ana', true, created_at"),
        (
            "custom_field_values (company_id, contact_id, field_id, value, value_key, created_at)",
            &format!("company_id, id, '{field}', '\"v\"', 'v', created_at"),
        ),
        (
            "stored_answers (company_id, name, fingerprint, status, headers, body, sealed, created_at)",
            "company_id, sha256(phone_key::bytea), '', 200, '[]', '', false, created_at",
        ),
        // Of other companies, because a request adds up all that its own company has stored.
        ("stored_answer_usage (company_id, hour, slot, bytes)", "id, 1000000000, 0, 1"),
    ] {
        rows.run(&format!("INSERT INTO {table} SELECT {columns} FROM contacts WHERE name = 'Imported'"))
            .await;
    }
    rows.close().await;
}

/// Waits until the connections of an application have ended. A connection reports its statistics when it ends.
async fn wait_for_end_of_connections(rows: &Rows, application_name: &str) {
    let connections = format!(
        "SELECT application_name FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = '{application_name}'"
    );
    while !rows.texts(&connections, 1).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Returns how many rows of each table and index have been read so far.
async fn rows_read(rows: &Rows) -> BTreeMap<String, i64> {
    let statistics = "SELECT indexrelname::text, idx_tup_read::text FROM pg_stat_user_indexes
         WHERE schemaname = current_schema()
         UNION ALL
         SELECT relname::text, seq_tup_read::text FROM pg_stat_user_tables
         WHERE schemaname = current_schema()";
    let statistics = rows.texts(statistics, 2).await;
    statistics
        .into_iter()
        .map(|row| (row[0].clone().unwrap(), row[1].as_ref().unwrap().parse().unwrap()))
        .collect()
}
