//! Holds a server against the cases, one after the other.

use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::examination::{Offers, request};
use crate::given_contact::GivenContact;
use crate::made::Made;
use crate::mismatch::Mismatch;
use crate::target::{Target, Unusable};
use crate::variables::{email, phone};

/// Which server is held against the cases, and with what.
#[derive(Clone)]
pub struct Options {
    /// The server's address.
    pub url: String,
    /// A key of a company.
    pub api_key: String,
    /// A key of another company, to see that companies are kept apart.
    pub other_api_key: Option<String>,
    /// The one contact to work on, which is put back as it was. Without it, each case makes its own.
    pub contact_id: Option<String>,
    /// The name of a custom field of the company that takes any value.
    pub custom_field: Option<String>,
    /// Whether the company reads phone numbers as they are written in the United States.
    pub is_in_united_states: bool,
    /// What the program calls itself in the header `User-Agent`.
    pub user_agent: String,
}

/// Why a server cannot be held against the cases.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address, a key or this machine is no good: nothing was sent.
    #[error("{0}")]
    Unusable(String),
    /// There was no answer.
    #[error("{0}")]
    NotReachable(String),
    /// The key is not let in.
    #[error("the server answers {0} to the API key")]
    NotLetIn(u16),
    /// The contact that is to be worked on is not there.
    #[error("the server answers {status} to GET /contacts/{id}/")]
    NoContact {
        /// The contact's id.
        id: String,
        /// What was answered.
        status: u16,
    },
    /// The contact that is to be worked on is answered with something else than a JSON object.
    #[error("the server answers GET /contacts/{id}/ with no JSON object")]
    UnreadableContact {
        /// The contact's id.
        id: String,
    },
    /// A contact was made, and the server did not say which.
    #[error("the server does not say which contact it made: its answer has no header `Location`")]
    NoLocation {
        /// The phone number of the contact, which is left behind.
        phone: String,
    },
    /// No contact can be made.
    #[error("the server made no contact")]
    NoContactMade {
        /// What was answered, without the key.
        answer: String,
    },
}

/// A server that is held against the cases. What it makes is taken away again by [`Conformance::close`],
/// which must be called in the end.
pub struct Conformance {
    pub(crate) target: Target,
    pub(crate) offers: Offers,
    pub(crate) given: Option<GivenContact>,
    pub(crate) made: Made,
    /// What is needed until the end.
    made_for_all: Made,
}

/// What a run has left on the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Leftovers {
    /// Paths of what it made and the server did not take away, and of contacts that it may have made: the server
    /// says neither that it did nor that they were there.
    pub left_behind: Vec<String>,
    /// Where the contact that was worked on is otherwise than it was.
    pub not_put_back: Vec<Mismatch>,
}

impl Conformance {
    /// Looks at the server: whether it lets the key in, and what it has.
    ///
    /// # Errors
    /// It cannot be held against the cases.
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
            .map_err(|error: Unusable| OpenError::Unusable(error.to_string()))?;
        let offers = Offers {
            new_contacts: contact_id.is_none(),
            custom_field,
            united_states: is_in_united_states,
            other_company: target.has_other_key(),
            ..Offers::default()
        };
        let (made, made_for_all) = (Made::default(), Made::default());
        let mut opened = Self { target, offers, given: None, made, made_for_all };
        let looked = match contact_id {
            Some(id) => opened.look_by_given(&id).await,
            None => opened.look_by_new().await,
        };
        match looked {
            Ok(()) => Ok(opened),
            Err(error) => {
                opened.close().await;
                Err(error)
            }
        }
    }

    async fn look_by_given(&mut self, id: &str) -> Result<(), OpenError> {
        let path = format!("/contacts/{id}/");
        self.made.given = Some(id.to_owned());
        self.read(id, &path).await?;
        self.offers.look(&self.target, &path, &mut self.made_for_all).await;
        let before = self.read(id, &format!("{path}{}", self.offers.query())).await?;
        // What cannot be read cannot be put back, so it is not touched.
        if !before.json().is_ok_and(|contact| contact.is_object()) {
            return Err(OpenError::UnreadableContact { id: id.to_owned() });
        }
        self.given = Some(GivenContact::new(id, before));
        Ok(())
    }

    async fn read(&self, id: &str, path: &str) -> Result<Answer, OpenError> {
        let answer =
            self.target.send(&request(Method::GET, path, None)).await.map_err(OpenError::NotReachable)?;
        match answer.status {
            200 => Ok(answer),
            status @ (401 | 403) => Err(OpenError::NotLetIn(status)),
            status => Err(OpenError::NoContact { id: id.to_owned(), status }),
        }
    }

    async fn look_by_new(&mut self) -> Result<(), OpenError> {
        let phone = phone();
        let body = json!({ "phone_number": phone, "email": email() });
        let create = request(Method::POST, "/contacts/", Some(body));
        let answer = self.target.send(&create).await.map_err(OpenError::NotReachable)?;
        match answer.status {
            200..=299 => {}
            status @ (401 | 403) => return Err(OpenError::NotLetIn(status)),
            _ => return Err(OpenError::NoContactMade { answer: self.target.shown(&answer) }),
        }
        let path = answer.header("location").ok_or(OpenError::NoLocation { phone })?;
        self.made.note(&create, &answer);
        self.offers.look(&self.target, path, &mut self.made_for_all).await;
        self.made.take_away(&self.target).await;
        Ok(())
    }

    /// The contact that was given, as it was when the server was looked at: the JSON of a GET, to be kept where a
    /// crash does not reach it until [`Conformance::close`] has put it back. Nothing of it is changed before the
    /// first [`Conformance::run`]. None where each case makes its own.
    pub fn given_contact(&self) -> Option<&str> {
        self.given.as_ref().map(GivenContact::before)
    }

    /// Puts the contact back as it was, if one was given, and takes away what is still there.
    pub async fn close(mut self) -> Leftovers {
        let not_put_back = match &self.given {
            Some(contact) => contact.put_back(&self.target, self.offers.query()).await,
            None => Vec::new(),
        };
        self.made_for_all.take_away(&self.target).await;
        let left = self.made.left.drain(..).chain(self.made_for_all.left.drain(..));
        Leftovers { left_behind: left.collect(), not_put_back }
    }
}
