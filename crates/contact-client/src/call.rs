//! A call of an operation: its options, and how it is sent.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;

use contact_model::list::Sort;
use contact_model::{Contact, ContactDetail, Include, MatchPolicy};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::Method;
use reqwest::header::{IF_MATCH, IF_NONE_MATCH};

use crate::headers::{DRY_RUN, IDEMPOTENCY_KEY};
use crate::operation::{
    AcceptsIfMatch, CreateContact, DeleteContact, GetContact, ListContacts, Lists, MatchesContacts,
    Operation, ReturnsContacts, ReturnsReceipt, TakesBody, WriteBatch, Writes,
};
use crate::raw_response::RawResponse;
use crate::request::{Draft, Request, idempotency_key};
use crate::{Body, Client, ETag, Error, FromResponse, HasETag, InvalidRequest, Preview, Response};

/// A call of the operation `O`, whose response has the body `T`. Awaiting the call sends it.
///
/// A call has the methods for the options that its operation accepts. If an option is set twice, the last value counts.
/// An option that cannot be sent, such as an invalid idempotency key, is an error of the awaited call.
///
/// A clone is a separate call: if both are awaited, a write is done twice, unless both have the same
/// [idempotency key](Call::idempotency_key).
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<O: Operation, T = <O as Operation>::Response> {
    client: Client,
    draft: Draft,
    kind: PhantomData<fn() -> (O, T)>,
}

impl Client {
    /// Creates a call without a body.
    pub(crate) fn call<O: Operation>(&self, method: Method, path: &[&str]) -> Call<O> {
        Call::new(self, self.draft(method, path))
    }

    /// Creates a call with a body.
    pub(crate) fn call_with<O: Operation, B>(
        &self,
        method: Method,
        path: &[&str],
        body: impl Into<Body<B>>,
    ) -> Call<O> {
        Call::new(self, self.draft(method, path).and_then(|request| request.body(body.into())))
    }
}

impl<O: Operation, T> Call<O, T> {
    pub(crate) fn new(client: &Client, draft: Draft) -> Self {
        Self { client: client.clone(), draft, kind: PhantomData }
    }

    fn map(self, change: impl FnOnce(Request) -> Request) -> Self {
        self.try_map(|request| Ok(change(request)))
    }

    fn try_map(mut self, change: impl FnOnce(Request) -> Draft) -> Self {
        self.draft = self.draft.and_then(change);
        self
    }

    fn returning<U>(self) -> Call<O, U> {
        Call { client: self.client, draft: self.draft, kind: PhantomData }
    }

    /// Sets options if `condition` is true.
    ///
    /// ```
    /// # use contact_client::{Call, Client, ContactId};
    /// # async fn delete(client: Client, id: ContactId, for_good: bool) -> Result<(), contact_client::Error> {
    /// client.delete_contact(id).when(for_good, Call::erase).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn when(self, condition: bool, set: impl FnOnce(Self) -> Self) -> Self {
        if condition { set(self) } else { self }
    }

    /// Sets options with a value, if there is one.
    ///
    /// ```
    /// # use contact_client::{Call, Client, ContactId, ETag};
    /// # async fn delete(client: Client, id: ContactId, tag: Option<ETag>) -> Result<(), contact_client::Error> {
    /// client.delete_contact(id).when_some(tag.as_ref(), Call::if_match).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn when_some<V>(self, value: Option<V>, set: impl FnOnce(Self, V) -> Self) -> Self {
        match value {
            Some(value) => set(self, value),
            None => self,
        }
    }

    /// Returns the request that the call would send, without sending it. To run a write on the server and roll it back,
    /// see [`Call::dry_run`].
    ///
    /// # Errors
    /// Returns an error if the call cannot be sent.
    pub fn preview(self) -> Result<Preview, InvalidRequest> {
        self.draft.map(Preview::from)
    }
}

impl<O: Writes, T> Call<O, T> {
    /// Sends this idempotency key instead of a generated one, for a write that must be done only once even if the
    /// program restarts: store the key before the call, and send the same call with it again.
    ///
    /// A key has 1 to 255 visible ASCII characters. The server remembers it for 24 hours.
    ///
    /// # Errors
    /// The call fails with [`InvalidRequest::IdempotencyKey`] if the key is invalid, and with
    /// [`KeyReused`](contact_model::ProblemType::KeyReused) if it was sent with another request.
    pub fn idempotency_key(self, key: impl AsRef<str>) -> Self {
        self.try_map(|request| Ok(request.header(IDEMPOTENCY_KEY, idempotency_key(key.as_ref())?)))
    }

