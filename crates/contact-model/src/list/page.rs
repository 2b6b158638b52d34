//! A page of the list of contacts. Extension.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Contact;

/// A page of the list of contacts. Extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactList {
    /// The contacts of the page, in the order that was asked for. A page of very large contacts has fewer than
    /// `page_size`, and `next` goes on.
    pub results: Vec<Contact>,
    /// The whole URL of the page behind this one, null on the last page and on an empty one.
    #[schema(required)]
    pub next: Option<String>,
    /// The whole URL of the page before this one, null on the first page and on an empty one.
    #[schema(required)]
    pub previous: Option<String>,
    /// How many contacts the whole list holds; there with `count=true` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = u64, required = false)]
    pub count: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_page_has_null_urls_and_a_count_only_where_it_was_asked_for() {
        let mut list = ContactList { results: Vec::new(), next: None, previous: None, count: None };
        let json = r#"{"results":[],"next":null,"previous":null}"#;
        assert_eq!(serde_json::to_string(&list).unwrap(), json);
        assert_eq!(serde_json::from_str::<ContactList>(json).unwrap(), list);
        list.count = Some(0);
        assert!(serde_json::to_string(&list).unwrap().ends_with(r#""count":0}"#));
    }
}
