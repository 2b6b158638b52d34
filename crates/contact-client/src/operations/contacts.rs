//! Contacts.

use contact_model::batch::BatchBody;
use contact_model::list::Filters;
use contact_model::{BatchItem, ContactCreate, ContactId, ContactUpdate};
use reqwest::Method;

use crate::operation::{
    CreateContact, DeleteContact, GetContact, ListContacts, RestoreContact, UpdateContact, WriteBatch,
};
use crate::{Call, Client};

impl Client {
    /// Lists the company's contacts that fit all filters, the newest first unless
    /// [`sort`](Call::sort) says otherwise. Awaited, it gives a page; [`items`](Call::items) gives one
    /// contact after the other.
    ///
    /// ```no_run
    /// use contact_client::{Client, Filters, SortKey};
    /// use futures::TryStreamExt as _;
    /// # async fn story(client: Client) -> Result<(), contact_client::Error> {
    /// let vips = client.list_contacts(Filters::new().tag("vip")).search("jan").sort(SortKey::Name);
    /// let mut contacts = vips.items();
    /// while let Some(contact) = contacts.try_next().await? {
    ///     println!("{:?}", contact.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list_contacts(&self, filters: Filters) -> Call<ListContacts> {
        let draft = self.request(Method::GET, &["contacts"]);
        self.call(draft.and_then(|request| request.parameters(&filters.to_pairs())))
    }

    /// Creates a contact, or updates the one with the same phone number or else the same email address.
    /// [`contact`](Call::contact) asks for the contact itself.
    pub fn create_contact(&self, create: ContactCreate) -> Call<CreateContact> {
        let draft = self.request(Method::POST, &["contacts"]);
        self.call(draft.and_then(|request| request.json(&create)))
    }

    /// Reads a contact, the agent who chats with it and its latest activity.
    pub fn get_contact(&self, id: ContactId) -> Call<GetContact> {
        self.call(self.request(Method::GET, &["contacts", &id.to_string()]))
    }

    /// Changes what the update says of a contact, and nothing else.
    pub fn update_contact(&self, id: ContactId, update: ContactUpdate) -> Call<UpdateContact> {
        let draft = self.request(Method::PATCH, &["contacts", &id.to_string()]);
        self.call(draft.and_then(|request| request.json(&update)))
    }

    /// Deletes a contact. It can be restored for a time, unless it is [erased](Call::erase).
    pub fn delete_contact(&self, id: ContactId) -> Call<DeleteContact> {
        self.call(self.request(Method::DELETE, &["contacts", &id.to_string()]))
    }

    /// Takes a deleted contact back.
    pub fn restore_contact(&self, id: ContactId) -> Call<RestoreContact> {
        self.call(self.request(Method::POST, &["contacts", &id.to_string(), "restore"]))
    }

    /// Does up to [`BATCH_ITEMS`](contact_model::limits::BATCH_ITEMS) writes in their order, each by itself
    /// unless the call is [`atomic`](Call::atomic). What became of each is in the answer, in the same order. All items
    /// together have at most 4 MiB of JSON, because the call carries an idempotency key.
    pub fn write_batch(&self, items: impl IntoIterator<Item = BatchItem>) -> Call<WriteBatch> {
        let items: Vec<BatchItem> = items.into_iter().collect();
        let draft = self.request(Method::POST, &["contacts", "batch"]);
        self.call(draft.and_then(|request| request.json(&BatchBody { items: &items })))
    }
}
