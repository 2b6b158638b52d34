//! The header `Ignored-Fields`: the names of the sent fields that the server did not store.

use crate::limits;

/// Formats the names as an RFC 9651 list of Strings, with Display Strings for names that are not plain ASCII
/// (decided). The list contains the first [`limits::IGNORED_FIELDS`] names, each cut to
/// [`limits::IGNORED_FIELD_NAME`] characters. Returns `None` if there are no names.
pub fn header_value(names: &[String]) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let items: Vec<String> = names.iter().take(limits::IGNORED_FIELDS).map(|name| item(name)).collect();
    Some(items.join(", "))
}

fn item(name: &str) -> String {
    let cut: String = name.chars().take(limits::IGNORED_FIELD_NAME).collect();
    let plain = cut.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if plain { string(&cut) } else { display_string(&cut) }
}

fn string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn display_string(text: &str) -> String {
    let mut encoded = String::from("%\"");
    for byte in text.bytes() {
        match byte {
            0x20..0x7f if byte != b'%' && byte != b'"' => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02x}")),
        }
    }
    encoded.push('"');
    encoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(names: &[&str]) -> Option<String> {
        header_value(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn plain_names_are_strings_and_others_display_strings() {
        assert_eq!(header(&[]), None);
        assert_eq!(
            header(&["nickname", "custom_fields.Plan"]).unwrap(),
            r#""nickname", "custom_fields.Plan""#
        );
        assert_eq!(header(&[r#"a"b\c"#]).unwrap(), r#""a\"b\\c""#);
        assert_eq!(header(&["prénom 100%"]).unwrap(), r#"%"pr%c3%a9nom 100%25""#);
        assert_eq!(header(&["a\nb"]).unwrap(), r#"%"a%0ab""#);
        assert_eq!(header(&[""]).unwrap(), r#""""#);
    }

    #[test]
    fn list_of_ignored_fields_is_limited() {
        let names: Vec<String> = (0..30).map(|n| format!("{n:0>100}")).collect();
        let value = header_value(&names).unwrap();
        assert_eq!(value.split(", ").count(), 20);
        assert_eq!(value.split(", ").next().unwrap().len(), 64 + 2);
    }

    proptest! {
        #[test]
        fn the_value_is_always_a_legal_header(names in prop::collection::vec(any::<String>(), 1..30)) {
            let value = header_value(&names).unwrap();
            prop_assert!(value.bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        }
    }
}
