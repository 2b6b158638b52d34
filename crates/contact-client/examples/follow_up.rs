//! Finds the leads that no one has called, and tags them as to be called.
//!
//! ```sh
//! CONTACTS_URL=http://127.0.0.1:8080 CONTACTS_API_KEY=ctk_… cargo run -p contact-client --example follow_up
//! ```

#![allow(clippy::print_stdout, reason = "it is what an example does")]

use contact_client::model::Contact;
use contact_client::{Client, Error, Filters, ProblemType, SortKey};
use futures::TryStreamExt as _;

const LEAD: &str = "lead";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client =
        Client::builder(std::env::var("CONTACTS_URL")?, std::env::var("CONTACTS_API_KEY")?).build()?;
    println!("{} to be called", follow_up(&client).await?);
    Ok(())
}

/// Says how many there are.
pub(crate) async fn follow_up(client: &Client) -> Result<usize, Error> {
    let leads = Filters::new().tag(LEAD).has_phone(true).is_dnd(false);
    let mut leads = client.list_contacts(leads).sort(SortKey::CreatedAt).items();
    let mut count = 0;
    while let Some(lead) = leads.try_next().await? {
        // The list may be of a while ago: what is decided on is what the tag is added to, or nothing is.
        let current = match client.get_contact(lead.id).await {
            Ok(current) if is_to_be_called(&current.contact) => current,
            Ok(_) => continue,
            Err(error) if error.problem_type() == Some(ProblemType::ContactNotFound) => continue,
            Err(error) => return Err(error),
        };
        match client.add_tags(lead.id, ["to call"]).if_match(&current).await {
            Ok(_) => count += 1,
            Err(error) if error.problem_type() == Some(ProblemType::PreconditionFailed) => {
                println!("{} changes at the moment", lead.id);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

fn is_to_be_called(contact: &Contact) -> bool {
    let is_lead = contact.tags.iter().any(|tag| tag == LEAD);
    is_lead && contact.phone.is_some() && !contact.is_dnd && contact.last_activity.is_none()
}
