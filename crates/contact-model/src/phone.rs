//! Phone numbers: what is stored, and what they match on.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

use crate::Country;

/// What a create stores. Documented: normalised using the company's country. Decided: to E.164
/// where libphonenumber calls the number possible and it has no extension, else as it was sent;
/// the empty string as nothing.
///
/// An update does not come here: it assigns the number as provided (documented).
pub fn for_create(sent: &str, country: Country) -> Option<String> {
    key(sent, country)
}

/// What two contacts' phones are compared by (decided): E.164 where libphonenumber calls the number
/// possible for the country and it has no extension, else the exact string. The empty string
/// matches nothing.
pub fn key(stored: &str, country: Country) -> Option<String> {
    if stored.is_empty() {
        return None;
    }
    Some(e164(stored, country).unwrap_or_else(|| stored.to_owned()))
}

/// The number in E.164, where it is a possible one without an extension.
fn e164(text: &str, country: Country) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(text, Some(country.region())).ok()?;
    let extension = number.extension.as_deref().unwrap_or_default();
    if !extension.is_empty() || !PHONE_NUMBER_UTIL.is_possible_number(&number) {
        return None;
    }
    Some(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn country(code: &str) -> Country {
        code.parse().unwrap()
    }

    #[test]
    fn a_national_number_is_read_by_the_companys_country() {
        assert_eq!(for_create("(415) 555-2671", Country::US).as_deref(), Some("+14155552671"));
        assert_eq!(for_create("020 7946 0018", country("GB")).as_deref(), Some("+442079460018"));
        assert_eq!(for_create("030 901820", country("DE")).as_deref(), Some("+4930901820"));
    }

    #[test]
    fn an_international_number_needs_no_country() {
        assert_eq!(for_create("+44 20 7946 0018", Country::US).as_deref(), Some("+442079460018"));
    }

    #[test]
    fn what_is_no_possible_number_stays_as_sent() {
        for sent in ["<string>", "12", "call me", "+1 415 555 2671 ext. 5", "  ", "1".repeat(40).as_str()] {
            assert_eq!(for_create(sent, Country::US).as_deref(), Some(sent));
        }
    }

    #[test]
    fn the_empty_string_is_nothing() {
        assert_eq!(for_create("", Country::US), None);
        assert_eq!(key("", Country::US), None);
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(sent in "[+0-9 ()a-z.-]{0,24}") {
            if let Some(once) = for_create(&sent, Country::US) {
                prop_assert_eq!(for_create(&once, Country::US), Some(once));
            }
        }

        #[test]
        fn no_text_is_too_strange_to_read(sent in any::<String>()) {
            for_create(&sent, country("DE"));
        }
    }
}
