//! Contacts.

use contact_model::list::{DuplicateReason, Filters};
use contact_model::{BatchItem, ContactCreate, ContactId, ContactMerge, ContactUpdate};
use reqwest::Method;

use crate::operation::{
    CreateContact, DeleteContact, GetContact, ListContacts, ListDuplicates, MergeContacts, RestoreContact,
    UpdateContact, WriteBatch,
};
use crate::{Body, Call, Client};

impl Client {
    /// Lists the contacts that match all filters, the newest first unless [`sort`](Call::sort) sets another order.
    /// Awaiting the call returns one page; [`items`](Call::items) returns a stream of all contacts.
    ///
    /// ```
    /// # use contact_client::{Client, ContactCreate};
    /// # use contact_testing::{Backend, TestServer};
    /// use contact_client::{Filters, SortKey};
    /// use futures::TryStreamExt as _;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start(Backend::Sqlite).await;
    /// # let client = Client::builder(&server.url, server.company().await.key).build()?;
    /// # client.create_contact(ContactCreate::new().full_name("jane doe").tags(["vip"])).await?;
    /// let call = client.list_contacts(Filters::new().tag("vip")).search("jan").sort(SortKey::Name);
    /// let mut contacts = call.items();
    /// while let Some(contact) = contacts.try_next().await? {
    ///     println!("{:?}", contact.name);
    /// #     assert_eq!(contact.name.as_deref(), Some("Jane Doe"));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_contacts(&self, filters: Filters) -> Call<ListContacts> {
        let draft = self.draft(Method::GET, &["contacts"]);
        Call::new(self, draft.map(|request| request.parameters(&filters.to_pairs())))
    }

    /// Creates a contact or, if a contact has the same phone number or else the same email address, updates it.
    /// [`contact`](Call::contact) returns the contact.
    ///
    /// ```
    /// # use contact_client::{Client, ContactCreate};
    /// # use contact_testing::{Backend, TestServer};
    /// use contact_client::CreatedOrUpdated::{Created, Updated};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start(Backend::Sqlite).await;
    /// # let client = Client::builder(&server.url, server.company().await.key).build()?;
    /// let jane = ContactCreate::new().full_name("jane doe").email("jane@example.com");
    /// match client.create_contact(jane).await?.into_body() {
    ///     Created(id) => println!("created {id}"),
    ///     Updated(id) => println!("updated {id}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_contact(&self, create: impl Into<Body<ContactCreate>>) -> Call<CreateContact> {
        self.call_with(Method::POST, &["contacts"], create)
    }

    /// Reads a contact, the agent that chats with it, and its three latest threads.
    ///
    /// # Errors
    /// The call fails with [`ContactNotFound`](contact_model::ProblemType::ContactNotFound) if the company has no such
    /// contact.
    pub fn get_contact(&self, id: ContactId) -> Call<GetContact> {
        self.call(Method::GET, &["contacts", &id.to_string()])
    }

    /// Changes the fields of a contact that the update contains. Other fields stay the same.
    ///
    /// ```
    /// # use contact_client::{Client, ContactCreate};
    /// # use contact_testing::{Backend, TestServer};
    /// use contact_client::{Clear, ContactUpdate};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start(Backend::Sqlite).await;
    /// # let client = Client::builder(&server.url, server.company().await.key).build()?;
    /// # let id = client.create_contact(ContactCreate::new().email("jane@example.com")).await?.into_body().id();
    /// let update = ContactUpdate::new().notes("Called today").email(Clear).add_tags(["vip"]);
    /// let contact = client.update_contact(id, update).await?.into_body();
    /// assert_eq!(contact.email, None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_contact(
        &self,
        id: ContactId,
        update: impl Into<Body<ContactUpdate>>,
    ) -> Call<UpdateContact> {
        self.call_with(Method::PATCH, &["contacts", &id.to_string()], update)
    }

    /// Deletes a contact. It can be [restored](Client::restore_contact) for a time that the server sets, unless it is
    /// [erased](Call::erase).
    pub fn delete_contact(&self, id: ContactId) -> Call<DeleteContact> {
        self.call(Method::DELETE, &["contacts", &id.to_string()])
    }

    /// Restores a deleted contact.
    pub fn restore_contact(&self, id: ContactId) -> Call<RestoreContact> {
        self.call(Method::POST, &["contacts", &id.to_string(), "restore"])
    }

    /// Lists groups of contacts that may be duplicates, for these reasons or, without any, for all. A page may be empty
    /// although there are more groups; [`items`](Call::items) returns a stream of all groups.
    pub fn list_duplicates(
        &self,
        reasons: impl IntoIterator<Item = DuplicateReason>,
    ) -> Call<ListDuplicates> {
        let reasons: Vec<_> = reasons.into_iter().map(|reason| ("reason", reason.to_string())).collect();
        let draft = self.draft(Method::GET, &["contacts", "duplicates"]);
        Call::new(self, draft.map(|request| request.parameters(&reasons)))
    }

    /// Merges another contact into the contact `id`, which it returns. Empty fields and those that the merge prefers get the
    /// values of the other contact; its tags and threads are added. Creates that would update the other contact update this
    /// one from then on.
    ///
    /// ```
    /// # use contact_client::{Client, ContactCreate};
    /// # use contact_testing::{Backend, TestServer};
    /// use contact_client::ContactMerge;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start(Backend::Sqlite).await;
    /// # let client = Client::builder(&server.url, server.company().await.key).build()?;
    /// # let id = client.create_contact(ContactCreate::new().email("jane@example.com")).await?.into_body().id();
    /// # let other = client.create_contact(ContactCreate::new().email("doe@example.com")).await?.into_body().id();
    /// let contact = client.merge_contacts(id, ContactMerge::new(other).preferring("email")).await?.into_body();
    /// assert_eq!(contact.email.as_deref(), Some("doe@example.com"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The call fails with [`ContactMerged`](contact_model::ProblemType::ContactMerged) if the contact `id` was itself
    /// merged into another one. Undo the merge with [`revert_changes`](Client::revert_changes).
    pub fn merge_contacts(&self, id: ContactId, merge: impl Into<Body<ContactMerge>>) -> Call<MergeContacts> {
        self.call_with(Method::POST, &["contacts", &id.to_string(), "merge"], merge)
    }

    /// Does up to [`BATCH_ITEMS`](contact_model::limits::BATCH_ITEMS) writes in order. Each is independent of the
    /// others, unless the call is [`atomic`](Call::atomic). The response has the result of each item in the same order;
    /// the call succeeds even if items are refused.
    ///
    /// The items together may have 4 MiB of JSON or, [without an idempotency key](Call::without_idempotency_key), 16
    /// MiB.
    ///
    /// ```
    /// # use contact_client::Client;
    /// # use contact_testing::{Backend, TestServer};
    /// use contact_client::{BatchItem, ContactCreate};
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start(Backend::Sqlite).await;
    /// # let client = Client::builder(&server.url, server.company().await.key).build()?;
    /// let names = ["Jane Doe", "Max Muster"];
    /// let items = names.map(|name| BatchItem::upsert(ContactCreate::new().full_name(name)));
    /// for result in client.write_batch(items).await?.into_body().results {
    ///     match result.problem {
    ///         Some(problem) => println!("refused: {}", problem.detail),
    ///         None => println!("stored as {:?}", result.id),
    ///     }
    /// #     assert_eq!(result.status, 201);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn write_batch(&self, items: impl Into<Body<Vec<BatchItem>>>) -> Call<WriteBatch> {
        self.call_with(Method::POST, &["contacts", "batch"], items)
    }
}
