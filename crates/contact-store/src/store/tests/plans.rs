//! The query plans of lists, searches and matches of a company with 200,000 contacts: no plan reads all contacts, and
//! no plan sorts rows that an index has in order.

use std::time::Duration;

use contact_model::custom_field::NewCustomField;
use contact_model::list::{ContactQuery, Cursor, ListCount, SortKey, SortValue};
use contact_model::{CompanyId, ContactId, Country, CustomFieldType, Parameters, Timestamp, limits};
use contact_testing::{Backend, TestDatabase, on_both_databases};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::explain::{Plan, explain_list, explain_match};
use crate::company::{CreateCompany, CreateCustomField};
use crate::{ContactListing, Store, StoreOptions};

on_both_databases!(plans_neither_scan_a_company_nor_sort_unnecessarily);

/// Lists whose order an index has: each page has the same cost.
const IN_ORDER: [&str; 31] = [
    "",
    "sort=created_at",
    "sort=updated_at",
    "sort=-updated_at",
    "sort=name",
    "sort=-name",
    "sort=last_activity",
    "sort=-last_activity",
    "created_after=2020-01-01T00:10:00Z",
    "created_after=2020-01-01&created_before=2020-01-02&sort=created_at",
    "sort=updated_at&updated_after=2020-01-02",
    "email=c5@example.com",
    "phone=%2B14150000004",
    "tag=all",
    "tag=t5&sort=created_at",
    "tag=all&tag=t5",
    "lead_source=api",
    "is_dnd=false",
    "has_phone=true&is_dnd=true&sort=created_at",
    "lead_source=manual&tag=t5",
    "custom_fields[Plan]=v5",
    "custom_fields[Plan]=v5&tag=all",
    // Every contact matches, so a scan finds enough of them soon.
    "search=jane",
    "search=jane&sort=name",
    "search=jane&sort=-updated_at",
    "search=jane&sort=-last_activity",
    "is_dnd=true&sort=name&page_size=1",
    "is_dnd=true&sort=-updated_at&page_size=1",
    "deleted=true",
    "deleted=true&sort=deleted_at",
    "deleted=true&count=true",
];

/// Lists whose cost is the number of contacts that match their most selective filter.
const BY_FILTER: [&str; 20] = [
    "search=name5",
    // As text, and as the end of a phone number.
    "search=5000",
    "search=jane 5415000&sort=name",
    "search=555-5000&sort=-updated_at",
    "search=o'name5&count=true",
    "search=0415-5000&tag=all",
    "search=小5&sort=last_activity",
    "search=jane name5",
    "search=name5&tag=all&sort=-created_at",
    "tag=t5&sort=name",
    "lead_source=api&is_dnd=true&sort=-name",
    "custom_fields[Plan]=v5&sort=updated_at",
    // As text and as number.
    "custom_fields[Plan]=5.0",
    "custom_fields[Plan]=5.0&sort=name",
    "custom_fields[Plan]=5.0&search=jane&sort=last_activity",
    "updated_after=2020-01-03&updated_before=2020-01-03T00:10:00Z",
    "created_after=2020-01-03&created_before=2020-01-03T00:10:00Z&sort=last_activity",
    "updated_after=2020-01-03&updated_before=2020-01-03T00:10:00Z&sort=updated_at&count=true",
    "created_after=2020-01-03&created_before=2020-01-03T00:10:00Z&count=true",
    "tag=all&search=name5&count=true",
];

const CONTACTS: usize = 200_000;

