//! `whoami`

use contact_client::model::{Access, ContactId};
use contact_client::operation::Operation;
use contact_client::{Call, ContactUpdate, FromAnswer, ProblemType};
use serde::Serialize;
use uuid::Uuid;

use crate::failure::Failure;
use crate::output::record::Record;
use crate::server_access::Source;
use crate::session::Session;

/// Which server is asked as whom.
#[derive(Debug, Serialize)]
pub(crate) struct Identity {
    /// The profile that says the address or the key, where one does.
    profile: Option<String>,
    url: String,
    url_from: &'static str,
    key_hint: String,
    key_from: &'static str,
    /// What the key may do.
    access: Access,
}

impl Identity {
    /// Asks the server. The API does not say what a key may do, so it is seen by what the key is refused:
    /// listing the keys needs an admin, and updating a contact, of an id that no contact has, needs to write.
    ///
    /// # Errors
    /// The key is not let in, or the server is not reached.
    pub(super) fn found(session: &Session) -> Result<Self, Failure> {
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
            access,
        })
    }
}

fn word(source: &Source) -> &'static str {
    match source {
        Source::Said => "flag or environment",
        Source::Profile(_) => "profile",
    }
}

/// The same with the profile's name.
fn place(source: &Source) -> String {
    match source {
        Source::Said => word(source).to_owned(),
        Source::Profile(name) => format!("profile `{name}`"),
    }
}

/// True where a call gets past the question whether the key may make it.
fn is_allowed<O: Operation, A: FromAnswer>(session: &Session, call: Call<O, A>) -> Result<bool, Failure> {
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
    const COLUMNS: &'static [&'static str] = &["profile", "url", "key_hint", "access"];
    const KEYS: &'static [&'static str] = &["profile", "url", "url_from", "key_hint", "key_from", "access"];

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
