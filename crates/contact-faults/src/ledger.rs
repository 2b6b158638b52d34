//! What the clients sent and what the server acknowledged, to be compared with what is stored.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::client::Client;

/// A field that the writes set to increasing numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    /// Set by updates of a single contact.
    Notes,
    /// Set by atomic batches to the same number in all contacts of a group.
    BusinessName,
}

impl Field {
    const ALL: [Self; 2] = [Self::Notes, Self::BusinessName];

    /// Returns the name of the field in the API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::BusinessName => "business_name",
        }
    }
}

/// The numbers that were sent for a field of a contact.
#[derive(Debug, Default)]
struct Numbers {
    acknowledged: Vec<u64>,
    last_sent: u64,
}

/// What the clients sent, and which responses they got.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The groups of contacts that are always updated together.
    pub(crate) groups: Vec<Vec<String>>,
    numbers: BTreeMap<(String, Field), Numbers>,
    /// The number of contacts that were created, each by a request that was repeated until it succeeded.
    pub(crate) created: usize,
    /// The number of requests that a response acknowledged.
    pub(crate) acknowledged: u64,
    /// The number of requests that were refused with 409, 503 or 507.
    pub(crate) refused: u64,
    /// The number of requests without a response.
    pub(crate) unanswered: u64,
    /// The longest time until a response or the end of the connection.
    pub(crate) slowest: Duration,
    /// When each writer last got an acknowledgement.
    pub(crate) last_success: BTreeMap<usize, Instant>,
}

impl Ledger {
    /// Notes that requests for these contacts are about to be sent.
    pub(crate) fn sent(&mut self, contacts: &[String], field: Field, number: u64) {
        for contact in contacts {
            self.numbers.entry((contact.clone(), field)).or_default().last_sent = number;
        }
    }

    /// Notes that a request for these contacts was acknowledged.
    pub(crate) fn acknowledged(&mut self, contacts: &[String], field: Field, number: u64) {
        for contact in contacts {
            self.numbers.entry((contact.clone(), field)).or_default().acknowledged.push(number);
        }
    }

    /// Compares the stored contacts with the acknowledged writes.
    ///
    /// # Errors
    /// A write is missing, a part of an atomic batch is missing, or a request was carried out twice.
    pub(crate) async fn check_contacts(&self, client: &Client) -> Result<()> {
        let stored = client.all_contacts().await?;
        ensure!(
            stored.len() == self.created,
            "{} contacts were created, and {} are stored",
            self.created,
            stored.len()
        );
        let stored: HashMap<&str, &Value> =
            stored.iter().filter_map(|contact| Some((contact["id"].as_str()?, contact))).collect();
        let number = |contact: &String, field: Field| {
            let found = stored.get(contact.as_str());
            found
                .and_then(|found| found[field.name()].as_str())
                .and_then(|text| text.parse().ok())
                .unwrap_or(0)
        };
        for ((contact, field), numbers) in &self.numbers {
            let (found, acknowledged) = (number(contact, *field), numbers.acknowledged.last().copied());
            ensure!(
                (acknowledged.unwrap_or(0)..=numbers.last_sent).contains(&found),
                "{} of {contact} is {found}; {acknowledged:?} was acknowledged, and {} sent",
                field.name(),
                numbers.last_sent
            );
        }
        for group in &self.groups {
            let found: Vec<u64> = group.iter().map(|contact| number(contact, Field::BusinessName)).collect();
            ensure!(found.windows(2).all(|pair| pair[0] == pair[1]), "half of an atomic batch: {found:?}");
        }
        Ok(())
    }

    /// Compares the changes that a reader of the feed received with the acknowledged writes.
    ///
    /// # Errors
    /// A change is missing, out of order, or was received twice.
    pub(crate) fn check_changes(&self, changes: &[Value]) -> Result<()> {
        let mut received: HashMap<(&str, Field), Vec<u64>> = HashMap::new();
        for (expected, change) in (1_i64..).zip(changes) {
            ensure!(change["sequence"] == expected, "change {} follows {}", change["sequence"], expected - 1);
            for field in Field::ALL {
                let number =
                    change["changed"][field.name()]["after"].as_str().and_then(|text| text.parse().ok());
                if let (Some(number), Some(contact)) = (number, change["contact_id"].as_str()) {
                    received.entry((contact, field)).or_default().push(number);
                }
            }
        }
        for ((contact, field), numbers) in &self.numbers {
            let received = received.get(&(contact.as_str(), *field)).map_or(&[][..], Vec::as_slice);
            ensure!(
                received.windows(2).all(|pair| pair[0] < pair[1]),
                "the changes of {} of {contact} are out of order: {received:?}",
                field.name()
            );
            let missing = numbers.acknowledged.iter().find(|number| received.binary_search(number).is_err());
            ensure!(missing.is_none(), "no change of {} of {contact} to {missing:?}", field.name());
        }
        Ok(())
    }
}
