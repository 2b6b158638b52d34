//! Phone numbers: what is stored, and what they match on.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

use crate::{Country, invisible};

/// The fewest digits of a text that can be a phone number (decided).
const FEWEST_DIGITS: usize = 5;

/// Returns what a create stores. Documented: normalised using the company's country. Decided: the
/// number [in E.164](e164) if it has that form, else the text as it was sent; nothing for the empty
/// string.
///
/// An update does not come here: it assigns the number as provided (documented).
pub fn for_create(sent: &str, country: Country) -> Option<String> {
    if sent.is_empty() {
        return None;
    }
    Some(e164(sent, country).unwrap_or_else(|| sent.to_owned()))
}

/// Returns the key that two contacts' phones are compared by (decided): the number [in E.164](e164) if
/// it has that form, else the text without white space and invisible characters if it can be a phone
/// number. That takes at least five digits, which are not all zero, and no exponent. Any other text,
/// such as `N/A`, has no key and matches nothing.
pub fn key(stored: &str, country: Country) -> Option<String> {
    match read(stored, country) {
        Reading::Possible(number) => Some(format_e164(&number)),
        Reading::Zero => None,
        Reading::Text => {
            let compact = invisible::compact(stored);
            let digits = PHONE_NUMBER_UTIL.normalize_digits_only(&compact);
            let can_be_number =
                digits.len() >= FEWEST_DIGITS && digits.contains(|c| c != '0') && !has_exponent(stored);
            can_be_number.then(|| compact.into_owned())
        }
    }
}

/// Returns true if the text can be a phone number of the country or an international one: if it has a
/// [key].
pub fn can_be_number(text: &str, country: Country) -> bool {
    key(text, country).is_some()
}

/// Returns the number in E.164 (decided) if libphonenumber calls it possible for the country, and not
/// only possible as a local number without its area code, and it has no extension, no exponent and not
/// only zeros. Invisible characters do not count.
pub fn e164(text: &str, country: Country) -> Option<String> {
    match read(text, country) {
        Reading::Possible(number) => Some(format_e164(&number)),
        Reading::Zero | Reading::Text => None,
    }
}

/// Returns true if the text has an [E.164 form](e164) and its digits fit the numbering plan of the country that the
/// number belongs to. A possible number only has a length that fits.
pub fn is_valid(text: &str, country: Country) -> bool {
    let Reading::Possible(number) = read(text, country) else { return false };
    PHONE_NUMBER_UTIL.is_valid_number(&number)
}

/// Returns true if the text is a [valid](is_valid) number with the calling code of this country.
pub fn is_valid_in(text: &str, country: Country) -> bool {
    let Reading::Possible(number) = read(text, country) else { return false };
    PHONE_NUMBER_UTIL.get_country_code_for_region(country.region()) == Some(number.country_code)
        && PHONE_NUMBER_UTIL.is_valid_number(&number)
}

/// Returns true if the text is a number in scientific notation, such as `4.479E+11`, which a
/// spreadsheet makes of a phone number. Its digits are lost.
pub fn is_scientific(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || "+-.,eE".contains(c);
    invisible::compact(text).chars().all(is_part) && has_exponent(text)
}

/// Returns true if `sent` spells the number that is `stored` less completely, for example without the
/// country code: if `stored` has an [E.164 form](e164) that ends with the digits of `sent`, and `sent` has
/// another one or none.
pub fn is_less_complete(sent: &str, stored: &str, country: Country) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "()/.-".contains(c);
    if !sent.chars().all(is_part) {
        return false;
    }
    let digits: String =
        sent.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect();
    if digits.len() < FEWEST_DIGITS {
        return false;
    }
    let Some(complete) = e164(stored, country) else { return false };
    complete.ends_with(&digits) && e164(sent, country).as_ref() != Some(&complete)
}

/// What a text is read as.
enum Reading {
    /// A possible number without an extension.
    Possible(PhoneNumber),
    /// A number whose digits, behind the country's code, are all zero.
    Zero,
    /// Any other text.
    Text,
}

fn read(text: &str, country: Country) -> Reading {
    let visible = invisible::visible(text);
    if has_exponent(&visible) {
        return Reading::Text;
    }
    let Ok(number) = PHONE_NUMBER_UTIL.parse(&*visible, Some(country.region())) else {
        return Reading::Text;
    };
    if number.national_number == 0 {
        return Reading::Zero;
    }
    let has_extension = number.extension.as_deref().is_some_and(|extension| !extension.is_empty());
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Ok(NumberLengthType::IsPossible) if !has_extension && is_read_alike(&number, country) => {
            Reading::Possible(number)
        }
        _ => Reading::Text,
    }
}

