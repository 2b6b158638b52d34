//! Imports contacts in a program without a runtime, many in each request.
//!
//! ```sh
//! CONTACTS_URL=http://127.0.0.1:8080 CONTACTS_API_KEY=ctk_… cargo run -p contact-client --example import --features blocking
//! ```

#![allow(clippy::print_stdout, reason = "it is what an example does")]

use contact_client::model::{LeadSource, limits};
use contact_client::{BatchItem, Client, ContactCreate, Error};

fn main() -> anyhow::Result<()> {
    let client =
        Client::builder(std::env::var("CONTACTS_URL")?, std::env::var("CONTACTS_API_KEY")?).build()?;
    let people = [("jane doe", "jane@example.com"), ("max muster", "max@example.com")];
    println!("{} imported", import(&client, &people)?);
    Ok(())
}

/// Says how many of them are stored.
pub(crate) fn import(client: &Client, people: &[(&str, &str)]) -> Result<usize, Error> {
    let mut stored = 0;
    for many in people.chunks(limits::BATCH_ITEMS) {
        let items = many.iter().map(|(name, email)| {
            let create = ContactCreate::new().full_name(*name).email(*email).lead_source(LeadSource::Import);
            BatchItem::upsert(create)
        });
        let answer = client.write_batch(items).wait()?;
        for ((name, _), item) in many.iter().zip(&answer.results) {
            match &item.problem {
                Some(problem) => println!("{name}: {}", problem.detail),
                None => stored += 1,
            }
        }
    }
    Ok(stored)
}
