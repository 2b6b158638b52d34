//! The client with a real server.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod conditions;
mod description;
mod lists;
mod once;
mod operations;
mod refusals;
mod samples;
mod waiting;
mod writes;

use contact_client::model::ContactId;
use contact_client::{Client, ContactCreate};
use contact_testing::{Backend, TestCompany};

/// Returns a company on a server, and a client with its write key.
async fn start(backend: Backend) -> (TestCompany, Client) {
    let company = TestCompany::start(backend).await;
    let client = client_of(&company);
    (company, client)
}

/// Returns a client with the key of a company.
fn client_of(company: &TestCompany) -> Client {
    Client::builder(&company.server.url, &company.key).build().unwrap()
}

/// Creates a contact.
async fn create(client: &Client, contact: ContactCreate) -> ContactId {
    client.create_contact(contact).await.unwrap().body().id()
}