    /// Sends no idempotency key, and makes only one attempt.
    ///
    /// The server stores the response to each write that has a key, up to a quota of the company (1 GiB in 24 hours by
    /// default). When the quota is used up, writes with a key fail with
    /// [`IdempotencyQuota`](contact_model::ProblemType::IdempotencyQuota), and writes without a key still work.
    /// A write without a key is not retried, because it could be done twice. If the connection fails, the result of the
    /// write is unknown.
    ///
    /// A batch without a key may be longer than 4 MiB.
    pub fn without_idempotency_key(self) -> Self {
        self.map(Request::without_idempotency_key)
    }

    /// Runs the write on the server and rolls it back. The response is that of the write, but nothing is stored: ids
    /// and keys in the response are never used, and the response has no entity tag. To see the request without sending
    /// it, see [`Call::preview`].
    ///
    /// # Errors
    /// If the server does not confirm the dry run, it has done the write. The call then fails with
    /// [`Error::Unexpected`].
    pub fn dry_run(self) -> Self {
        self.map(|request| request.prefer(DRY_RUN))
    }
}

impl<O: TakesBody, T> Call<O, T> {
    /// Makes the server refuse the request if it would ignore a part of the body or store another value than the sent
    /// one.
    ///
    /// # Errors
    /// The call then fails with [`InvalidFields`](contact_model::ProblemType::InvalidFields), and nothing is written.
    pub fn strict(self) -> Self {
        self.map(|request| request.prefer("handling=strict"))
    }
}

impl<O: ReturnsContacts, T> Call<O, T> {
    /// Adds optional keys to the returned contacts: `Include::CUSTOM_FIELDS | Include::UPDATED_AT`.
    pub fn include(self, include: Include) -> Self {
        let words = include.words().collect::<Vec<_>>().join(",");
        self.map(|request| request.parameter("include", &words))
    }
}

impl<O: ReturnsReceipt> Call<O> {
    /// Returns what the write changed, field by field, in addition to the contact. A batch returns a receipt for each
    /// item.
    pub fn receipt(self) -> Call<O, O::Receipt> {
        self.map(|request| request.prefer("return=receipt")).returning()
    }
}

impl<O: AcceptsIfMatch, T> Call<O, T> {
    /// Does the write only if the contact is still in this state: an [`ETag`], or a [`Response`] that has one.
    ///
    /// # Errors
    /// The call fails with [`PreconditionFailed`](contact_model::ProblemType::PreconditionFailed) if the contact has
    /// changed, and with [`InvalidRequest::MissingETag`] if `state` has no entity tag.
    pub fn if_match(self, state: &impl HasETag) -> Self {
        self.try_map(|request| Ok(request.header(IF_MATCH, ETag::to_header(state)?)))
    }
}

impl<O: MatchesContacts, T> Call<O, T> {
    /// Sets which existing contact a create updates if the phone number and the email address belong to different
    /// contacts. By default it is the contact with the phone number.
    pub fn matching(self, policy: MatchPolicy) -> Self {
        self.map(|request| {
            request.prefer(match policy {
                MatchPolicy::Phone => "match=phone",
                MatchPolicy::Email => "match=email",
                MatchPolicy::Person => "match=person",
                MatchPolicy::Merge => "match=merge",
                MatchPolicy::Reject => "match=reject",
            })
        })
    }
}

impl Call<CreateContact> {
    /// Returns the contact.
    pub fn contact(self) -> Call<CreateContact, Contact> {
        self.map(|request| request.prefer("return=representation")).returning()
    }
}

impl<T> Call<GetContact, T> {
    /// Fails with [`NoPhoneNumber`](contact_model::ProblemType::NoPhoneNumber) if the contact has no phone number.
    pub fn with_phone_number(self) -> Self {
        self.map(|request| request.parameter("pn", "true"))
    }
}

