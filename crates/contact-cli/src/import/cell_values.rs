//! Finds the phone number or the email address in a cell that may hold several, or labels beside them.
//!
//! The functions are pure and know nothing of files, so that every form of file is read alike.

use std::borrow::Cow;
use std::ops::Range;

use contact_client::model::{Country, email, invisible, phone};

use super::tag_cell::GOOGLES;

/// The value that counts of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found<'c> {
    /// The first value of the cell.
    pub(crate) value: Cow<'c, str>,
    /// How many other values follow it.
    pub(crate) further: u64,
}

impl Found<'_> {
    /// Returns the value with a text of its own.
    pub(crate) fn into_owned<'o>(self) -> Found<'o> {
        Found { value: Cow::Owned(self.value.into_owned()), further: self.further }
    }
}

/// Labels that may precede a value, with a colon between them.
const LABELS: [&str; 13] = [
    "mailto",
    "e-mail",
    "email",
    "mail",
    "tel",
    "tel.",
    "telephone",
    "telefon",
    "phone",
    "mobile",
    "mobil",
    "cell",
    "callto",
];

/// Words between two values: "or" and "and" in English, German, French, Italian, Spanish and Portuguese.
const BETWEEN: [&str; 10] = ["or", "oder", "ou", "o", "and", "und", "et", "e", "y", "&"];

/// What people and spreadsheets write in place of a name that is missing.
const NO_NAMES: [&str; 6] = ["n/a", "n.a.", "#n/a", "#name?", "#ref!", "#value!"];

/// Words before an extension, which belongs to the number before it.
const EXTENSIONS: [&str; 5] = ["ext", "x", "#", "durchwahl", "dw"];

/// The fewest digits of a phone number among several: an area code may have fewer.
const FEWEST_DIGITS: usize = 5;

/// Digits of each part that slashes separate, if each part is to be a number: an area code has fewer.
const DIGITS_BETWEEN_SLASHES: usize = 7;

/// Digits of a number whose plus sign may be lost. A shorter one is more likely to lack a digit.
const DIGITS_WITH_COUNTRY_CODE: usize = 10;

/// Digits of a number that begins with the country's own code rather than with an area code that looks like it: national
/// numbers are shorter.
const DIGITS_WITH_OWN_CODE: usize = 12;

/// Returns the first email address of a cell. Returns `None` if no text in it can be one, for example for `none`.
pub(crate) fn email_address(cell: &str) -> Option<Found<'_>> {
    in_visible(cell, |text| {
        let text = without_labels(text);
        if is_plain_address(text) {
            return Some((text, 0));
        }
        let addresses: Vec<&str> = address_tokens(text).filter(|token| is_plain_address(token)).collect();
        match addresses.first() {
            Some(&first) => {
                let is_other = |address: &&&str| address.to_lowercase() != first.to_lowercase();
                Some((first, addresses.iter().filter(is_other).count() as u64))
            }
            None => email::can_be_address(text).then_some((text, 0)),
        }
    })
}

/// Returns the first phone number of a cell, without a fraction of zero that a spreadsheet has added. Returns `None`
/// if no text in it can be one, for example for `N/A`.
pub(crate) fn phone_number(cell: &str, country: Country) -> Option<Found<'_>> {
    in_visible(cell, |text| {
        let text = without_fraction(without_labels(text));
        let is_number = |piece: &str| digits(piece) >= FEWEST_DIGITS && phone::can_be_number(piece, country);
        let pieces = phone_pieces(text, country);
        if pieces.len() > 1 && phone::e164(text, country).is_none() {
            let has_digit = |piece: &&&str| digits(piece) > 0;
            let first = pieces.iter().find(has_digit).copied().filter(|piece| is_number(piece));
            if let Some(first) = first.filter(|_| !pieces.iter().any(|piece| is_extension(piece))) {
                let further = pieces.iter().filter(|piece| **piece != first && is_number(piece)).count();
                return Some((without_fraction(first), further as u64));
            }
        }
        phone::can_be_number(text, country).then_some((text, 0))
    })
}

