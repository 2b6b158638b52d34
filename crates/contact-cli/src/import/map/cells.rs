//! Finds the phone number or the email address in a cell that may contain several, or labels beside them.

use std::sync::LazyLock;

use contact_client::model::{Country, email, invisible, phone};
use regex::Regex;

/// The first value of a cell, and the number of other values after it.
pub(super) type Found = (String, u64);

/// A value without known labels: `Tel:` before it, and a word in parentheses after it.
static WITHOUT_LABELS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?xis) ^ (?: \s* (?: mailto | e-?mail | mail | tel\.? | telephone | telefon | phone | mobile? | cell | callto ) \s* : )*
          \s* (\S.*?) (?: \s* \( [^(@\p{N}]* \) )* \s* $",
    )
});

/// Google's separator, and the words "or" and "and" between two values in English, German, French, Italian, Spanish and
/// Portuguese.
static BETWEEN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)(?:^|\s)(?:or|oder|ou|o|and|und|et|e|y|&|:::)(?:\s|$)"));

/// One email address and nothing else.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(r#"^[^@\s;,:|<>()\[\]"]+@[^@\s;,:|<>()\[\]"]+$"#));

/// The characters between email addresses.
static BETWEEN_ADDRESSES: LazyLock<Regex> = LazyLock::new(|| regex(r#"[\s;,:|<>()\[\]"]+"#));

/// An extension of the number before it, such as `ext. 5`.
static EXTENSION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)^(?:ext|x|#|durchwahl|dw)[\p{Alphabetic} .:=]*[0-9]"));

/// A number with the `.0` that a spreadsheet adds to it, or `,0` if it writes decimal commas.
static FRACTION: LazyLock<Regex> = LazyLock::new(|| regex(r"^(\+?[0-9]{5,})[.,]00?$"));

/// Texts that people and spreadsheets write instead of a missing name.
const PLACEHOLDER_NAMES: [&str; 6] = ["n/a", "n.a.", "#n/a", "#name?", "#ref!", "#value!"];

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
pub(super) fn email_address(cell: &str) -> Option<Found> {
    in_visible(cell, |text| {
        let text = without_labels(text);
        if ADDRESS.is_match(text) {
            return Some((text, 0));
        }
        let addresses: Vec<&str> = address_tokens(text).filter(|token| ADDRESS.is_match(token)).collect();
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
pub(super) fn phone_number(cell: &str, country: Country) -> Option<Found> {
    in_visible(cell, |text| {
        let text = part(&FRACTION, without_labels(text));
        let is_number = |piece: &str| digits(piece) >= FEWEST_DIGITS && phone::can_be_number(piece, country);
        let pieces = phone_pieces(text, country);
        if pieces.len() > 1 && phone::e164(text, country).is_none() {
            let has_digit = |piece: &&&str| digits(piece) > 0;
            let first = pieces.iter().find(has_digit).copied().filter(|piece| is_number(piece));
            if let Some(first) = first.filter(|_| !pieces.iter().any(|piece| EXTENSION.is_match(piece))) {
                let further = pieces.iter().filter(|piece| **piece != first && is_number(piece)).count();
                return Some((part(&FRACTION, first), further as u64));
            }
        }
        phone::can_be_number(text, country).then_some((text, 0))
    })
}

/// Returns a number with the plus sign that a spreadsheet has removed. The sign is missing if the digits are not a
/// possible number of the country, but are a possible international one.
///
/// The length of a number means little in countries such as Germany, where numbers may have up to fifteen digits. So the
/// sign is also missing from bare digits that are valid only as an international number, and from twelve or more that
/// begin with the country's own code and are valid behind it.
pub(super) fn with_lost_plus(number: &str, country: Country) -> Option<String> {
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

/// Returns true if a text instead of a name means that there is none: `N/A`, an error of a spreadsheet, or only
/// punctuation, such as `-`. Words such as `None` are not among them, because people have such names.
pub(super) fn is_placeholder_name(text: &str) -> bool {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_punctuation())
        || PLACEHOLDER_NAMES.iter().any(|placeholder| text.eq_ignore_ascii_case(placeholder))
}

/// Applies a function to the text without invisible characters.
fn in_visible(cell: &str, find: impl Fn(&str) -> Option<(&str, u64)>) -> Option<Found> {
    find(&invisible::visible(cell)).map(|(value, further)| (value.to_owned(), further))
}

/// Compiles a pattern of this program.
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

/// Returns the part of a text that the group of a pattern matches, or else the text without white space around it.
fn part<'t>(pattern: &Regex, text: &'t str) -> &'t str {
    pattern.captures(text).map_or(text.trim(), |captures| captures.extract::<1>().1[0])
}

fn without_labels(text: &str) -> &str {
    part(&WITHOUT_LABELS, text)
}

/// Splits a text where an email address may begin or end.
fn address_tokens(text: &str) -> impl Iterator<Item = &str> {
    BETWEEN_ADDRESSES.split(text).flat_map(|token| {
        // A slash may be part of an address.
        let separator: &[char] = if ADDRESS.is_match(token) { &[] } else { &['/'] };
        token.split(separator)
    })
}

/// Splits a text at line breaks, semicolons, commas, bars and words for "or" and "and"; and at slashes if that leaves only
/// phone numbers.
fn phone_pieces(text: &str, country: Country) -> Vec<&str> {
    let mut pieces = Vec::new();
    let is_break = |c: char| ";,|\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}".contains(c);
    for piece in text.split(is_break).flat_map(|part| BETWEEN.split(part)) {
        let piece = without_labels(piece);
        let parts: Vec<&str> = piece.split('/').map(without_labels).filter(|part| !part.is_empty()).collect();
        let are_numbers = parts.len() > 1
            && parts.iter().all(|part| digits(part) >= DIGITS_BETWEEN_SLASHES)
            && phone::e164(piece, country).is_none();
        if are_numbers {
            pieces.extend(parts);
        } else if !piece.is_empty() {
            pieces.push(piece);
        }
    }
    pieces
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

#[cfg(test)]
mod tests;
