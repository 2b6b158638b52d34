//! A page of the list of contacts. Extension.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Contact;

/// A page of the list of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "results": [{
        "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        "name": "Jane Doe",
        "email": "jane@example.com",
        "phone": "+14155552671",
        "business_name": "Example Ltd",
        "notes": null,
        "tags": ["vip"],
        "lead_source": "api",
        "is_dnd": false,
        "profile_picture_url": null,
        "last_activity": null,
        "created_at": "2023-11-07T05:31:56.000123Z"
    }],
    "next": "/contacts/?tag=vip&cursor=AAAAAAAAAAAAAAAAAAAAB2frZec",
    "next_cursor": "AAAAAAAAAAAAAAAAAAAAB2frZec",
    "previous": null
}))]
pub struct ContactList {
    /// The contacts of the page, in the requested order. A page of very large contacts may have fewer than
    /// `page_size`; the rest follows on the `next` page.
    pub results: Vec<Contact>,
    /// The URL of the next page, as a path or absolute, or null on the last page and on an empty page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The cursor of the next page, for the parameter `cursor`, or null on the last page and on an empty page.
    #[serde(default)]
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// The URL of the previous page, as a path or absolute, or null on the first page and on an empty page.
    #[schema(required, format = "uri-reference")]
    pub previous: Option<String>,
    /// The number of contacts in the whole list, or fewer if `count_exact` is false. Only present with `count=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub count: Option<u64>,
    /// False if the list may have more contacts than `count`: the server stops counting after it has looked at 100,000.
    /// Only present with `count=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub count_exact: Option<bool>,
}

impl ContactList {
    /// Returns how many contacts the whole list has, if that was asked for. If `count_exact` is missing, the count is
    /// exact.
    pub fn list_count(&self) -> Option<ListCount> {
        self.count.map(|contacts| ListCount { contacts, is_exact: self.count_exact.unwrap_or(true) })
    }
}

/// How many contacts a list has. Extension.
///
/// ```
/// use contact_model::list::ListCount;
///
/// assert_eq!(ListCount { contacts: 7, is_exact: true }.to_string(), "7");
/// assert_eq!(ListCount { contacts: 100_000, is_exact: false }.to_string(), "100000+");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListCount {
    /// How many were counted.
    pub contacts: u64,
    /// False if there may be more.
    pub is_exact: bool,
}

impl fmt::Display for ListCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.contacts, if self.is_exact { "" } else { "+" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_page_has_null_urls_and_a_count_only_if_requested() {
        let mut list = ContactList {
            results: Vec::new(),
            next: None,
            next_cursor: None,
            previous: None,
            count: None,
            count_exact: None,
        };
        let json = r#"{"results":[],"next":null,"next_cursor":null,"previous":null}"#;
        assert_eq!(serde_json::to_string(&list).unwrap(), json);
        assert_eq!(serde_json::from_str::<ContactList>(json).unwrap(), list);
        list.count = Some(0);
        assert_eq!(list.list_count(), Some(ListCount { contacts: 0, is_exact: true }));
        list.count_exact = Some(false);
        assert!(serde_json::to_string(&list).unwrap().ends_with(r#""count":0,"count_exact":false}"#));
        assert_eq!(list.list_count(), Some(ListCount { contacts: 0, is_exact: false }));
    }
}
