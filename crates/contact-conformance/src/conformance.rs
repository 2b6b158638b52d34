//! Runs cases against a server.

use reqwest::Method;
use serde_json::json;

use crate::capabilities::{Capabilities, request};
use crate::created::Created;
use crate::given_contact::GivenContact;
use crate::mismatch::Mismatch;
use crate::response::Response;
use crate::target::{InvalidTarget, Target};
use crate::variables::{email, phone};

/// The server to test, and what the cases may use.
#[derive(Clone)]
pub struct Options {
    /// The address of the server.
    pub url: String,
    /// An API key of a company.
    pub api_key: String,
    /// An API key of another company, to test that companies are separate.
    pub other_api_key: Option<String>,
    /// The contact that all cases work on, which is restored at the end. Without it, each case creates a contact.
    pub contact_id: Option<String>,
    /// The name of a custom field of the company that accepts any value.
    pub custom_field: Option<String>,
    /// Whether the company is in the United States, so that its phone numbers may have no country code.
    pub is_in_united_states: bool,
    /// The header `User-Agent` of the requests.
    pub user_agent: String,
}

/// Why a server cannot be tested.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address or a key is invalid, and nothing was sent.
    #[error("{0}")]
    InvalidOptions(String),
    /// There was no response.
    #[error("{0}")]
    NotReachable(String),
    /// The key was refused.
    #[error("the server refused the API key with the status {0}")]
    Unauthorized(u16),
    /// The contact to work on does not exist or cannot be read.
    #[error("GET /contacts/{id}/ failed with the status {status}")]
    NoContact {
        /// The id of the contact.
        id: String,
        /// The status of the response.
        status: u16,
    },
    /// The response for the contact to work on is not a JSON object.
    #[error("the response to GET /contacts/{id}/ is not a JSON object")]
    UnreadableContact {
        /// The id of the contact.
        id: String,
    },
    /// A contact was created, and the response does not contain its path.
    #[error("the server created a contact, but its response has no header `Location`")]
    NoLocation {
        /// The phone number of the contact, which remains on the server.
        phone: String,
    },
    /// No contact could be created.
    #[error("the server did not create a contact")]
    NotCreated {
        /// The response without the key.
        response: String,
    },
}

/// A server under test. Call [`Conformance::close`] at the end to delete what the cases created.
pub struct Conformance {
    pub(crate) target: Target,
    pub(crate) capabilities: Capabilities,
    pub(crate) given: Option<GivenContact>,
    pub(crate) created: Created,
    /// What was created for all cases.
    created_for_all: Created,
}

/// What a run has left on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// The paths of objects that were created and could not be deleted, and of contacts that may have been created:
    /// the response does not contain whether they are new.
    pub not_deleted: Vec<String>,
    /// The differences of the contact that could not be restored.
    pub not_restored: Vec<Mismatch>,
}

impl Conformance {
    /// Connects to a server, and detects its capabilities.
    ///
    /// # Errors
    /// The server cannot be tested.
    pub async fn open(options: Options) -> Result<Self, OpenError> {
        let Options {
            url,
            api_key,
            other_api_key,
            contact_id,
            custom_field,
            is_in_united_states,
            user_agent,
        } = options;
        let target = Target::new(&url, &api_key, other_api_key.as_deref(), &user_agent)
            .map_err(|error: InvalidTarget| OpenError::InvalidOptions(error.to_string()))?;
        let capabilities = Capabilities {
            new_contacts: contact_id.is_none(),
            custom_field,
            united_states: is_in_united_states,
            other_company: target.has_other_key(),
            ..Capabilities::default()
        };
        let (created, created_for_all) = (Created::default(), Created::default());
        let mut opened = Self { target, capabilities, given: None, created, created_for_all };
        let detected = match contact_id {
            Some(id) => opened.detect_with_given(&id).await,
            None => opened.detect_with_new().await,
        };
        match detected {
            Ok(()) => Ok(opened),
            Err(error) => {
                opened.close().await;
                Err(error)
            }
        }
    }

    async fn detect_with_given(&mut self, id: &str) -> Result<(), OpenError> {
        let path = format!("/contacts/{id}/");
        self.created.given = Some(id.to_owned());
        self.read(id, &path).await?;
        self.capabilities.detect(&self.target, &path, &mut self.created_for_all).await;
        let before = self.read(id, &format!("{path}{}", self.capabilities.query())).await?;
        // A contact that cannot be read cannot be restored, so it is not changed.
        if !before.json().is_ok_and(|contact| contact.is_object()) {
            return Err(OpenError::UnreadableContact { id: id.to_owned() });
        }
        self.given = Some(GivenContact::new(id, before));
        Ok(())
    }

    async fn read(&self, id: &str, path: &str) -> Result<Response, OpenError> {
        let response =
            self.target.send(&request(Method::GET, path, None)).await.map_err(OpenError::NotReachable)?;
        match response.status {
            200 => Ok(response),
            status @ (401 | 403) => Err(OpenError::Unauthorized(status)),
            status => Err(OpenError::NoContact { id: id.to_owned(), status }),
        }
    }

    async fn detect_with_new(&mut self) -> Result<(), OpenError> {
        let phone = phone();
        let body = json!({ "phone_number": phone, "email": email() });
        let create = request(Method::POST, "/contacts/", Some(body));
        let response = self.target.send(&create).await.map_err(OpenError::NotReachable)?;
        match response.status {
            200..=299 => {}
            status @ (401 | 403) => return Err(OpenError::Unauthorized(status)),
            _ => return Err(OpenError::NotCreated { response: self.target.shown(&response) }),
        }
        let path = response.header("location").ok_or(OpenError::NoLocation { phone })?;
        self.created.note(&create, &response);
        self.capabilities.detect(&self.target, path, &mut self.created_for_all).await;
        self.created.delete_all(&self.target).await;
        Ok(())
    }

    /// Returns the JSON of the given contact before the first change, to be stored until [`Conformance::close`] has
    /// restored it. The first [`Conformance::run`] makes the first change. Returns `None` if each case creates a
    /// contact.
    pub fn given_contact(&self) -> Option<&str> {
        self.given.as_ref().map(GivenContact::before)
    }

    /// Restores the given contact, and deletes what the cases created.
    pub async fn close(mut self) -> Leftovers {
        let not_restored = match &self.given {
            Some(contact) => contact.restore(&self.target, self.capabilities.query()).await,
            None => Vec::new(),
        };
        self.created_for_all.delete_all(&self.target).await;
        let left = self.created.not_deleted.drain(..).chain(self.created_for_all.not_deleted.drain(..));
        Leftovers { not_deleted: left.collect(), not_restored }
    }
}
