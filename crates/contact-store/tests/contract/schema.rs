//! Properties of the database schema.

use contact_testing::{Backend, TestDatabase, on_both_databases};
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::fixture::Fixture;

on_both_databases!(every_primary_key_and_unique_index_begins_with_company_id, every_table_has_a_primary_key,);

/// Direct access to a database by SQL.
pub(crate) enum Rows {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Rows {
    pub(crate) async fn open(database: &TestDatabase) -> Self {
        let url = database.url();
        if url.starts_with("sqlite:") {
            Self::Sqlite(sqlx::SqlitePool::connect(url).await.unwrap())
        } else {
            Self::Postgres(sqlx::PgPool::connect(url).await.unwrap())
        }
    }

    /// Returns the first columns of the rows of a query, which are text.
    pub(crate) async fn texts(&self, statement: &str, columns: usize) -> Vec<Vec<Option<String>>> {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(pool) => {
                let rows = sqlx::query(statement).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| (0..columns).map(|column| row.get(column)).collect()).collect()
            }
            Self::Postgres(pool) => {
                let rows = sqlx::query(statement).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| (0..columns).map(|column| row.get(column)).collect()).collect()
            }
        }
    }

    /// Executes a statement without rows.
    pub(crate) async fn run(&self, statement: &str) {
        let statement = AssertSqlSafe(statement.to_owned());
        match self {
            Self::Sqlite(pool) => sqlx::query(statement).execute(pool).await.map(|_| ()),
            Self::Postgres(pool) => sqlx::query(statement).execute(pool).await.map(|_| ()),
        }
        .unwrap();
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Returns the table, name and first column of every unique index, including those of primary keys.
    async fn unique_indexes(&self) -> Vec<[String; 3]> {
        let statement = match self {
            Self::Sqlite(_) => {
                "SELECT t.name, i.name, c.name FROM sqlite_master t, pragma_index_list(t.name) i,
                        pragma_index_info(i.name) c
                 WHERE t.type = 'table' AND i.\"unique\" AND c.seqno = 0 AND t.name <> '_sqlx_migrations'"
            }
            Self::Postgres(_) => {
                "SELECT t.relname::text, i.relname::text, c.attname::text
                 FROM pg_index x
                 JOIN pg_class t ON t.oid = x.indrelid
                 JOIN pg_class i ON i.oid = x.indexrelid
                 LEFT JOIN pg_attribute c ON c.attrelid = x.indrelid AND c.attnum = x.indkey[0]
                 WHERE t.relnamespace = current_schema()::regnamespace AND x.indisunique
                   AND t.relname <> '_sqlx_migrations'"
            }
        };
        let rows = self.texts(statement, 3).await;
        rows.into_iter().map(|row| row.map_array()).collect()
    }

    /// Returns all rows of each table as text.
    pub(crate) async fn all_rows(&self) -> BTreeMap<String, BTreeSet<Vec<Option<String>>>> {
        let mut all_rows = BTreeMap::new();
        for (table, columns) in self.tables().await {
            let as_text = |column: &String| match self {
                Self::Sqlite(_) => format!("quote(\"{column}\")"),
                Self::Postgres(_) => format!("\"{column}\"::text"),
            };
            let columns: Vec<String> = columns.iter().map(as_text).collect();
            let rows =
                self.texts(&format!("SELECT {} FROM {table}", columns.join(", ")), columns.len()).await;
            all_rows.insert(table, rows.into_iter().collect());
        }
        all_rows
    }

    /// Returns the tables and their columns in order.
    async fn tables(&self) -> BTreeMap<String, Vec<String>> {
        let statement = match self {
            Self::Sqlite(_) => {
                "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
                 WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> '_sqlx_migrations'
                 ORDER BY t.name, c.cid"
            }
            Self::Postgres(_) => {
                "SELECT table_name::text, column_name::text FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'
                 ORDER BY table_name, ordinal_position"
            }
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for mut row in self.texts(statement, 2).await {
            tables.entry(row[0].take().unwrap()).or_default().push(row[1].take().unwrap());
        }
        tables
    }
}

/// Converts a row of texts into an array.
trait MapArray {
    fn map_array<const N: usize>(self) -> [String; N];
}

impl MapArray for Vec<Option<String>> {
    fn map_array<const N: usize>(self) -> [String; N] {
        let texts: Vec<String> = self.into_iter().map(Option::unwrap_or_default).collect();
        texts.try_into().unwrap()
    }
}

/// Returns the indexes that do not begin with `company_id`, except for tables that do not belong to companies.
fn not_by_company(indexes: &[[String; 3]]) -> Vec<&[String; 3]> {
    let is_other = |[table, _, column]: &&[String; 3]| column != "company_id" && table != "server_secrets";
    indexes.iter().filter(is_other).collect()
}

async fn every_primary_key_and_unique_index_begins_with_company_id(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let rows = Rows::open(&fixture.database).await;
    let indexes = rows.unique_indexes().await;
    assert!(indexes.iter().any(|[_, index, _]| index == "custom_fields_by_name"), "{indexes:#?}");
    assert_eq!(not_by_company(&indexes), Vec::<&[String; 3]>::new());

    // The same check finds an index that does not.
    rows.texts("CREATE UNIQUE INDEX api_keys_only_once ON api_keys (key_hash, company_id)", 0).await;
    let indexes = rows.unique_indexes().await;
    let found: Vec<_> = not_by_company(&indexes)
        .into_iter()
        .map(|[table, index, _]| (table.as_str(), index.as_str()))
        .collect();
    assert_eq!(found, [("api_keys", "api_keys_only_once")]);
}

async fn every_table_has_a_primary_key(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let rows = Rows::open(&fixture.database).await;
    let with_index: BTreeSet<String> =
        rows.unique_indexes().await.into_iter().map(|[table, ..]| table).collect();
    let tables: BTreeSet<String> = rows.tables().await.into_keys().collect();
    assert!(tables.contains("contacts") && tables.len() >= 7, "{tables:?}");
    assert_eq!(with_index, tables);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn both_databases_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (Fixture::new(Backend::Sqlite).await, Fixture::new(Backend::Postgres).await);
    let [on_sqlite, on_postgres] = [
        Rows::open(&sqlite.database).await.tables().await,
        Rows::open(&postgres.database).await.tables().await,
    ];
    assert!(on_sqlite["contacts"].len() > 15, "{on_sqlite:#?}");
    assert_eq!(on_sqlite, on_postgres);
}

#[test]
fn migrations_have_the_same_names_for_both_databases() {
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let names = |database: &str| -> BTreeSet<String> {
        let files = fs::read_dir(migrations.join(database)).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    };
    let (sqlite, postgres) = (names("sqlite"), names("postgres"));
    assert!(sqlite.iter().any(|name| name.starts_with("0001_")), "{sqlite:?}");
    assert_eq!(sqlite, postgres);
}

/// `synchronous` is a setting of the connection, so its test is in `src/sqlite/open.rs`. `foreign_keys` is one, too,
/// but can be tested by its effect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_uses_a_write_ahead_log_and_enforces_foreign_keys() {
    use contact_model::CustomFieldType;
    use contact_store::company::DeleteCustomField;

    let fixture = Fixture::new(Backend::Sqlite).await;
    let rows = Rows::open(&fixture.database).await;
    assert_eq!(rows.texts("PRAGMA journal_mode", 1).await, [[Some("wal".to_owned())]]);

    let company_id = fixture.company().await;
    let field = fixture.field(company_id, "Plan", CustomFieldType::Any).await;
    fixture.create(company_id, serde_json::json!({ "custom_fields": { "Plan": 1 } })).await;
    let values = || rows.texts("SELECT value FROM custom_field_values", 1);
    assert_eq!(values().await.len(), 1);
    fixture
        .store
        .run(DeleteCustomField { company_id, id: field.id, origin: std::sync::Arc::default() })
        .await
        .unwrap();
    assert_eq!(values().await.len(), 0, "the values are deleted with their field");
}
