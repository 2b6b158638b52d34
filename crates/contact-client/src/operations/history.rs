//! The history of a contact.

use contact_model::ContactId;
use reqwest::Method;

use crate::operation::ListHistory;
use crate::{Call, Client};

impl Client {
    /// Lists the changes of a contact, the latest first. The contact may be deleted. Awaiting the call returns one page;
    /// [`items`](Call::items) returns a stream of all changes.
    pub fn list_history(&self, contact: ContactId) -> Call<ListHistory> {
        self.call(Method::GET, &["contacts", &contact.to_string(), "history"])
    }
}
