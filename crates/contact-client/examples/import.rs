//! Imports contacts in batches, in a program without an asynchronous runtime.
//!
//! ```sh
//! cargo run -p contact-client --example import --features blocking
//! ```

#![allow(clippy::print_stdout, reason = "examples print their results")]

use contact_client::model::{LeadSource, limits};
use contact_client::{BatchItem, Client, ContactCreate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::var("CONTACTS_URL")?;
    let client = Client::builder(url, std::env::var("CONTACTS_API_KEY")?).build()?;
    let people = [("jane doe", "jane@example.com"), ("max muster", "max@example.com")];
    for people in people.chunks(limits::BATCH_ITEMS) {
        let items = people.iter().map(|(name, email)| {
            let create = ContactCreate::new().full_name(*name).email(*email);
            BatchItem::upsert(create.lead_source(LeadSource::Import))
        });
        let response = client.write_batch(items.collect::<Vec<_>>()).wait()?;
        for ((name, _), result) in people.iter().zip(&response.body().results) {
            match &result.problem {
                Some(problem) => println!("{name}: {}", problem.detail),
                None => println!("{name}: stored"),
            }
        }
    }
    Ok(())
}
