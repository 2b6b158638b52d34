//! A page of the list of contacts. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Contact;

/// A page of the list of contacts. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactList {
    /// The contacts of the page, in the requested order. A page of very large contacts may have fewer than
    /// `page_size`; the rest follows on the `next` page.
    pub results: Vec<Contact>,
    /// The URL of the next page, as a path or absolute, or null on the last page and on an empty page.
    #[schema(required, format = "uri-reference")]
    pub next: Option<String>,
    /// The URL of the previous page, as a path or absolute, or null on the first page and on an empty page.
    #[schema(required, format = "uri-reference")]
    pub previous: Option<String>,
    /// The number of contacts in the whole list. Only present with `count=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub count: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_page_has_null_urls_and_a_count_only_if_requested() {
        let mut list = ContactList { results: Vec::new(), next: None, previous: None, count: None };
        let json = r#"{"results":[],"next":null,"previous":null}"#;
        assert_eq!(serde_json::to_string(&list).unwrap(), json);
        assert_eq!(serde_json::from_str::<ContactList>(json).unwrap(), list);
        list.count = Some(0);
        assert!(serde_json::to_string(&list).unwrap().ends_with(r#""count":0}"#));
    }
}
