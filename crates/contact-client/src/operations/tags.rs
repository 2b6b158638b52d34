//! Tags.

use contact_model::{ContactId, NewTags, TagRename};
use reqwest::Method;

use crate::operation::{AddTags, ListTags, RemoveTag, RenameTag};
use crate::{Call, Client};

impl Client {
    /// Adds tags to a contact; those that it has stay where they are.
    pub fn add_tags<T: Into<String>>(
        &self,
        contact: ContactId,
        tags: impl IntoIterator<Item = T>,
    ) -> Call<AddTags> {
        let tags = NewTags { tags: tags.into_iter().map(Into::into).collect() };
        let draft = self.request(Method::POST, &["contacts", &contact.to_string(), "tags"]);
        self.call(draft.and_then(|request| request.json(&tags)))
    }

    /// Takes a tag away from a contact.
    ///
    /// The tags `.` and `..` cannot stand in a URL, and the empty one is none: an
    /// [update](Client::update_contact) takes them away.
    pub fn remove_tag(&self, contact: ContactId, tag: &str) -> Call<RemoveTag> {
        self.call(self.request(Method::DELETE, &["contacts", &contact.to_string(), "tags", tag]))
    }

    /// Gives a tag another name for all contacts of the company, and answers how many changed. A contact that has both
    /// tags keeps one, where the first of them stood.
    ///
    /// The server does it in pieces. If it is interrupted, some contacts have the new name, and the same call does the
    /// rest. The tags `.` and `..` cannot stand in a URL, and the empty one is none.
    pub fn rename_tag(&self, tag: &str, name: impl Into<String>) -> Call<RenameTag> {
        let rename = TagRename { name: name.into() };
        let draft = self.request(Method::PATCH, &["tags", tag]);
        self.call(draft.and_then(|request| request.json(&rename)))
    }

    /// Lists the company's tags with how many contacts have each. Awaited, it gives a page;
    /// [`items`](Call::items) gives one tag after the other.
    pub fn list_tags(&self) -> Call<ListTags> {
        self.call(self.request(Method::GET, &["tags"]))
    }
}
