//! The pages of lists.

use contact_model::{
    Agent, AgentList, AgentThread, ApiKeyList, Contact, ContactList, ListedApiKey, ThreadList,
};
use contact_model::{TagCount, TagList};

use crate::FromAnswer;
use crate::from_answer::{json, sealed};
use crate::received::Received;

/// A page of a list.
pub trait Page: FromAnswer {
    /// What is listed.
    type Entry: Send + 'static;

    /// Returns the URL of the next page, or `None` on the last page.
    fn next_url(&self) -> Option<&str>;

    /// The entries of the page.
    fn entries(&self) -> &[Self::Entry];

    /// The entries of the page, without the page.
    fn into_entries(self) -> Vec<Self::Entry>;

    /// Returns the cursor with which [`Call::cursor`](crate::Call::cursor) begins at the next page, or `None` on the last page.
    fn next_cursor(&self) -> Option<String> {
        let (_, query) = self.next_url()?.split_once('?')?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(name, value)| (name == "cursor").then(|| value.into_owned()))
    }
}

macro_rules! page {
    ($($list:ty => $entry:ty),+ $(,)?) => {
        $(
            impl Page for $list {
                type Entry = $entry;

                fn next_url(&self) -> Option<&str> {
                    self.next.as_deref()
                }

                fn entries(&self) -> &[$entry] {
                    &self.results
                }

                fn into_entries(self) -> Vec<$entry> {
                    self.results
                }
            }
        )+
    };
}

page!(
    ContactList => Contact,
    ThreadList => AgentThread,
    TagList => TagCount,
    AgentList => Agent,
    ApiKeyList => ListedApiKey,
);

macro_rules! read_as_page {
    ($($list:ty),+ $(,)?) => {
        $(
            impl sealed::Sealed for $list {}
            impl FromAnswer for $list {
                fn read(received: &Received) -> Result<Self, String> {
                    let page: Self = json(received)?;
                    match (page.next_url(), page.next_cursor()) {
                        // A list that seems to end here would lack the rest without a word.
                        (Some(url), None) => Err(format!("the URL of the next page has no cursor: `{url}`")),
                        _ => Ok(page),
                    }
                }
            }
        )+
    };
}

read_as_page!(ContactList, ThreadList, TagList, AgentList, ApiKeyList);
