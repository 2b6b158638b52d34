//! `contacts import`.

mod address_books;
mod cards;
mod custom_values;
mod encodings;
mod exact;
mod failures;
mod files;
mod messages;
mod names;
mod order;
mod phone_numbers;
mod quotes;
mod report;
mod reruns;
mod resuming;
mod values;

use std::path::PathBuf;

use contact_testing::TestCompany;
use serde_json::Value;

use crate::gate::{Gate, Held};
use crate::process::Finished;
use crate::stage::Stage;

impl Stage {
    /// Creates a file in the directory of the stage.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Imports a file with this name and content.
    pub(crate) async fn import(&self, name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Finished {
        let path = self.file(name, content);
        self.run(&[&["import", path.to_str().unwrap()], more].concat()).await
    }

    /// Reads a file in the directory of the stage.
    pub(crate) fn content(&self, name: &str) -> String {
        let path = self.directory.path().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// Starts a gate that holds batches.
pub(crate) async fn gate(stage: &Stage) -> Gate {
    Gate::before(&stage.company, |request| request.target() == "/contacts/batch/").await
}

/// Returns the number of items in a batch.
pub(crate) fn items(batch: &Held) -> usize {
    batch.request.json()["items"].as_array().unwrap().len()
}

/// Returns all contacts of a company with all keys, sorted by name.
pub(crate) async fn contacts(company: &TestCompany) -> Vec<Value> {
    let all = "include=first_name,last_name,custom_fields,updated_at";
    let answer = company.get(&format!("/contacts/?page_size=200&sort=name&{all}")).await.json();
    assert_eq!(answer["next"], Value::Null, "all contacts fit on one page");
    answer["results"].as_array().unwrap().clone()
}

/// Returns the values of one key of all contacts, sorted by name.
pub(crate) async fn values(company: &TestCompany, key: &str) -> Vec<Value> {
    contacts(company).await.iter().map(|contact| contact[key].clone()).collect()
}

/// A table with filler rows, each with another email address.
pub(crate) struct Table {
    pub(crate) text: String,
    others: u32,
}

impl Table {
    /// Creates a table with these headings. The first one is for email addresses.
    pub(crate) fn new(headings: &str) -> Self {
        Self { text: format!("{headings}\n"), others: 0 }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, row: &str) {
        self.text += &format!("{row}\n");
    }

    /// Adds filler rows.
    pub(crate) fn add_others(&mut self, rows: u32) {
        for _ in 0..rows {
            self.others += 1;
            let row = format!("other.{}@example.com", self.others);
            self.add(&row);
        }
    }
}