/// Returns a number with the plus sign that a spreadsheet has removed. The sign is missing if the digits are not a
/// possible number of the country, but are a possible international one.
///
/// The length of a number says little in countries such as Germany, where numbers may have up to fifteen digits. So the
/// sign is also missing from bare digits that are valid only as an international number, and from twelve or more that
/// begin with the country's own code and are valid behind it.
pub(crate) fn with_lost_plus(number: &str, country: Country) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || c == ' ' || "()/.-".contains(c);
    if digits(number) < DIGITS_WITH_COUNTRY_CODE || !number.chars().all(is_part) {
        return None;
    }
    let international = format!("+{}", number.trim_start());
    let read = phone::e164(&international, country)?;
    let is_bare = || number.bytes().all(|byte| byte.is_ascii_digit());
    let is_only_valid_with = || phone::is_valid(&international, country) && !phone::is_valid(number, country);
    let has_own_code = || number.len() >= DIGITS_WITH_OWN_CODE && phone::is_valid_in(&international, country);
    let is_lost = match phone::e164(number, country) {
        None => true,
        Some(national) => national != read && is_bare() && (is_only_valid_with() || has_own_code()),
    };
    is_lost.then_some(international)
}

/// Returns true if a text in the place of a name says that there is none: `N/A`, an error of a spreadsheet, or only
/// punctuation, such as `-`. Words such as `None` are not among them, because people have such names.
pub(crate) fn is_no_name(text: &str) -> bool {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_punctuation())
        || NO_NAMES.iter().any(|no_name| text.eq_ignore_ascii_case(no_name))
}

/// Applies a function to the text without invisible characters and surrounding white space.
fn in_visible(cell: &str, find: impl for<'t> Fn(&'t str) -> Option<(&'t str, u64)>) -> Option<Found<'_>> {
    match invisible::visible(cell) {
        Cow::Borrowed(text) => {
            find(text).map(|(value, further)| Found { value: Cow::Borrowed(value), further })
        }
        Cow::Owned(text) => {
            find(&text).map(|(value, further)| Found { value: Cow::Owned(value.to_owned()), further })
        }
    }
}

/// Removes known labels: `Tel:` before a value, and a word in parentheses after it.
fn without_labels(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let shorter = without_label_before(without_label_after(text));
        if shorter.len() == text.len() {
            return text;
        }
        text = shorter;
    }
}

fn without_label_before(text: &str) -> &str {
    let Some((label, rest)) = text.split_once(':') else { return text };
    let label = label.trim();
    if LABELS.iter().any(|known| label.eq_ignore_ascii_case(known)) { rest.trim_start() } else { text }
}

fn without_label_after(text: &str) -> &str {
    let Some((before, label)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) else {
        return text;
    };
    let is_label = !label.contains(|c: char| c.is_numeric() || c == '@');
    let before = before.trim_end();
    if is_label && !before.is_empty() { before } else { text }
}

/// Returns true if the text is one email address and nothing else.
fn is_plain_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_part =
        |part: &str| !part.is_empty() && !part.contains(|c: char| c == '@' || separates_addresses(c));
    is_part(local) && is_part(domain)
}

fn separates_addresses(c: char) -> bool {
    c.is_whitespace() || ";,:|<>()[]\"".contains(c)
}

/// Splits a text where an email address may begin or end.
fn address_tokens(text: &str) -> impl Iterator<Item = &str> {
    let tokens = text.split(separates_addresses).filter(|token| !token.is_empty());
    tokens.flat_map(|token| {
        // A slash may be part of an address.
        let separator: &[char] = if is_plain_address(token) { &[] } else { &['/'] };
        token.split(separator)
    })
}

/// Splits a text at line breaks, semicolons, commas, bars and words for "or" and "and"; and at slashes if that leaves only
/// phone numbers.
fn phone_pieces(text: &str, country: Country) -> Vec<&str> {
    let mut pieces = Vec::new();
    let is_break = |c: char| ";,|\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}".contains(c);
    for piece in text.split(is_break).flat_map(between_words) {
        let piece = without_labels(piece);
        let parts: Vec<&str> = piece.split('/').map(without_labels).filter(|part| !part.is_empty()).collect();
        let are_numbers = parts.len() > 1
            && parts.iter().all(|part| digits(part) >= DIGITS_BETWEEN_SLASHES)
            && phone::e164(piece, country).is_none();
        match are_numbers {
            true => pieces.extend(parts),
            false if piece.is_empty() => {}
            false => pieces.push(piece),
        }
    }
    pieces
}

