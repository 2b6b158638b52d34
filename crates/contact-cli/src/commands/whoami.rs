//! `whoami`

use contact_client::model::company::Whoami;
use contact_client::model::{Access, ApiKeyId, CompanyId, ContactId, Country, Timestamp};
use serde::Serialize;
use uuid::Uuid;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::record::records;

/// The server and the API key of a command, and where they are set. A server without `GET /whoami/` describes neither
/// the key nor its company.
#[derive(Debug, Serialize)]
pub(crate) struct Identity {
    profile: Option<String>,
    url: String,
    url_from: &'static str,
    key_hint: String,
    key_from: &'static str,
    access: Option<Access>,
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
    pub(super) fn request(context: &Context) -> Result<Self, Failure> {
        let whoami = request(context)?;
        let (key, company) = whoami.map(|Whoami { company, api_key }| (api_key, company)).unzip();
        let access = context.access()?;
        Ok(Self {
            profile: access.key_profile.as_ref().or(access.url_profile.as_ref()).cloned(),
            url: access.url.clone(),
            url_from: word(access.url_profile.as_ref()),
            key_hint: access.key.hint(),
            key_from: word(access.key_profile.as_ref()),
            access: key.as_ref().map(|key| key.access),
            key_id: key.as_ref().map(|key| key.id),
            key_expires_at: key.as_ref().and_then(|key| key.expires_at),
            key_name: key.and_then(|key| key.name),
            company_id: company.as_ref().map(|company| company.id),
            country: company.as_ref().map(|company| company.country),
            company: company.map(|company| company.name),
        })
    }
}

/// Returns the server's description of the key. On a server without `GET /whoami/`, checks only that the key is
/// accepted, and returns `None`.
fn request(context: &Context) -> Result<Option<Whoami>, Failure> {
    let client = context.client()?;
    match client.whoami().wait() {
        Ok(whoami) => return Ok(Some(whoami.into_body())),
        Err(error) if error.is_not_found() => {}
        Err(error) => return Err(context.failure(&error)),
    }
    match client.get_contact(ContactId(Uuid::nil())).wait() {
        Err(error) if !error.is_not_found() => Err(context.failure(&error)),
        _ => Ok(None),
    }
}

fn word(profile: Option<&String>) -> &'static str {
    if profile.is_some() { "profile" } else { "flag or environment" }
}

/// Like [`word`], with the name of the profile.
fn place(profile: Option<&String>) -> String {
    let name = profile.map(|name| format!(" `{name}`")).unwrap_or_default();
    format!("{}{name}", word(profile))
}

records! { Identity, "profile", ["profile", "url", "key_hint", "access", "company", "country"], []; }

pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let access = context.access()?;
    let identity = Identity::request(context).map_err(|failure| {
        let address =
            format!("the address {} is from the {}", access.url, place(access.url_profile.as_ref()));
        let key = format!("the key {} is from the {}", access.key.hint(), place(access.key_profile.as_ref()));
        failure.because(address).because(key)
    })?;
    context.printer.one(&identity, None)
}
