//! A call before it is sent, and what can be said on it.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use bytes::Bytes;
use contact_model::list::Sort;
use contact_model::{Contact, ContactDetail, Include, MatchPolicy};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::header::{IF_MATCH, IF_NONE_MATCH};

use crate::headers::{DRY_RUN, IDEMPOTENCY_KEY};
use crate::operation::{
    CreateContact, DeleteContact, GetContact, GivesReceipt, ListContacts, Lists, Matches, Operation,
    ShowsContacts, TakesBody, WriteBatch, Writes, WritesInState,
};
use crate::received::Received;
use crate::request::{Draft, Request, idempotency_key};
use crate::{Answer, Client, ETag, Error, FromAnswer, HasETag, InvalidRequest, Preview};

/// A call of the operation `O` that answers `A`. Awaiting it sends it.
///
/// Which methods it has depends on its operation: a trait of [`operation`](crate::operation) at each says
/// for which.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O: Operation, A = <O as Operation>::Answer> {
    client: Client,
    draft: Draft,
    kind: PhantomData<fn() -> (O, A)>,
}

impl Client {
    pub(crate) fn call<O: Operation>(&self, draft: Draft) -> Call<O> {
        Call::new(self, draft)
    }
}

impl<O: Operation, A> Call<O, A> {
    fn new(client: &Client, draft: Draft) -> Self {
        Self { client: client.clone(), draft, kind: PhantomData }
    }

    fn say(mut self, more: impl FnOnce(Request) -> Draft) -> Self {
        self.draft = self.draft.and_then(more);
        self
    }

    /// Returns the request that the call would send, and sends nothing. For a request that runs on the server and is
    /// rolled back, see [`Call::dry_run`].
    ///
    /// # Errors
    /// The call cannot be sent as it is.
    pub fn preview(self) -> Result<Preview, InvalidRequest> {
        self.draft.map(Preview::from)
    }

    fn answering<B>(self) -> Call<O, B> {
        Call { client: self.client, draft: self.draft, kind: PhantomData }
    }
}

impl<O: Writes, A> Call<O, A> {
    /// Sends the caller's own idempotency key instead of one made for this call, for a write that outlives
    /// the program: sent again later with the same key, it is done once. Write it down before the call.
    pub fn idempotency_key(self, key: impl AsRef<str>) -> Self {
        self.say(|request| request.header(IDEMPOTENCY_KEY, idempotency_key(key.as_ref())?))
    }

    /// Runs the write on the server and rolls it back, so the response is that of the write and nothing is stored. Ids
    /// and keys in the response are never used, and the answer has no entity tag, because no contact is in the state
    /// that it shows. To see the request without sending it, use [`Call::preview`].
    ///
    /// # Errors
    /// If the server does not confirm the dry run, it has done the write. The call then fails with
    /// [`Error::Unexpected`].
    pub fn dry_run(self) -> Self {
        self.say(|request| request.prefer(DRY_RUN))
    }
}

impl<O: TakesBody, A> Call<O, A> {
    /// Has the server refuse what it would ignore, leave out or store as another value.
    pub fn strict(self) -> Self {
        self.say(|request| request.prefer("handling=strict"))
    }

    /// Sends this JSON, as it is, in place of what the call was made of: for a body that comes from
    /// elsewhere, of which the server is to see every key.
    pub fn raw_body(self, json: impl Into<Bytes>) -> Self {
        let json = json.into();
        self.say(|request| Ok(request.raw_json(json)))
    }
}

impl<O: ShowsContacts, A> Call<O, A> {
    /// Asks for optional keys of the contact: `Include::CUSTOM_FIELDS | Include::UPDATED_AT`.
    pub fn include(self, include: Include) -> Self {
        let words = include.words().collect::<Vec<_>>().join(",");
        self.say(|request| request.parameter("include", &words))
    }
}

impl<O: GivesReceipt> Call<O> {
    /// Answers with the contact and what was done to it, field by field; in a batch item by item.
    pub fn receipt(self) -> Call<O, O::Receipt> {
        self.say(|request| request.prefer("return=receipt")).answering()
    }
}

impl<O: WritesInState, A> Call<O, A> {
    /// Writes only while the contact is as this answer showed it, or as this entity tag names it; otherwise
    /// the server refuses with [`PreconditionFailed`](contact_model::ProblemType::PreconditionFailed).
    pub fn if_match(self, state: &impl HasETag) -> Self {
        self.say(|request| request.header(IF_MATCH, ETag::header(state)?))
    }
}

impl<O: Matches, A> Call<O, A> {
    /// Says what decides where phone number and email address are two contacts'.
    pub fn matching(self, policy: MatchPolicy) -> Self {
        self.say(|request| {
            request.prefer(match policy {
                MatchPolicy::Phone => "match=phone",
                MatchPolicy::Email => "match=email",
                MatchPolicy::Person => "match=person",
                MatchPolicy::Reject => "match=reject",
            })
        })
    }
}