/// Splits a text at the words of [`BETWEEN`] and at Google's separator.
fn between_words(text: &str) -> Vec<&str> {
    let is_between = |word: &str| {
        word == GOOGLES.trim() || BETWEEN.iter().any(|between| word.eq_ignore_ascii_case(between))
    };
    let mut pieces = Vec::new();
    let mut begin = 0;
    for Range { start, end } in words(text) {
        if is_between(&text[start..end]) {
            pieces.push(&text[begin..start]);
            begin = end;
        }
    }
    pieces.push(&text[begin..]);
    pieces
}

/// Returns the places of the words of a text.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_whitespace().map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

/// Returns true if the text is an extension of the number before it, such as `ext. 5`.
fn is_extension(text: &str) -> bool {
    let text = text.to_lowercase();
    EXTENSIONS.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.trim_start_matches(|c: char| c.is_alphabetic() || " .:=".contains(c))
                .starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// Removes the `.0` that a spreadsheet adds to a number, or `,0` if it writes decimal commas.
fn without_fraction(text: &str) -> &str {
    let Some((whole, fraction)) = text.rsplit_once(['.', ',']) else { return text };
    let digits = whole.strip_prefix('+').unwrap_or(whole);
    let is_whole = digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole && ["0", "00"].contains(&fraction) { whole } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn country(code: &str) -> Country {
        code.parse().unwrap()
    }

    fn phone_in(cell: &str, code: &str) -> Option<(String, u64)> {
        phone_number(cell, country(code)).map(|found| (found.value.into_owned(), found.further))
    }

    fn email_in(cell: &str) -> Option<(String, u64)> {
        email_address(cell).map(|found| (found.value.into_owned(), found.further))
    }

    #[test]
    fn the_first_of_several_email_addresses_counts() {
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
            assert_eq!(email_in(cell), Some((value.to_owned(), further)), "{cell:?}");
        }
        for cell in ["", "none", "N/A", "-", "jane", "@", "a@", "mailto:", "(office)", "a@; @b"] {
            assert_eq!(email_in(cell), None, "{cell:?}");
        }
    }

    #[test]
    fn the_first_of_several_phone_numbers_counts() {
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
    fn a_lost_plus_sign_is_read_if_the_number_is_impossible_without() {
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
    fn placeholders_are_no_names() {
        for text in ["N/A", "n/a", " #N/A ", "n.a.", "-", "--", "?", ".", "#NAME?"] {
            assert!(is_no_name(text), "{text}");
        }
        for text in ["None", "Null", "Na", "Unknown", "N", "A.", "田", "👩", "Anna-"] {
            assert!(!is_no_name(text), "{text}");
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
            if let Some(Found { value, .. }) = phone_number(&cell, country(code)) {
                prop_assert!(visible.contains(&*value), "{cell:?} has no {value:?}");
                prop_assert!(phone::can_be_number(&value, country(code)));
                let again = phone_number(&value, country(code));
                prop_assert_eq!(again, Some(Found { value: value.clone(), further: 0 }));
                if let Some(read) = with_lost_plus(&value, country(code)) {
                    prop_assert_eq!(&read[1..], value.trim_start());
                    prop_assert_eq!(with_lost_plus(&read, country(code)), None);
                }
            }
            if let Some(Found { value, .. }) = email_address(&cell) {
                prop_assert!(visible.contains(&*value), "{cell:?} has no {value:?}");
                prop_assert!(email::can_be_address(&value));
                prop_assert_eq!(email_address(&value), Some(Found { value: value.clone(), further: 0 }));
            }
        }

        #[test]
        fn a_possible_number_is_never_split(number in "0[1-9]{2,3}[/ -][0-9]{5,7}") {
            let germany = country("DE");
            prop_assume!(phone::e164(&number, germany).is_some());
            prop_assert_eq!(phone_in(&number, "DE"), Some((number.clone(), 0)));
        }
    }
}
