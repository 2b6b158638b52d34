//! Finds the leads that no one has called, and notes that they are to be called.
//!
//! ```sh
//! CONTACT_URL=http://127.0.0.1:8080 CONTACT_KEY=ctk_… cargo run -p contact-client --example follow_up
//! ```

#![allow(clippy::print_stdout, reason = "it is what an example does")]

use contact_client::{Client, ContactUpdate, Error, Filters, ProblemType, SortKey};
use futures::TryStreamExt as _;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let client = Client::builder(std::env::var("CONTACT_URL")?, std::env::var("CONTACT_KEY")?).build()?;
    println!("{} to be called", follow_up(&client).await?);
    Ok(())
}

/// Says how many there are.
pub(crate) async fn follow_up(client: &Client) -> Result<usize, Error> {
    let leads = Filters::new().tag("lead").has_phone(true).is_dnd(false);
    let mut leads = client.list_contacts(leads).sort(SortKey::CreatedAt).items();
    let mut count = 0;
    while let Some(lead) = leads.try_next().await? {
        if lead.last_activity.is_some() {
            continue;
        }
        // While it is as it was read, so that what someone else writes meanwhile is not overwritten.
        let current = client.get_contact(lead.id).await?;
        let update = ContactUpdate::new().notes("To be called").tags(["lead", "to call"]);
        match client.update_contact(lead.id, update).if_match(&current).await {
            Ok(_) => count += 1,
            Err(error) if error.problem_type() == Some(ProblemType::PreconditionFailed) => {
                println!("{} changes at the moment", lead.id);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}
