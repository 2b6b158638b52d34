use proptest::prelude::*;

use super::*;

fn country(code: &str) -> Country {
    code.parse().unwrap()
}

fn phone_in(cell: &str, code: &str) -> Option<Found> {
    phone_number(cell, country(code))
}

#[test]
fn the_first_of_several_email_addresses_is_used() {
    for (cell, value, further) in [
        ("a@x.org", "a@x.org", 0),
        (" A@x.org\u{200B}", "A@x.org", 0),
        ("a@x.org; b@x.org", "a@x.org", 1),
        ("a@x.org, b@x.org, c@x.org", "a@x.org", 2),
        ("a@x.org / b@x.org", "a@x.org", 1),
        ("a@x.org/b@x.org", "a@x.org", 1),
        ("a@x.org\nb@x.org", "a@x.org", 1),
        ("a@x.org or b@x.org", "a@x.org", 1),
        ("a@x.org ::: b@x.org", "a@x.org", 1),
        ("a@x.org; A@X.org", "a@x.org", 0),
        ("Erin Example <e1@example.com>", "e1@example.com", 0),
        ("\"Example, Erin\" <e1@example.com>; f@x.org", "e1@example.com", 1),
        ("mailto:f1@example.com", "f1@example.com", 0),
        ("E-Mail: f1@example.com (office)", "f1@example.com", 0),
        ("a@x.org (work), b@x.org (home)", "a@x.org", 1),
        ("sales/eu@x.org", "sales/eu@x.org", 0),
        ("none, a@x.org", "a@x.org", 0),
        ("\"jane doe\"@x.org", "\"jane doe\"@x.org", 0),
    ] {
        assert_eq!(email_address(cell), Some((value.to_owned(), further)), "{cell:?}");
    }
    for cell in ["", "none", "N/A", "-", "jane", "@", "a@", "mailto:", "(office)", "a@; @b"] {
        assert_eq!(email_address(cell), None, "{cell:?}");
    }
}

#[test]
fn the_first_of_several_phone_numbers_is_used() {
    for (cell, value, further, code) in [
        ("+1 415 555 0101", "+1 415 555 0101", 0, "US"),
        ("+1 415 555 0101; +1 415 555 0102", "+1 415 555 0101", 1, "US"),
        ("4155550101;4155550102", "4155550101", 1, "US"),
        ("+1 415 555 0103, +1 415 555 0104", "+1 415 555 0103", 1, "US"),
        ("415-555-0105 / 415-555-0106", "415-555-0105", 1, "US"),
        ("415-555-0107\n415-555-0108", "415-555-0107", 1, "US"),
        ("415-555-0107\r\n415-555-0108\r\n", "415-555-0107", 1, "US"),
        ("415-555-0109 (office)", "415-555-0109", 0, "US"),
        ("Tel: 415-555-0110", "415-555-0110", 0, "US"),
        ("tel:+1-415-555-0110", "+1-415-555-0110", 0, "US"),
        ("415-555-0111 or 415-555-0112", "415-555-0111", 1, "US"),
        ("030 901820 oder 030 901821", "030 901820", 1, "DE"),
        ("030 901820 und 030 901821", "030 901820", 1, "DE"),
        ("415-555-0111 and 415-555-0112", "415-555-0111", 1, "US"),
        ("415-555-0111 & 415-555-0112", "415-555-0111", 1, "US"),
        ("(415) 555-2671 ::: 415-555-2672", "(415) 555-2671", 1, "US"),
        ("0221/5550109", "0221/5550109", 0, "DE"),
        ("0221/5550109", "0221/5550109", 0, "US"),
        ("0221/5550109; 0221/5550110", "0221/5550109", 1, "DE"),
        ("030 12345 (abc)", "030 12345", 0, "DE"),
        ("415-555-2671, ext. 5", "415-555-2671, ext. 5", 0, "US"),
        ("415-555-2671;ext=5", "415-555-2671;ext=5", 0, "US"),
        ("415-555-2671 x5", "415-555-2671 x5", 0, "US"),
        ("office: 415-555-2671, home: 415-555-2672", "office: 415-555-2671", 1, "US"),
        ("0221, 5550109", "0221, 5550109", 0, "DE"),
        ("4155550101.0", "4155550101", 0, "US"),
        ("4155550101,0", "4155550101", 0, "US"),
        ("+14155550101.00", "+14155550101", 0, "US"),
        ("4155550101.0; 4155550102.0", "4155550101", 1, "US"),
        ("415.555.0100", "415.555.0100", 0, "US"),
        ("030.901820.00", "030.901820.00", 0, "DE"),
        ("555-0100", "555-0100", 0, "US"),
    ] {
        assert_eq!(phone_in(cell, code), Some((value.to_owned(), further)), "{cell:?} in {code}");
    }
    for cell in
        ["", "N/A", "-", "none", "0", "unknown", "000-000-0000", "4.479E+11", "12", "tel:", "(office)"]
    {
        assert_eq!(phone_in(cell, "US"), None, "{cell:?}");
    }
}

