//! Creates a contact, updates it and prints it.
//!
//! ```sh
//! cargo run -p contact-client --example quick_start
//! ```

#![allow(clippy::print_stdout, reason = "examples print their results")]

use contact_client::{Clear, Client, ContactCreate, ContactUpdate};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("CONTACTS_URL")?;
    let client = Client::builder(url, std::env::var("CONTACTS_API_KEY")?).build()?;

    // Creates the contact, or updates the one that has this phone number.
    let jane = ContactCreate::new().full_name("jane doe").phone_number("(415) 555-2671");
    let id = client.create_contact(jane).await?.into_body().id();

    // Changes only these fields.
    let update = ContactUpdate::new().notes("Called today").email(Clear).add_tags(["lead"]);
    let response = client.update_contact(id, update).strict().receipt().await?;

    let written = response.body();
    println!("{}: {:?}", written.contact.name.as_deref().unwrap_or_default(), written.receipt.action);
    Ok(())
}
