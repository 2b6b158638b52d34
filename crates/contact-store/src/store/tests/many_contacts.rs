//! A company with very many contacts.

use std::time::Duration;

use contact_model::custom_field::NewCustomField;
use contact_model::{CompanyId, Country, CustomFieldType};
use contact_testing::{Backend, TestDatabase};
use sqlx::AssertSqlSafe;

use crate::company::{CreateCompany, CreateCustomField};
use crate::{Store, StoreOptions};

const CONTACTS: usize = 200_000;

/// A store and its database.
pub(super) struct Fixture {
    pub(super) store: Store,
    database: TestDatabase,
}

impl Fixture {
    async fn new(backend: Backend) -> Self {
        let database = TestDatabase::new(backend).await;
        let options =
            StoreOptions { connections: 6, list_timeout: Duration::from_secs(60), ..StoreOptions::default() };
        Self { store: Store::open(database.url(), &options).await.unwrap(), database }
    }

    /// Executes SQL on a connection of its own.
    pub(super) async fn run(&self, statement: &str) {
        let (url, statement) = (self.database.url(), AssertSqlSafe(statement.to_owned()));
        if url.starts_with("sqlite:") {
            let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(url).await.unwrap();
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        } else {
            let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(url).await.unwrap();
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
    }
}

/// Creates a company with very many contacts, and many companies with few, by SQL statements.
pub(super) async fn create_contacts(backend: Backend) -> (Fixture, CompanyId) {
    let fixture = Fixture::new(backend).await;
    let create = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
    let company = fixture.store.run(create).await.unwrap().id;
    let field = NewCustomField { name: "Plan".to_owned(), kind: CustomFieldType::Any, options: Vec::new() };
    let field = fixture.store.run(CreateCustomField { company_id: company, field }).await.unwrap();
    let numbers = |count: usize| match backend {
        Backend::Sqlite => {
            format!(
                "(WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < {count}) SELECT n FROM x)"
            )
        }
        Backend::Postgres => format!("generate_series(1, {count}) AS x (n)"),
    };
    let id = |id: uuid::Uuid| match backend {
        Backend::Sqlite => format!("x'{}'", id.simple()),
        Backend::Postgres => format!("'{id}'::uuid"),
    };
    let (new_id, time) = match backend {
        Backend::Sqlite => ("randomblob(16)", "1577836800000000 + n * 1000000"),
        Backend::Postgres => ("gen_random_uuid()", "timestamptz '2020-01-01Z' + n * interval '1 second'"),
    };
    let (company_id, field_id) = (id(company.0), id(field.id.0));
    let others = 2_000;
    let contacts = "company_id, id, name, email_key, phone_key, tags, lead_source, is_dnd, has_phone,
         last_activity, created_at, updated_at, version, name_key, search_text";
    let (yes, no) = ("TRUE", "FALSE");
    for statement in [
        format!(
            "INSERT INTO companies (company_id, name, country, created_at)
             SELECT {new_id}, 'other', 'US', {time} FROM {}",
            numbers(others)
        ),
        format!(
            "INSERT INTO contacts ({contacts})
             SELECT company_id, {new_id}, 'Jane', NULL, NULL, '[]', 'api', {no}, {no}, NULL, created_at,
                 created_at, 1, 'jane', ' jane' FROM companies WHERE name = 'other'"
        ),
        format!(
            "INSERT INTO contacts ({contacts})
             SELECT {company_id}, {new_id}, 'Jane', 'c' || n || '@example.com',
                 CASE WHEN n % 2 = 0 THEN '+1415' || substr('0000000' || n, -7, 7) END, '[]',
                 CASE n % 3 WHEN 0 THEN 'api' WHEN 1 THEN 'manual' ELSE 'import' END,
                 CASE WHEN n % 50 = 0 THEN {yes} ELSE {no} END, CASE WHEN n % 2 = 0 THEN {yes} ELSE {no} END,
                 CASE WHEN n % 3 = 0 THEN {time} END, {time}, {time}, 1, 'name ' || (n % 1000),
                 ' jane name' || (n % 1000) || ' ~0005' || (n % 1000) || ' 小' || (n % 1000)
             FROM {}",
            numbers(CONTACTS)
        ),
        format!(
            "INSERT INTO contacts ({contacts}, deleted_at)
             SELECT company_id, {new_id}, 'Gone', NULL, NULL, '[]', 'api', {no}, {no}, NULL, created_at,
                 created_at, 1, NULL, '', created_at FROM contacts"
        ),
        "INSERT INTO latest_changes (company_id, is_deleted, updated_at, contact_id, sequence)
             SELECT company_id, deleted_at IS NOT NULL, updated_at, id, 0 FROM contacts"
            .to_string(),
        format!(
            "INSERT INTO contact_tags (company_id, tag, created_at, contact_id)
             SELECT company_id, 't' || substr(name_key, 6), created_at, id FROM contacts
             WHERE company_id = {company_id} AND deleted_at IS NULL
             UNION ALL SELECT company_id, 'all', created_at, id FROM contacts WHERE deleted_at IS NULL"
        ),
        format!(
            "INSERT INTO contact_words (company_id, word, contact_id)
             SELECT company_id, 'name' || substr(name_key, 6), id FROM contacts
             WHERE company_id = {company_id} AND deleted_at IS NULL
             UNION ALL SELECT company_id, '~0005' || substr(name_key, 6), id FROM contacts
             WHERE company_id = {company_id} AND deleted_at IS NULL AND has_phone
             UNION ALL SELECT company_id, '小' || substr(name_key, 6), id FROM contacts
             WHERE company_id = {company_id} AND deleted_at IS NULL
             UNION ALL SELECT company_id, 'jane', id FROM contacts WHERE deleted_at IS NULL"
        ),
        format!(
            "INSERT INTO custom_field_values (company_id, contact_id, field_id, value, value_key, created_at)
             SELECT company_id, id, {field_id}, '\"v\"', 'v' || substr(name_key, 6), created_at FROM contacts
             WHERE company_id = {company_id} AND deleted_at IS NULL"
        ),
    ] {
        let statement = match backend {
            Backend::Sqlite => statement,
            Backend::Postgres => statement.replace("substr('0000000' || n, -7, 7)", "lpad(n::text, 7, '0')"),
        };
        fixture.run(&statement).await;
    }
    (fixture, company)
}