#[test]
fn a_lost_plus_sign_is_restored_if_the_number_is_impossible_without_it() {
    for (number, code, read) in [
        ("4915155501020", "US", Some("+4915155501020")),
        ("447911123456", "US", Some("+447911123456")),
        ("49 151 55501020", "US", Some("+49 151 55501020")),
        ("14155550102", "US", None),
        ("4155550102", "US", None),
        ("4915155501020", "DE", Some("+4915155501020")),
        ("492215550117", "DE", Some("+492215550117")),
        ("4930901820", "DE", None),
        ("14155550102", "DE", Some("+14155550102")),
        ("436641234567", "DE", None),
        ("15155501020", "DE", None),
        ("2215550109", "DE", None),
        ("8955501020", "DE", None),
        ("33612345678", "DE", None),
        ("(491) 5155501020", "DE", None),
        ("6641234567", "AT", None),
        ("3331234567", "IT", None),
        ("+4915155501020", "US", None),
        ("555-0100", "US", None),
        ("491555010", "US", None),
        ("0049 151 55501020", "US", None),
        ("9999999999999", "US", None),
    ] {
        assert_eq!(with_lost_plus(number, country(code)).as_deref(), read, "{number} in {code}");
    }
}

#[test]
fn placeholders_are_not_names() {
    for text in ["N/A", "n/a", " #N/A ", "n.a.", "-", "--", "?", ".", "#NAME?"] {
        assert!(is_placeholder_name(text), "{text}");
    }
    for text in ["None", "Null", "Na", "Unknown", "N", "A.", "田", "👩", "Anna-"] {
        assert!(!is_placeholder_name(text), "{text}");
    }
}

/// Cells as people fill them, or anything.
fn cell() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ab]{1,2}@[xy]\\.org",
        "\\+?[0-9]{1,4}[ /.-]?[0-9]{3,8}(\\.0)?",
        "(tel|mailto|Tel\\.): ?",
        "( ?[;,/|\n] ?| or | oder | o )",
        "[<>() ]",
        "\\([a-z]{0,4}\\)",
        "ext\\. ?5",
    ];
    prop_oneof![prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat()), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_value_is_part_of_its_cell_and_is_read_as_itself(
        cell in cell(), code in prop::sample::select(vec!["US", "DE", "GB", "IT"]),
    ) {
        let visible = invisible::visible(&cell);
        if let Some((value, _)) = phone_number(&cell, country(code)) {
            prop_assert!(visible.contains(&value), "{cell:?} has no {value:?}");
            prop_assert!(phone::can_be_number(&value, country(code)));
            let again = phone_number(&value, country(code));
            prop_assert_eq!(again, Some((value.clone(), 0)));
            if let Some(read) = with_lost_plus(&value, country(code)) {
                prop_assert_eq!(&read[1..], value.trim_start());
                prop_assert_eq!(with_lost_plus(&read, country(code)), None);
            }
        }
        if let Some((value, _)) = email_address(&cell) {
            prop_assert!(visible.contains(&value), "{cell:?} has no {value:?}");
            prop_assert!(email::can_be_address(&value));
            prop_assert_eq!(email_address(&value), Some((value.clone(), 0)));
        }
    }

    #[test]
    fn a_possible_number_is_never_split(number in "0[1-9]{2,3}[/ -][0-9]{5,7}") {
        let germany = country("DE");
        prop_assume!(phone::e164(&number, germany).is_some());
        prop_assert_eq!(phone_in(&number, "DE"), Some((number.clone(), 0)));
    }
}
