//! Email addresses: what is stored, and what they match on. Neither operation checks their form:
//! the documentation's own example sends a placeholder and must succeed (decided).

/// What an update stores: the empty string becomes nothing (documented), anything else stays as it
/// was sent (decided).
pub fn for_update(sent: &str) -> Option<String> {
    (!sent.is_empty()).then(|| sent.to_owned())
}

/// What a create stores: lowercased (documented), the empty string as nothing (decided).
pub fn for_create(sent: &str) -> Option<String> {
    for_update(&sent.to_lowercase())
}

/// What two contacts' emails are compared by: lowercased by Unicode's rules (decided). The empty
/// string matches nothing.
pub fn key(stored: &str) -> Option<String> {
    for_create(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_keeps_what_was_sent() {
        assert_eq!(for_update("Ann@Example.COM").as_deref(), Some("Ann@Example.COM"));
        assert_eq!(for_update("<string>").as_deref(), Some("<string>"));
        assert_eq!(for_update(""), None);
    }

    #[test]
    fn a_create_lowercases() {
        assert_eq!(for_create("Ann@Example.COM").as_deref(), Some("ann@example.com"));
        assert_eq!(for_create("ÄNN@Example.com").as_deref(), Some("änn@example.com"));
        assert_eq!(for_create(""), None);
    }

    #[test]
    fn spellings_that_differ_by_case_alone_match() {
        assert_eq!(key("ÄNN@x.de"), key("änn@X.de"));
        assert_eq!(key(""), None);
    }
}
