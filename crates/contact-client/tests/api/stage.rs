//! A server, a company and its clients.

use contact_client::Client;
use contact_client::model::{Access, ApiKey, ContactCreate, ContactId};
use contact_testing::{Backend, TestCompany, TestServer};

/// A real server with a company on it.
pub(crate) struct Stage {
    pub(crate) server: TestServer,
    pub(crate) company: TestCompany,
    /// With a write key.
    pub(crate) client: Client,
}

impl Stage {
    pub(crate) async fn start(backend: Backend) -> Self {
        let server = TestServer::start(backend).await;
        let company = server.company().await;
        let client = Client::builder(&server.url, &company.key).build().unwrap();
        Self { server, company, client }
    }

    /// A client with a key of this kind.
    pub(crate) async fn client_with(&self, access: Access) -> Client {
        let key = self.server.key(self.company.id, access, None).await;
        Client::builder(&self.server.url, key).build().unwrap()
    }

    /// Returns a client that sends this key.
    pub(crate) fn client_of(&self, key: &ApiKey) -> Client {
        Client::builder(&self.server.url, key.reveal()).build().unwrap()
    }

    /// A new contact.
    pub(crate) async fn contact(&self, create: ContactCreate) -> ContactId {
        self.client.create_contact(create).await.unwrap().id()
    }
}
