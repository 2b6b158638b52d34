//! The headers of requests and responses.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sfv::{BareItem, List, ListEntry, Parser};

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(crate) const OPERATION_ID: HeaderName = HeaderName::from_static("operation-id");
pub(crate) const PREFER: HeaderName = HeaderName::from_static("prefer");
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The preference for a dry run.
pub(crate) const DRY_RUN: &str = "tx=rollback";
const IGNORED_FIELDS: HeaderName = HeaderName::from_static("ignored-fields");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Returns the value of a header, if it is there and is visible ASCII.
pub(crate) fn text(headers: &HeaderMap, name: impl reqwest::header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Returns the names in `Ignored-Fields`: a list of Strings and Display Strings (RFC 9651), in one or more headers. A
/// value of another form is returned as one name, so that a caller always sees that something was ignored.
pub(crate) fn ignored_fields(headers: &HeaderMap) -> Vec<String> {
    let lines: Vec<&[u8]> = headers.get_all(IGNORED_FIELDS).iter().map(HeaderValue::as_bytes).collect();
    let value = lines.join(&b", "[..]);
    let list = Parser::new(&value).parse::<List>().ok();
    let names = list.and_then(|list| list.into_iter().map(name).collect());
    names.unwrap_or_else(|| vec![String::from_utf8_lossy(&value).into_owned()])
}

fn name(entry: ListEntry) -> Option<String> {
    let ListEntry::Item(item) = entry else { return None };
    match item.bare_item {
        BareItem::String(name) => Some(String::from(name)),
        BareItem::DisplayString(name) => Some(name),
        _ => None,
    }
}

/// Returns true if the response is the stored response to an earlier request.
pub(crate) fn is_replayed(headers: &HeaderMap) -> bool {
    text(headers, IDEMPOTENT_REPLAYED) == Some("true")
}

/// Returns the preferences that the server applied, such as `return=receipt`.
pub(crate) fn preferences_applied(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(PREFERENCE_APPLIED).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(|one| one.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use contact_model::limits;
    use proptest::prelude::*;

    use super::*;

    fn ignored(value: &str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.insert(IGNORED_FIELDS, HeaderValue::from_str(value).unwrap());
        ignored_fields(&headers)
    }

    #[test]
    fn names_of_the_server_are_parsed() {
        let names = ["nickname", "a\"b\\c", "prénom 100%", "", "custom_fields.名"].map(str::to_owned);
        let written = contact_model::ignored_fields::header_value(&names).unwrap();
        assert_eq!(ignored(&written), names);
        assert_eq!(ignored_fields(&HeaderMap::new()), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn all_names_of_the_server_are_parsed(names in prop::collection::vec(any::<String>(), 1..25)) {
            let cut = |name: &String| name.chars().take(limits::IGNORED_FIELD_NAME).collect::<String>();
            let listed: Vec<String> = names.iter().take(limits::IGNORED_FIELDS).map(cut).collect();
            let written = contact_model::ignored_fields::header_value(&names).unwrap();
            prop_assert_eq!(ignored(&written), listed);
        }

        #[test]
        fn parsing_never_panics(value in "[ -~]{0,40}") {
            ignored(&value);
        }
    }

    #[test]
    fn values_of_another_form_are_returned_unchanged() {
        for value in ["nick name", "nickname", "\"a\", nickname", "(\"a\" \"b\")", "7", "prénom"] {
            assert_eq!(ignored(value), [value]);
        }
        let mut headers = HeaderMap::new();
        headers.insert(IGNORED_FIELDS, HeaderValue::from_bytes(b"pr\xe9nom").unwrap());
        assert_eq!(ignored_fields(&headers), ["pr\u{fffd}nom"]);
    }

    #[test]
    fn several_headers_form_one_list() {
        let mut headers = HeaderMap::new();
        for value in ["\"a\", \"b\"", "\"c\""] {
            headers.append(IGNORED_FIELDS, HeaderValue::from_static(value));
        }
        assert_eq!(ignored_fields(&headers), ["a", "b", "c"]);
    }
}