impl Call<CreateContact> {
    /// Answers with the contact.
    pub fn contact(self) -> Call<CreateContact, Contact> {
        self.say(|request| request.prefer("return=representation")).answering()
    }
}

impl<A> Call<GetContact, A> {
    /// Finds the contact only where it has a phone number.
    pub fn with_phone_number(self) -> Self {
        self.say(|request| request.parameter("pn", "true"))
    }
}

impl Call<GetContact> {
    /// Answers `None` where the contact is still as this answer showed it, or as this entity tag names it.
    pub fn if_none_match(self, state: &impl HasETag) -> Call<GetContact, Option<ContactDetail>> {
        self.say(|request| request.header(IF_NONE_MATCH, ETag::header(state)?)).answering()
    }
}

impl Call<DeleteContact> {
    /// Answers with the contact as it was.
    pub fn contact(self) -> Call<DeleteContact, Contact> {
        self.say(|request| request.prefer("return=representation")).answering()
    }
}

impl<A> Call<DeleteContact, A> {
    /// Deletes the contact for good: it cannot be restored.
    pub fn erase(self) -> Self {
        self.say(|request| request.parameter("erase", "true"))
    }
}

impl<A> Call<WriteBatch, A> {
    /// Answers each item with its contact.
    pub fn contacts(self) -> Self {
        self.say(|request| request.prefer("return=representation"))
    }

    /// Does all items, or none where one is refused.
    pub fn atomic(self) -> Self {
        self.say(|request| request.parameter("atomic", "true"))
    }
}

impl<O: Lists> Call<O> {
    /// Says how many entries a page has.
    pub fn page_size(self, entries: u16) -> Self {
        self.say(|request| request.parameter("page_size", &entries.to_string()))
    }

    /// Begins at the page that a cursor names, such as [`Page::next_cursor`](crate::Page::next_cursor).
    pub fn cursor(self, cursor: &str) -> Self {
        self.say(|request| request.parameter("cursor", cursor))
    }
}

impl Call<ListContacts> {
    /// Finds contacts of whose name, email, phone and business name a word begins with each of these words. The
    /// last four or more digits of a phone number find it too.
    pub fn search(self, words: &str) -> Self {
        self.say(|request| request.parameter("search", words))
    }

    /// Says in what order: `SortKey::Name`, or `SortKey::Name.descending()`.
    pub fn sort(self, sort: impl Into<Sort>) -> Self {
        let sort = sort.into().to_string();
        self.say(|request| request.parameter("sort", &sort))
    }

    /// Lists the deleted contacts instead of the others, the last deleted first: each has
    /// [`deleted_at`](Contact::deleted_at), and can be [restored](Client::restore_contact) until it is erased. The
    /// server takes no filters and no search with it, and only [`SortKey::DeletedAt`](contact_model::SortKey) as order.
    pub fn deleted(self) -> Self {
        self.say(|request| request.parameter("deleted", "true"))
    }

    /// Has each page say [how many contacts the whole list has](contact_model::list::ContactList::list_count).
    pub fn count(self) -> Self {
        self.say(|request| request.parameter("count", "true"))
    }
}

impl<O: Operation, A: FromAnswer> Call<O, A> {
    pub(crate) async fn send(self) -> Result<Answer<A>, Error> {
        let is_dry_run = self.draft.as_ref().is_ok_and(|request| request.prefers(DRY_RUN));
        let received = self.receive().await?;
        if is_dry_run { received.into_answer_of_dry_run() } else { received.into_answer() }
    }
}

impl<O: Operation, A> Call<O, A> {
    /// Sends it; the answer is not read yet.
    pub(crate) async fn receive(self) -> Result<Received, Error> {
        let request = self.draft.and_then(Request::for_all_attempts).map_err(Error::Request)?;
        self.client.send(request).await
    }

    /// What a parameter of the query says, where the call has it.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.draft.as_ref().ok()?.url.query_pairs();
        pairs.find_map(|(other, value)| (other == name).then(|| value.into_owned()))
    }
}

impl<O: Operation, A: FromAnswer> IntoFuture for Call<O, A> {
    type Output = Result<Answer<A>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

/// A call of its own: a write that is cloned and sent is another write, unless the caller gave both one key.
impl<O: Operation, A> Clone for Call<O, A> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), draft: self.draft.clone(), kind: PhantomData }
    }
}

impl<O: Operation, A> fmt::Debug for Call<O, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.draft.as_ref().map(|request| request.url.as_str());
        f.debug_struct("Call").field("operation", &O::ID).field("url", &url).finish_non_exhaustive()
    }
}
