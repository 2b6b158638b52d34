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
fn the_empty_string_is_not_stored_and_has_no_key() {
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
fn an_impossible_number_is_compared_by_its_text() {
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
fn invisible_characters_are_ignored() {
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
fn number_whose_e164_form_is_parsed_as_another_number_is_not_converted() {
    let sent = "000055 55";
    assert_eq!(for_create(sent, country("DE")).as_deref(), Some(sent));
    assert_eq!(key(sent, country("DE")).as_deref(), Some("00005555"));
    // Zeros that are part of the number are kept.
    assert_eq!(e164("06 6982 1234", country("IT")).as_deref(), Some("+390669821234"));
}

/// Generates common spellings of numbers, and damaged numbers.
fn spelling() -> impl Strategy<Value = String> {
    prop_oneof![
        "[+0-9 ()a-z.-]{0,24}",
        r"\+?[0-9]{3,12}([eE.][+]?[0-9]{1,3})?",
        "[+0０٠-٩\u{200B}\u{A0}\u{FE0D}5-7 -]{0,16}",
    ]
}

proptest! {
    #[test]
    fn normalising_is_idempotent(sent in spelling()) {
        if let Some(once) = for_create(&sent, Country::US) {
            prop_assert_eq!(for_create(&once, Country::US), Some(once));
        }
    }

    #[test]
    fn stored_value_has_the_same_key_as_the_sent_value(
        sent in spelling(),
        code in prop::sample::select(&["US", "DE", "IT"][..]),
    ) {
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
            prop_assert!(digits.len() >= MIN_DIGITS && digits.contains(|c| c != '0'), "{:?}", key);
        }
    }

    #[test]
    fn reading_never_panics(sent in any::<String>()) {
        for_create(&sent, country("DE"));
        key(&sent, country("DE"));
    }
}
