//! Email addresses: the stored value and the matching key. Neither a create nor an update checks the format
//! (decided), because the documentation's own example sends a placeholder and must succeed.

use crate::invisible;

/// Returns the value that an update stores: nothing for the empty string (documented), any other text as sent
/// (decided).
pub(crate) fn for_update(sent: &str) -> Option<String> {
    (!sent.is_empty()).then(|| sent.to_owned())
}

/// Returns the value that a create stores: the text in lower case (documented), without surrounding white
/// space and invisible characters. Returns `None` if no text is left (decided).
pub fn for_create(sent: &str) -> Option<String> {
    for_update(&invisible::visible(sent).to_lowercase())
}

/// Returns the key that the email addresses of two contacts are compared by (decided): the value that a
/// create stores, if it can be an email address. Any other text, such as `N/A`, has no key and matches
/// nothing.
pub fn key(stored: &str) -> Option<String> {
    for_create(stored).filter(|text| is_address(text))
}

/// Returns true if the text can be an email address, that is, if it has a [key]. It must have exactly one
/// `@`, with text on both sides.
pub fn can_be_address(text: &str) -> bool {
    is_address(&invisible::visible(text))
}

fn is_address(visible: &str) -> bool {
    let Some((local, domain)) = visible.split_once('@') else { return false };
    !local.trim().is_empty() && !domain.trim().is_empty() && !domain.contains('@')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_update_keeps_what_was_sent() {
        for sent in ["Ann@Example.COM", "<string>", " \u{200B}ann@example.com\u{A0}"] {
            assert_eq!(for_update(sent).as_deref(), Some(sent));
        }
        assert_eq!(for_update(""), None);
    }

    #[test]
    fn a_create_lowercases() {
        assert_eq!(for_create("Ann@Example.COM").as_deref(), Some("ann@example.com"));
        assert_eq!(for_create("ÄNN@Example.com").as_deref(), Some("änn@example.com"));
        assert_eq!(for_create("N/A").as_deref(), Some("n/a"));
        assert_eq!(for_create(""), None);
    }

    #[test]
    fn a_create_removes_invisible_characters_and_surrounding_white_space() {
        for sent in [
            "ann@example.com",
            " Ann@example.com\u{A0}",
            "\u{200B}ann@example.com",
            "ann@exam\u{AD}ple.com\u{200B}\t",
            "\u{FEFF}ann@\u{FE0D}example.com",
            "\u{200E} ann@example.com \u{200F}",
        ] {
            assert_eq!(for_create(sent).as_deref(), Some("ann@example.com"), "{sent:?}");
            assert_eq!(key(sent).as_deref(), Some("ann@example.com"), "{sent:?}");
        }
        assert_eq!(for_create(" \u{200B}\u{A0}"), None);
    }

    #[test]
    fn spellings_that_differ_only_by_case_match() {
        assert_eq!(key("ÄNN@x.de"), key("änn@X.de"));
        assert_eq!(key("ÄNN@x.de").as_deref(), Some("änn@x.de"));
    }

    #[test]
    fn a_text_that_cannot_be_an_address_has_no_key() {
        for sent in [
            "",
            "N/A",
            "-",
            "none",
            "unknown",
            "<string>",
            "@",
            "ann@",
            "@x.de",
            "a@b@c",
            " @ ",
            "\u{200B}@x",
        ] {
            assert_eq!(key(sent), None, "{sent:?}");
            assert!(!can_be_address(sent), "{sent:?}");
        }
        assert!(can_be_address("ann@localhost"));
    }

    proptest! {
        #[test]
        fn stored_value_has_the_same_key_as_the_sent_value(sent in "[aΣİ@ .\u{200B}\u{A0}-]{0,12}") {
            let stored = for_create(&sent).unwrap_or_default();
            prop_assert_eq!(key(&stored), key(&sent));
            prop_assert_eq!(key(&sent).is_some(), can_be_address(&sent));
        }
    }
}
