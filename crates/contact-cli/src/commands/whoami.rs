//! `whoami`

use contact_client::model::company::{Whoami, WhoamiApiKey, WhoamiCompany};
use contact_client::model::{Access, ApiKeyId, CompanyId, ContactId, Country, Timestamp};
use contact_client::operation::Operation;
use contact_client::{Call, ContactUpdate, FromResponse, ProblemType};
use serde::Serialize;
use uuid::Uuid;

use crate::failure::Failure;
use crate::output::record::Record;
use crate::server_access::Source;
use crate::session::Session;

/// The server that a command calls, the API key, and the server's description of the key.
#[derive(Debug, Serialize)]
pub(crate) struct Identity {
    /// The profile that the address or the key is from, if any.
    profile: Option<String>,
    url: String,
    url_from: &'static str,
    key_hint: String,
    key_from: &'static str,
    #[serde(flatten)]
    caller: Caller,
}

/// The server's description of the key. Without `GET /whoami/`, only the access is known.
#[derive(Debug, Serialize)]
struct Caller {
    access: Access,
    key_id: Option<ApiKeyId>,
    key_name: Option<String>,
    key_expires_at: Option<Timestamp>,
    company_id: Option<CompanyId>,
    company: Option<String>,
    country: Option<Country>,
}

impl Identity {
    /// Asks the server.
    ///
    /// # Errors
    /// The server refuses the key or cannot be reached.
    pub(super) fn found(session: &Session) -> Result<Self, Failure> {
        let caller = match session.client.whoami().wait() {
            Ok(whoami) => Caller::from(whoami.into_body()),
            Err(error) if error.is_not_found() => Caller::probed(session)?,
            Err(error) => return Err(session.failure(&error)),
        };
        let found = &session.access;
        let profile = [&found.key_source, &found.url_source].into_iter().find_map(|source| match source {
            Source::Profile(name) => Some(name.clone()),
            Source::Said => None,
        });
        Ok(Self {
            profile,
            url: found.url.clone(),
            url_from: word(&found.url_source),
            key_hint: found.api_key.hint(),
            key_from: word(&found.key_source),
            caller,
        })
    }
}

impl From<Whoami> for Caller {
    fn from(Whoami { company, api_key }: Whoami) -> Self {
        let WhoamiCompany { id: company_id, name: company, country } = company;
        let WhoamiApiKey { id: key_id, name: key_name, access, expires_at: key_expires_at } = api_key;
        Self {
            access,
            key_id: Some(key_id),
            key_name,
            key_expires_at,
            company_id: Some(company_id),
            company: Some(company),
            country: Some(country),
        }
    }
}

impl Caller {
    /// Finds out what the key may do from what it is refused: only an admin key may list the keys, and only
    /// a key with write access gets a 404 for an update of a contact that does not exist.
    ///
    /// # Errors
    /// The server refuses the key or cannot be reached.
    fn probed(session: &Session) -> Result<Self, Failure> {
        let client = &session.client;
        session.send(client.list_custom_fields())?;
        let no_contact = ContactId(Uuid::nil());
        let access = if is_allowed(session, client.list_api_keys().page_size(1))? {
            Access::Admin
        } else if is_allowed(session, client.update_contact(no_contact, ContactUpdate::new()))? {
            Access::Write
        } else {
            Access::Read
        };
        Ok(Self {
            access,
            key_id: None,
            key_name: None,
            key_expires_at: None,
            company_id: None,
            company: None,
            country: None,
        })
    }
}

fn word(source: &Source) -> &'static str {
    match source {
        Source::Said => "flag or environment",
        Source::Profile(_) => "profile",
    }
}

/// Returns the same with the profile's name.
fn place(source: &Source) -> String {
    match source {
        Source::Said => word(source).to_owned(),
        Source::Profile(name) => format!("profile `{name}`"),
    }
}

/// Returns true if the key may make the call, even if the call fails for another reason.
fn is_allowed<O: Operation, A: FromResponse>(session: &Session, call: Call<O, A>) -> Result<bool, Failure> {
    match call.wait() {
        Ok(_) => Ok(true),
        Err(error) => match error.problem_type() {
            Some(ProblemType::Forbidden) => Ok(false),
            Some(ProblemType::ContactNotFound) => Ok(true),
            _ => Err(session.failure(&error)),
        },
    }
}

impl Record for Identity {
    const COLUMNS: &'static [&'static str] = &["profile", "url", "key_hint", "access", "company", "country"];
    const KEYS: &'static [&'static str] = &[
        "profile",
        "url",
        "url_from",
        "key_hint",
        "key_from",
        "access",
        "key_id",
        "key_name",
        "key_expires_at",
        "company_id",
        "company",
        "country",
    ];

    fn id(&self) -> String {
        self.profile.clone().unwrap_or_default()
    }
}

pub(super) fn run(session: &Session) -> Result<(), Failure> {
    let identity = Identity::found(session).map_err(|failure| {
        let found = &session.access;
        let address = format!("the address {} is from the {}", found.url, place(&found.url_source));
        let key = format!("the key {} is from the {}", found.api_key.hint(), place(&found.key_source));
        failure.because(address).because(key)
    })?;
    session.printer.one(&identity, None)
}
