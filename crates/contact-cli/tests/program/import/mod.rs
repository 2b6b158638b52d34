//! `contacts import`: files, what becomes of their rows, and what happens when something is in the way.

mod address_books;
mod cards;
mod custom_values;
mod encodings;
mod exact;
mod failures;
mod files;
mod gate;
mod names;
mod order;
mod phone_numbers;
mod quotes;
mod report;
mod reruns;
mod resuming;
mod telling;
mod values;

use std::path::PathBuf;

use contact_testing::TestCompany;
use serde_json::Value;

use crate::process::Finished;
use crate::stage::Stage;

impl Stage {
    /// A file in the stage's directory.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Imports a file of this name and content.
    pub(crate) async fn import(&self, name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Finished {
        let path = self.file(name, content);
        self.run(&[&["import", path.to_str().unwrap()], more].concat()).await
    }

    /// What stands in a file of the stage's directory.
    pub(crate) fn content(&self, name: &str) -> String {
        let path = self.directory.path().join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

/// All contacts of a company with all that can be shown, in the order of their names.
pub(crate) async fn contacts(company: &TestCompany) -> Vec<Value> {
    let all = "include=first_name,last_name,custom_fields,updated_at";
    let answer = company.get(&format!("/contacts/?page_size=200&sort=name&{all}")).await.json();
    assert_eq!(answer["next"], Value::Null, "a test has a page of contacts at most");
    answer["results"].as_array().unwrap().clone()
}

/// The values of one key of all contacts, in the order of their names.
pub(crate) async fn values(company: &TestCompany, key: &str) -> Vec<Value> {
    contacts(company).await.iter().map(|contact| contact[key].clone()).collect()
}

/// A table with many contacts of no interest, each by an email of its own.
pub(crate) struct Table {
    pub(crate) text: String,
    others: u32,
}

impl Table {
    /// With these headings, the first of which is the email's.
    pub(crate) fn new(headings: &str) -> Self {
        Self { text: format!("{headings}\n"), others: 0 }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, row: &str) {
        self.text += &format!("{row}\n");
    }

    /// Adds rows of no interest.
    pub(crate) fn add_others(&mut self, rows: u32) {
        for _ in 0..rows {
            self.others += 1;
            let row = format!("other.{}@example.com", self.others);
            self.add(&row);
        }
    }
}
