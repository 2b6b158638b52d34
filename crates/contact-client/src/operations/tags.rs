//! Tags.

use contact_model::{ContactId, NewTags, TagRename};
use reqwest::Method;

use crate::operation::{AddTags, ListTags, RemoveTag, RenameTag};
use crate::{Call, Client};

impl Client {
    /// Adds tags to a contact, after those that it has.
    pub fn add_tags<T: Into<String>>(
        &self,
        contact: ContactId,
        tags: impl IntoIterator<Item = T>,
    ) -> Call<AddTags> {
        let tags = NewTags { tags: tags.into_iter().map(Into::into).collect() };
        self.call_with(Method::POST, &["contacts", &contact.to_string(), "tags"], tags)
    }

    /// Removes a tag from a contact.
    ///
    /// The path of a URL cannot contain the tags `.` and `..` and the empty tag. An [update](Client::update_contact) can
    /// remove them.
    ///
    /// # Errors
    /// The call fails with [`InvalidRequest::Path`](crate::InvalidRequest::Path) for the tags `.` and `..`.
    pub fn remove_tag(&self, contact: ContactId, tag: &str) -> Call<RemoveTag> {
        self.call(Method::DELETE, &["contacts", &contact.to_string(), "tags", tag])
    }

    /// Renames a tag on all contacts of the company, and returns how many contacts were changed. A contact that has both
    /// tags keeps one, at the place of the first.
    ///
    /// The rename takes several transactions. If it is interrupted, some contacts have the new name, and the same call
    /// renames the rest.
    ///
    /// # Errors
    /// The call fails with [`InvalidRequest::Path`](crate::InvalidRequest::Path) for the tags `.` and `..`, which the
    /// path of a URL cannot contain.
    pub fn rename_tag(&self, tag: &str, name: impl Into<String>) -> Call<RenameTag> {
        let rename = TagRename { name: name.into() };
        self.call_with(Method::PATCH, &["tags", tag], rename)
    }

    /// Lists the company's tags, and how many contacts have each. Awaiting the call returns one page;
    /// [`items`](Call::items) returns a stream of all tags.
    pub fn list_tags(&self) -> Call<ListTags> {
        self.call(Method::GET, &["tags"])
    }
}
