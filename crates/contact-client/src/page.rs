//! The pages of lists.

use contact_model::list::{DuplicateGroup, DuplicateList};
use contact_model::{
    Agent, AgentList, AgentThread, ApiKeyList, ChangeEntry, Contact, ContactHistory, ContactList,
    ListedApiKey, TagCount, TagList, ThreadList, Webhook, WebhookList,
};

use crate::FromResponse;
use crate::from_response::{parse_json, sealed};
use crate::raw_response::RawResponse;

/// A page of a list.
pub trait Page: FromResponse {
    /// The type of the entries.
    type Entry: Send + 'static;

    /// Returns the entries of the page.
    fn entries(&self) -> &[Self::Entry];

    /// Returns the entries without the rest of the page.
    fn into_entries(self) -> Vec<Self::Entry>;

    /// Returns the cursor of the next page, for [`Call::cursor`](crate::Call::cursor), or `None` on the last page.
    fn next_cursor(&self) -> Option<String>;
}

/// Returns the cursor in the URL of a page.
fn cursor_in(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find_map(|(name, value)| (name == "cursor").then(|| value.into_owned()))
}

macro_rules! page {
    ($($list:ty => $entry:ty),+ $(,)?) => {
        $(
            impl Page for $list {
                type Entry = $entry;

                fn entries(&self) -> &[$entry] {
                    &self.results
                }

                fn into_entries(self) -> Vec<$entry> {
                    self.results
                }

                fn next_cursor(&self) -> Option<String> {
                    // An older server sends the cursor only in the URL.
                    self.next_cursor.clone().or_else(|| cursor_in(self.next.as_deref()?))
                }
            }

            impl sealed::Sealed for $list {}
            impl FromResponse for $list {
                fn from_response(response: &RawResponse) -> Result<Self, String> {
                    let page: Self = parse_json(response)?;
                    // Otherwise the rest of the list would be lost without an error.
                    if page.next.is_some() && page.next_cursor().is_none() {
                        return Err("the URL of the next page has no cursor".to_owned());
                    }
                    Ok(page)
                }
            }
        )+
    };
}

page!(
    ContactList => Contact,
    ThreadList => AgentThread,
    ContactHistory => ChangeEntry,
    DuplicateList => DuplicateGroup,
    TagList => TagCount,
    AgentList => Agent,
    ApiKeyList => ListedApiKey,
    WebhookList => Webhook,
);
