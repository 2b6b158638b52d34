//! A database of an older version, with contacts in its form.

use std::borrow::Cow;
use std::fmt::Write as _;

use contact_model::{CompanyId, search};
use contact_store::{Store, StoreOptions};
use contact_testing::{Backend, TestDatabase};
use uuid::Uuid;

use crate::schema::Rows;

/// More contacts than three transactions upgrade.
pub(crate) const MANY: u128 = 1_600;

/// The last migration of the version that matched contacts by any text.
const LAST_OLD_MIGRATION: i64 = 4;
/// A database of an older version.
pub(crate) struct OldDatabase {
    pub(crate) database: TestDatabase,
    pub(crate) rows: Rows,
    pub(crate) backend: Backend,
}

/// A contact in the form of an older version.
#[derive(Default)]
pub(crate) struct OldContact<'c> {
    pub(crate) name: Option<&'c str>,
    pub(crate) phone: Option<&'c str>,
    pub(crate) phone_key: Option<&'c str>,
    pub(crate) email: Option<&'c str>,
    pub(crate) email_key: Option<&'c str>,
    pub(crate) search_text: Option<&'c str>,
    pub(crate) is_deleted: bool,
}

impl OldDatabase {
    pub(crate) async fn new(backend: Backend) -> Self {
        let database = TestDatabase::new(backend).await;
        let rows = match backend {
            Backend::Sqlite => {
                let pool = sqlx::SqlitePool::connect(&format!("{}?mode=rwc", database.url())).await.unwrap();
                old(sqlx::migrate!("../../migrations/sqlite")).run(&pool).await.unwrap();
                Rows::Sqlite(pool)
            }
            Backend::Postgres => {
                let pool = sqlx::PgPool::connect(database.url()).await.unwrap();
                old(sqlx::migrate!("../../migrations/postgres")).run(&pool).await.unwrap();
                Rows::Postgres(pool)
            }
        };
        Self { database, rows, backend }
    }

    pub(crate) fn id(&self, id: u128) -> String {
        id_text(self.backend, Uuid::from_u128(id))
    }

    pub(crate) async fn add_company(&self, id: u128, country: &str) -> CompanyId {
        let (company, time) = (self.id(id), self.time());
        let statement = format!(
            "INSERT INTO companies (company_id, name, country, created_at)
             VALUES ({company}, 'Example Ltd', '{country}', {time})"
        );
        self.rows.run(&statement).await;
        CompanyId(Uuid::from_u128(id))
    }

    pub(crate) fn time(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite => "1577836800000000",
            Backend::Postgres => "timestamptz '2020-01-01Z'",
        }
    }

    /// Stores contacts, with rows for the words of those that are not deleted.
    pub(crate) async fn add(
        &self,
        company: CompanyId,
        contacts: impl IntoIterator<Item = (u128, OldContact<'_>)>,
    ) {
        let quoted = |text: Option<&str>| text.map_or("NULL".to_owned(), |text| format!("'{text}'"));
        let (company, time) = (self.id(company.0.as_u128()), self.time());
        let (mut rows, mut words) = (String::new(), String::new());
        for (id, contact) in contacts {
            let id = self.id(id);
            let OldContact { name, phone, phone_key, email, email_key, search_text, is_deleted } = contact;
            let [name, phone, phone_key, email, email_key, text] =
                [name, phone, phone_key, email, email_key, search_text].map(quoted);
            let deleted_at = if is_deleted { time } else { "NULL" };
            let separator = if rows.is_empty() { "" } else { ", " };
            write!(
                rows,
                "{separator}({company}, {id}, {name}, {phone}, {phone_key}, {email}, {email_key}, '[]', 'api',
                 FALSE, {time}, {time}, 7, {text}, {deleted_at})"
            )
            .unwrap();
            let own = search_text.filter(|_| !is_deleted).unwrap_or_default();
            for word in search::words_of_search_text(own) {
                let separator = if words.is_empty() { "" } else { ", " };
                write!(words, "{separator}({company}, '{word}', {id})").unwrap();
            }
        }
        let columns = "company_id, id, name, phone, phone_key, email, email_key, tags, lead_source, is_dnd,
            created_at, updated_at, version, search_text, deleted_at";
        self.rows.run(&format!("INSERT INTO contacts ({columns}) VALUES {rows}")).await;
        if !words.is_empty() {
            let statement =
                format!("INSERT INTO contact_words (company_id, word, contact_id) VALUES {words}");
            self.rows.run(&statement).await;
        }
    }

    /// Stores many contacts with phone keys and words of older rules.
    pub(crate) async fn add_many(&self, company: CompanyId) {
        let contacts = (1..=MANY).map(|n| {
            let contact = OldContact {
                name: Some("Jane Doe"),
                phone: Some("N/A"),
                phone_key: Some("N/A"),
                search_text: Some(" jane old"),
                ..OldContact::default()
            };
            (n, contact)
        });
        self.add(company, contacts).await;
    }

    pub(crate) async fn open(&self) -> Result<Store, contact_store::StoreError> {
        let options = StoreOptions { connections: 6, ..StoreOptions::default() };
        Store::open(self.database.url(), &options).await
    }
}

/// Returns the migrations of the older version.
fn old(mut migrator: sqlx::migrate::Migrator) -> sqlx::migrate::Migrator {
    let migrations = migrator.migrations.iter().filter(|migration| migration.version <= LAST_OLD_MIGRATION);
    migrator.migrations = Cow::Owned(migrations.cloned().collect());
    migrator
}

pub(crate) fn id_text(backend: Backend, id: Uuid) -> String {
    match backend {
        Backend::Sqlite => format!("x'{}'", id.simple()),
        Backend::Postgres => format!("'{id}'::uuid"),
    }
}