/// Returns true if the number in E.164 is read as the same number. Zeros before a national number may be
/// read as the way into a network: `+49 0 055` is read as `+49 055`.
fn is_read_alike(number: &PhoneNumber, country: Country) -> bool {
    if !number.italian_leading_zero() {
        return true;
    }
    let again = PHONE_NUMBER_UTIL.parse(format_e164(number), Some(country.region()));
    again.is_ok_and(|again| format_e164(&again) == format_e164(number))
}

fn format_e164(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).into_owned()
}

/// Returns true if an `e` or `E`, and possibly a sign, stands between two digits. White space and
/// invisible characters do not count.
fn has_exponent(text: &str) -> bool {
    if !text.contains(['e', 'E']) {
        return false;
    }
    let compact = invisible::compact(text);
    let bytes = compact.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let is_sign = |place: usize| matches!(bytes.get(place), Some(b'+' | b'-'));
    let is_exponent = |place: usize| {
        let behind = if is_sign(place + 1) { place + 2 } else { place + 1 };
        place > 0 && is_digit(place - 1) && is_digit(behind)
    };
    (0..bytes.len()).any(|place| matches!(bytes[place], b'e' | b'E') && is_exponent(place))
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
        assert_eq!(for_create("0221/5550109", country("DE")).as_deref(), Some("+492215550109"));
    }

    #[test]
    fn an_international_number_needs_no_country() {
        assert_eq!(for_create("+44 20 7946 0018", Country::US).as_deref(), Some("+442079460018"));
    }

    #[test]
    fn a_text_that_is_not_a_possible_number_is_stored_as_sent() {
        for sent in ["<string>", "12", "call me", "+1 415 555 2671 ext. 5", "  ", "1".repeat(40).as_str()] {
            assert_eq!(for_create(sent, Country::US).as_deref(), Some(sent));
        }
    }

    #[test]
    fn the_empty_string_is_stored_as_nothing_and_has_no_key() {
        assert_eq!(for_create("", Country::US), None);
        assert_eq!(key("", Country::US), None);
    }

    #[test]
    fn a_local_number_without_its_area_code_is_stored_and_compared_as_sent() {
        for (sent, code, expected) in [
            ("555-0100", "US", "555-0100"),
            ("555 0100", "US", "5550100"),
            ("7946 0018", "GB", "79460018"),
            ("+15550100", "US", "+15550100"),
        ] {
            assert_eq!(e164(sent, country(code)), None, "{sent}");
            assert_eq!(for_create(sent, country(code)).as_deref(), Some(sent));
            assert_eq!(key(sent, country(code)).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_text_that_cannot_be_a_phone_number_has_no_key_and_is_stored_as_sent() {
        for sent in [
            "N/A",
            "n/a",
            "-",
            "none",
            "0",
            "unknown",
            "000-000-0000",
            "0000000000",
            "00000",
            "+1 000 000 0000",
            "٠٠٠٠٠",
            "4.479E+11",
            "4,479e+11",
            "4.479E11",
            "4479E9",
            "44791 E+11",
            "12",
            "call me",
            "<string>",
            " ",
            "\u{200B}",
            "+",
            "x",
        ] {
            for code in ["US", "GB", "DE", "IT"] {
                assert_eq!(key(sent, country(code)), None, "{sent:?} in {code}");
                assert!(!can_be_number(sent, country(code)));
                assert_eq!(for_create(sent, country(code)).as_deref(), Some(sent), "{sent:?} in {code}");
            }
        }
    }

    #[test]
    fn a_number_that_is_not_possible_is_compared_by_its_text() {
        let long = "1".repeat(40);
        for (sent, expected) in [
            ("call 12345", "call12345"),
            (" +1 415 555 2671 ext. 5", "+14155552671ext.5"),
            (long.as_str(), long.as_str()),
            ("00001", "00001"),
        ] {
            assert_eq!(key(sent, Country::US).as_deref(), Some(expected));
        }
    }

    #[test]
    fn invisible_characters_are_no_part_of_a_number() {
        for sent in [
            "\u{202A}+1 415 555 0101\u{202C}",
            "+1\u{FE0D}-415-555-0101",
            "\u{FEFF}+1\u{A0}415\u{200B}5550101 ",
            "+1\u{2011}415\u{2011}555\u{2011}0101",
            "＋１４１５５５５０１０１",
            "+١٤١٥٥٥٥٠١٠١",
        ] {
            assert_eq!(for_create(sent, country("DE")).as_deref(), Some("+14155550101"), "{sent:?}");
        }
        assert_eq!(key("555\u{200B}-01\u{FE0F}00\u{A0}", Country::US).as_deref(), Some("555-0100"));
    }

    #[test]
    fn scientific_notation_is_recognised() {
        for text in ["4.479E+11", "4,479e+11", "4.479E11", "1E5", " 4.91555E+12\u{A0}", "-1.5e-3"] {
            assert!(is_scientific(text), "{text:?}");
        }
        for text in ["", "E", "12E", "E12", "4155552671", "+1 415", "1-800-3E-MAIL", "unit 4E5"] {
            assert!(!is_scientific(text), "{text:?}");
        }
    }

    #[test]
    fn a_valid_number_fits_the_numbering_plan_of_its_country() {
        let germany = country("DE");
        for (text, valid, of_germany) in [
            ("0151 55501020", true, true),
            ("+4915155501020", true, true),
            ("0221 5550109", true, true),
            ("+447911123456", true, false),
            ("14155550101", false, false),
            ("N/A", false, false),
        ] {
            assert_eq!((is_valid(text, germany), is_valid_in(text, germany)), (valid, of_germany), "{text}");
        }
    }

    #[test]
    fn a_number_without_its_first_digits_is_less_complete() {
        for (sent, stored, code) in [
            ("555-0100", "+14155550100", "US"),
            ("555-0100", "(415) 555-0100", "US"),
            ("(415) 555-0100", "+14155550100", "DE"),
            ("0415 555 0100", "+14155550100", "DE"),
            ("14155550100", "+14155550100", "DE"),
        ] {
            assert!(is_less_complete(sent, stored, country(code)), "{sent} for {stored} in {code}");
        }
        for (sent, stored, code) in [
            ("(415) 555-0100", "+14155550100", "US"),
            ("+4155550100", "+14155550100", "DE"),
            ("555-0199", "+14155550100", "US"),
            ("0100", "+14155550100", "US"),
            ("555-0100 ext. 5", "+14155550100", "US"),
            ("555-0100", "555-0100", "US"),
            ("555-0100", "call 1-555-0100", "US"),
            ("", "+14155550100", "US"),
        ] {
            assert!(!is_less_complete(sent, stored, country(code)), "{sent} for {stored} in {code}");
        }
    }

    #[test]
    fn a_number_whose_e164_form_is_read_as_another_has_none() {
        let sent = "000055 55";
        assert_eq!(for_create(sent, country("DE")).as_deref(), Some(sent));
        assert_eq!(key(sent, country("DE")).as_deref(), Some("00005555"));
        // Zeros that belong to a number stay.
        assert_eq!(e164("06 6982 1234", country("IT")).as_deref(), Some("+390669821234"));
    }

    /// Numbers as people spell them, and damaged ones.
    fn spelling() -> impl Strategy<Value = String> {
        prop_oneof![
            "[+0-9 ()a-z.-]{0,24}",
            r"\+?[0-9]{3,12}([eE.][+]?[0-9]{1,3})?",
            "[+0０٠-٩\u{200B}\u{A0}\u{FE0D}5-7 -]{0,16}",
        ]
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(sent in spelling()) {
            if let Some(once) = for_create(&sent, Country::US) {
                prop_assert_eq!(for_create(&once, Country::US), Some(once));
            }
        }

        #[test]
        fn what_is_stored_has_the_key_of_what_was_sent(sent in spelling(), code in prop::sample::select(&["US", "DE", "IT"][..])) {
            let stored = for_create(&sent, country(code)).unwrap_or_default();
            prop_assert_eq!(key(&stored, country(code)), key(&sent, country(code)));
        }

        #[test]
        fn invisible_characters_never_change_the_key(sent in "[+0-9 ()-]{0,16}", at in 0_usize..16) {
            let mut chars: Vec<char> = sent.chars().collect();
            chars.insert(at.min(chars.len()), '\u{200B}');
            chars.push('\u{A0}');
            let with: String = chars.into_iter().collect();
            prop_assert_eq!(key(&with, Country::US), key(&sent, Country::US));
        }

        #[test]
        fn a_key_has_five_digits_that_are_not_all_zero(sent in spelling()) {
            if let Some(key) = key(&sent, Country::US) {
                let digits = PHONE_NUMBER_UTIL.normalize_digits_only(&key);
                prop_assert!(digits.len() >= FEWEST_DIGITS && digits.contains(|c| c != '0'), "{:?}", key);
            }
        }

        #[test]
        fn no_text_is_too_strange_to_read(sent in any::<String>()) {
            for_create(&sent, country("DE"));
            key(&sent, country("DE"));
        }
    }
}
