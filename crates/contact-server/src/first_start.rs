//! The first start on an empty database creates a company and its API key, once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use contact_model::{Access, ApiKey, ApiKeyInfo, CompanyId, Country};
use contact_store::company::{CreateApiKey, CreateCompany, CreateFirstCompany, FirstCompany};
use contact_store::{Store, StoreError};

use crate::audit::{Change, Origin};
use crate::first_key_file::FirstKeyFile;

/// The name of the first company; `company update` gives it another.
const FIRST_COMPANY: &str = "My company";

/// The first API key and the file that contains it.
pub(crate) struct FirstKey {
    pub(crate) key: ApiKey,
    pub(crate) file: PathBuf,
}

/// Creates the first company and its key, unless the database has a company. `sqlite_file` is the file of a SQLite
/// database.
///
/// The key is in its file on disk before the company is committed. Therefore a crash in between leaves a key without
/// a company, and never a company whose key nobody knows.
pub(crate) async fn create_first_company(
    store: &Store,
    country: Country,
    sqlite_file: Option<&Path>,
) -> anyhow::Result<Option<FirstKey>> {
    let key = ApiKey::from_random(rand::random());
    let file = Arc::new(FirstKeyFile::of(sqlite_file).context("the working directory is not known")?);
    let kept = Arc::clone(&file);
    let first = CreateFirstCompany {
        company: CreateCompany { name: FIRST_COMPANY.to_owned(), country },
        key: CreateApiKey {
            company_id: CompanyId(uuid::Uuid::nil()),
            name: Some("first key".to_owned()),
            access: Access::Admin,
            expires_at: None,
            key: key.clone(),
        },
        store_key: Arc::new(move |key| kept.create(key)),
    };
    match store.run(first).await {
        Ok(FirstCompany::Created(ApiKeyInfo { company_id, listed })) => {
            Change::CompanyCreated(company_id).log(Origin::default());
            Change::KeyCreated { id: listed.id, company_id, access: listed.access }.log(Origin::default());
            Ok(Some(FirstKey { key, file: file.path.clone() }))
        }
        Ok(FirstCompany::Exists) => Ok(None),
        Ok(FirstCompany::KeyNotStored(error)) => Err(key_not_written(&error, &file.path)),
        // The company may have been created. The file then contains its key, so it is not removed.
        Err(error @ StoreError::Uncertain(_)) => Err(error.into()),
        Err(error) => {
            file.remove();
            Err(error.into())
        }
    }
}

fn key_not_written(error: &std::io::Error, path: &Path) -> anyhow::Error {
    let path = path.display();
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        anyhow::anyhow!(
            "the first API key cannot be written to {path}, because the file exists: it may contain the key of \
             another database; move or remove it, and start again"
        )
    } else {
        anyhow::anyhow!(
            "the first API key cannot be written to {path}: {error}; make the directory writable, or run \
             `contact-server company create` and `contact-server api-key create` first"
        )
    }
}