impl Call<GetContact> {
    /// Returns `None` if the contact is still in this state: an [`ETag`], or a [`Response`] that has one.
    ///
    /// # Errors
    /// The call fails with [`InvalidRequest::MissingETag`] if `state` has no entity tag.
    pub fn if_none_match(self, state: &impl HasETag) -> Call<GetContact, Option<ContactDetail>> {
        self.try_map(|request| Ok(request.header(IF_NONE_MATCH, ETag::to_header(state)?))).returning()
    }
}

impl Call<DeleteContact> {
    /// Returns the contact as it was before.
    pub fn contact(self) -> Call<DeleteContact, Contact> {
        self.map(|request| request.prefer("return=representation")).returning()
    }
}

impl<T> Call<DeleteContact, T> {
    /// Deletes the contact permanently, so that it cannot be restored.
    pub fn erase(self) -> Self {
        self.map(|request| request.parameter("erase", "true"))
    }
}

impl<T> Call<WriteBatch, T> {
    /// Returns the contact of each item.
    pub fn contacts(self) -> Self {
        self.map(|request| request.prefer("return=representation"))
    }

    /// Does all items or, if one of them is refused, none.
    pub fn atomic(self) -> Self {
        self.map(|request| request.parameter("atomic", "true"))
    }
}

impl<O: Lists> Call<O> {
    /// Sets the number of entries on a page.
    pub fn page_size(self, entries: u16) -> Self {
        self.map(|request| request.parameter("page_size", &entries.to_string()))
    }

    /// Starts at the page with this cursor, which [`Page::next_cursor`](crate::Page::next_cursor) of an earlier page
    /// returned.
    pub fn cursor(self, cursor: &str) -> Self {
        self.map(|request| request.parameter("cursor", cursor))
    }

    /// Returns the cursor that the call starts at.
    pub(crate) fn first_cursor(&self) -> Option<String> {
        let mut pairs = self.draft.as_ref().ok()?.url.query_pairs();
        pairs.find_map(|(name, value)| (name == "cursor").then(|| value.into_owned()))
    }
}

impl Call<ListContacts> {
    /// Lists only contacts whose name, email address, phone number and business name together have, for each of these
    /// words, a word that begins with it. The last four or more digits of a phone number find it as well.
    pub fn search(self, words: &str) -> Self {
        self.map(|request| request.parameter("search", words))
    }

    /// Sets the order: `SortKey::Name`, or `SortKey::Name.descending()`. By default, the newest contacts are first.
    pub fn sort(self, sort: impl Into<Sort>) -> Self {
        let sort = sort.into().to_string();
        self.map(|request| request.parameter("sort", &sort))
    }

    /// Lists the deleted contacts that can still be [restored](Client::restore_contact) instead of the others, the most
    /// recently deleted first. Each has [`deleted_at`](Contact::deleted_at).
    ///
    /// The server refuses filters and a search with it, and every order except
    /// [`SortKey::DeletedAt`](contact_model::SortKey).
    pub fn deleted(self) -> Self {
        self.map(|request| request.parameter("deleted", "true"))
    }

    /// Adds [the number of contacts in the whole list](contact_model::list::ContactList::list_count) to each page.
    pub fn count(self) -> Self {
        self.map(|request| request.parameter("count", "true"))
    }
}

impl<O: Operation, T: FromResponse> Call<O, T> {
    pub(crate) async fn send(self) -> Result<Response<T>, Error> {
        let is_dry_run = self.draft.as_ref().is_ok_and(|request| request.prefers(DRY_RUN));
        let response = self.send_raw().await?;
        if is_dry_run { response.parse_dry_run() } else { response.parse() }
    }
}

impl<O: Operation, T> Call<O, T> {
    /// Sends the call without parsing the response.
    pub(crate) async fn send_raw(self) -> Result<RawResponse, Error> {
        let request = self.draft.and_then(Request::with_generated_key).map_err(Error::Request)?;
        self.client.send(request).await
    }
}

impl<O: Operation, T: FromResponse> IntoFuture for Call<O, T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}

// Not derived, because a derived implementation requires that `O` and `T` implement `Clone`.
impl<O: Operation, T> Clone for Call<O, T> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), draft: self.draft.clone(), kind: PhantomData }
    }
}

/// Contains only the operation: the URL, the headers and the body may be personal data.
impl<O: Operation, T> fmt::Debug for Call<O, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &O::ID).finish_non_exhaustive()
    }
}
