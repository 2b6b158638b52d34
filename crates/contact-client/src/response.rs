//! The result of a call that succeeded.

use contact_model::ContactId;
use reqwest::StatusCode;
use reqwest::header::{ETAG, HeaderMap};

use crate::headers::{self, REQUEST_ID};
use crate::{ETag, HasETag};

/// The response to a call: a typed body and what the response's headers contain.
///
/// ```
/// # use contact_client::{Client, ContactCreate};
/// # use contact_testing::{Backend, TestServer};
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = TestServer::start(Backend::Sqlite).await;
/// # let client = Client::builder(&server.url, server.company().await.key).build()?;
/// let create = ContactCreate::new().full_name("jane doe");
/// let response = client.create_contact(create).contact().await?;
/// assert_eq!(response.status(), 201);
/// assert!(response.etag().is_some());
///
/// let contact = response.into_body();
/// assert_eq!(contact.name.as_deref(), Some("Jane Doe"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response<T> {
    body: T,
    status: u16,
    etag: Option<ETag>,
    ignored_fields: Vec<String>,
    preferences_applied: Vec<String>,
    is_replayed: bool,
    request_id: Option<String>,
}

impl<T> Response<T> {
    pub(crate) fn new(body: T, status: StatusCode, headers: &HeaderMap) -> Self {
        Self {
            body,
            status: status.as_u16(),
            etag: headers.get(ETAG).and_then(|value| ETag::from_header(value).ok()),
            ignored_fields: headers::ignored_fields(headers),
            preferences_applied: headers::preferences_applied(headers),
            is_replayed: headers::is_replayed(headers),
            request_id: headers::text(headers, REQUEST_ID).map(str::to_owned),
        }
    }

    /// Removes the entity tag: after a dry run, no contact is in the returned state.
    pub(crate) fn without_etag(self) -> Self {
        Self { etag: None, ..self }
    }

    /// Returns the body.
    pub fn body(&self) -> &T {
        &self.body
    }

    /// Returns the body without the rest of the response.
    pub fn into_body(self) -> T {
        self.body
    }

    /// Returns the HTTP status, such as 201.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the entity tag of the contact in the body, from the header `ETag`.
    ///
    /// It is `None` if the response has no single contact, and after a dry run.
    pub fn etag(&self) -> Option<&ETag> {
        self.etag.as_ref()
    }

    /// Returns the names of the fields that were sent but not stored, from the header `Ignored-Fields`.
    ///
    /// The server lists at most [`IGNORED_FIELDS`](contact_model::limits::IGNORED_FIELDS) names. A
    /// [receipt](crate::Call::receipt) lists all of them, and a [strict](crate::Call::strict) call fails instead.
    pub fn ignored_fields(&self) -> &[String] {
        &self.ignored_fields
    }

    /// Returns the preferences that the server applied, such as `return=receipt`, from the header
    /// `Preference-Applied`.
    pub fn preferences_applied(&self) -> &[String] {
        &self.preferences_applied
    }

    /// Returns true if the server had done this write before, for the same idempotency key, and returned the stored
    /// response: after a lost connection, or if the caller used the key before.
    pub fn is_replayed(&self) -> bool {
        self.is_replayed
    }

    /// Returns the id of the request, from the header `X-Request-Id`. The server's logs contain it.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl<T> HasETag for Response<T> {
    fn etag(&self) -> Option<&ETag> {
        self.etag()
    }
}

/// The result of [`Client::create_contact`](crate::Client::create_contact), whose response has no body by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreatedOrUpdated {
    /// A new contact with this id was created.
    Created(ContactId),
    /// The contact with this id had the same phone number or email address. It was updated, unless it already had all
    /// sent values.
    Updated(ContactId),
}

impl CreatedOrUpdated {
    /// Returns the id of the contact.
    pub fn id(self) -> ContactId {
        match self {
            Self::Created(id) | Self::Updated(id) => id,
        }
    }
}
