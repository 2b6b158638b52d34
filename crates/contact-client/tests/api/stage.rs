//! A server with a company and its clients.

use contact_client::Client;
use contact_client::model::{Access, ApiKey, ContactCreate, ContactId};
use contact_testing::{Backend, TestCompany, TestServer};

/// A server with a company and a client.
pub(crate) struct Stage {
    pub(crate) server: TestServer,
    pub(crate) company: TestCompany,
    /// A client with a write key.
    pub(crate) client: Client,
}

impl Stage {
    pub(crate) async fn start(backend: Backend) -> Self {
        let server = TestServer::start(backend).await;
        let company = server.company().await;
        let client = Client::builder(&server.url, &company.key).build().unwrap();
        Self { server, company, client }
    }

    /// Creates a key with this access, and returns a client with it.
    pub(crate) async fn client_with(&self, access: Access) -> Client {
        let key = self.server.key(self.company.id, access, None).await;
        Client::builder(&self.server.url, key).build().unwrap()
    }

    /// Returns a client with this key.
    pub(crate) fn client_of(&self, key: &ApiKey) -> Client {
        Client::builder(&self.server.url, key.reveal()).build().unwrap()
    }

    /// Creates a contact.
    pub(crate) async fn contact(&self, create: ContactCreate) -> ContactId {
        self.client.create_contact(create).await.unwrap().body().id()
    }
}