/// A store and its database.
struct Fixture {
    store: Store,
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
    async fn run(&self, statement: &str) {
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

async fn plans_neither_scan_a_company_nor_sort_unnecessarily(backend: Backend) {
    let (fixture, company) = create_contacts(backend).await;
    check_all(backend, &fixture, company).await;
    check_counts(&fixture, company).await;
    if backend == Backend::Postgres {
        // Again with statistics for the planner.
        fixture.run("ANALYZE").await;
        check_all(backend, &fixture, company).await;
    }
}

async fn check_all(backend: Backend, fixture: &Fixture, company: CompanyId) {
    let lists = IN_ORDER.map(|query| (query, true)).into_iter().chain(BY_FILTER.map(|query| (query, false)));
    for (text, in_order) in lists {
        let first = read(text);
        let further = ContactQuery { cursor: Some(middle(first.sort.key, false)), ..first.clone() };
        let back = ContactQuery { cursor: Some(middle(first.sort.key, true)), ..first.clone() };
        for query in [first, further, back] {
            let listing = ContactListing { company_id: company, query };
            let plans = explain_list(&fixture.store, listing).await;
            assert!(!plans.is_empty());
            for plan in plans {
                check(backend, text, &plan, in_order);
            }
        }
    }
    check_matches(backend, fixture).await;
}

/// Checks that a count reads a limited number of contacts.
async fn check_counts(fixture: &Fixture, company: CompanyId) {
    let most = u64::from(limits::LIST_COUNT);
    for (query, contacts, is_exact) in [
        ("", most, false),
        ("deleted=true", most, false),
        ("tag=all", most, false),
        ("search=jane&sort=name", most, false),
        ("has_phone=true", most, true),
        ("has_phone=true&tag=all", most, true),
        ("search=name5", 22_200, true),
        ("tag=all&search=jane", most, false),
        // Each filter matches too many contacts, so the first ones with the tag are read. Half of them have a phone.
        ("tag=all&search=jane&has_phone=true", most / 2, false),
    ] {
        let mut query = read(query);
        (query.count, query.page_size) = (true, 1);
        let page = fixture.store.list_one(ContactListing { company_id: company, query: query.clone() }).await;
        assert_eq!(page.unwrap().count, Some(ListCount { contacts, is_exact }), "{query:?}");
    }
}

async fn check_matches(backend: Backend, fixture: &Fixture) {
    let plans = explain_match(&fixture.store).await;
    let steps: Vec<&String> = plans.iter().flat_map(|plan| &plan.steps).collect();
    for index in ["contacts_by_phone", "contacts_by_email"] {
        assert!(steps.iter().any(|step| step.contains(index)), "{index}: {steps:#?}");
    }
    for plan in &plans {
        // Rows are sorted before they are locked, so that transactions do not deadlock.
        check(backend, "a match", plan, backend == Backend::Sqlite);
    }
}

fn check(backend: Backend, what: &str, plan: &Plan, in_order: bool) {
    let is_count = plan.statement.contains("SELECT count(*)");
    // A list over several ranges of facets sorts their few rows.
    let sorts_at_most = usize::from(plan.statement.contains("UNION ALL") && !is_count);
    let sorts = plan.steps.iter().filter(|step| match backend {
        Backend::Sqlite => step.contains("TEMP B-TREE FOR") && step.contains("ORDER BY"),
        Backend::Postgres => step.trim_start().starts_with("Sort Key:"),
    });
    let sorts = sorts.count();
    assert!(!in_order || sorts <= sorts_at_most, "{what} sorts {sorts} times: {plan:#?}");
    for (number, step) in plan.steps.iter().enumerate() {
        let reads_company = match backend {
            // `c`, `t`, `v`, `w` and `h` are tables; other scans read intermediate results.
            Backend::Sqlite => {
                ["SCAN c", "SCAN t", "SCAN v", "SCAN w", "SCAN h"].iter().any(|scan| {
                    step == scan || step.strip_prefix(scan).is_some_and(|rest| rest.starts_with(' '))
                }) || step.contains("SEARCH c USING PRIMARY KEY (company_id=?)")
            }
            Backend::Postgres => {
                let condition = plan.steps.get(number + 1).map(String::as_str).unwrap_or_default();
                step.contains("Seq Scan")
                    || step.contains("Bitmap")
                    || step.contains("contacts_pkey")
                        && !condition.contains(" id ")
                        && !condition.contains("(id")
            }
        };
        assert!(!reads_company, "{what} reads a whole company: `{step}` of {plan:#?}");
    }
}

fn read(text: &str) -> ContactQuery {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    let mut parameters: Parameters = pairs.map(|(name, value)| (name, value.replace("%2B", "+"))).collect();
    let query = ContactQuery::read(&mut parameters);
    parameters.into_result(query).unwrap()
}

/// Returns a cursor in the middle of a list.
fn middle(key: SortKey, backward: bool) -> Cursor {
    let value = match key {
        SortKey::Name => SortValue::Text(Some("name 500".to_owned())),
        _ => SortValue::Time("2020-01-02T00:00:00Z".parse::<chrono::DateTime<_>>().ok().map(Timestamp::new)),
    };
    Cursor { value, id: ContactId(Uuid::from_u128(0xdead)), backward }
}

/// Creates a company with very many contacts, and many companies with few, by SQL statements.
async fn create_contacts(backend: Backend) -> (Fixture, CompanyId) {
    let fixture = Fixture::new(backend).await;
    let create = CreateCompany { name: "Example Ltd".to_owned(), country: Country::US };
    let company = fixture.store.run_one(create).await.unwrap().id;
    let field = NewCustomField { name: "Plan".to_owned(), kind: CustomFieldType::Any, options: Vec::new() };
    let field = fixture.store.run_one(CreateCustomField { company_id: company, field }).await.unwrap();
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
        "INSERT INTO contact_changes (company_id, updated_at, contact_id)
             SELECT company_id, updated_at, id FROM contacts WHERE deleted_at IS NULL"
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
