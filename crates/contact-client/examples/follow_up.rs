//! Tags the leads that have not been contacted yet.
//!
//! ```sh
//! cargo run -p contact-client --example follow_up
//! ```

#![allow(clippy::print_stdout, reason = "examples print their results")]

use contact_client::model::Contact;
use contact_client::{Client, Error, Filters};
use futures::TryStreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("CONTACTS_URL")?;
    let client = Client::builder(url, std::env::var("CONTACTS_API_KEY")?).build()?;
    println!("{} leads to call", tag_leads(&client).await?);
    Ok(())
}

/// Adds the tag `to call` to leads. Returns the number of leads.
async fn tag_leads(client: &Client) -> Result<usize, Error> {
    let filters = Filters::new().tag("lead").has_phone(true).is_dnd(false);
    let mut leads = client.list_contacts(filters).items();
    let mut count = 0;
    while let Some(lead) = leads.try_next().await? {
        // The contact may have changed since the list was read.
        let current = match client.get_contact(lead.id).await {
            Ok(current) if is_new_lead(&current.body().contact) => current,
            Ok(_) => continue,
            Err(error) if error.is_not_found() => continue,
            Err(error) => return Err(error),
        };
        // The tag is added only if the contact has not changed since it was read.
        match client.add_tags(lead.id, ["to call"]).if_match(&current).await {
            Ok(_) => count += 1,
            Err(error) if error.is_precondition_failed() => println!("skipped {}, which changed", lead.id),
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

fn is_new_lead(contact: &Contact) -> bool {
    let is_lead = contact.tags.iter().any(|tag| tag == "lead");
    is_lead && contact.phone.is_some() && !contact.is_dnd && contact.last_activity.is_none()
}
