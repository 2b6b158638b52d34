//! Finds the phone number or the email address in a cell that may contain several, or labels beside them.

use contact_client::model::{Country, email, invisible, phone};

use super::tags::GOOGLE_SEPARATOR;

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The first value of the cell.
    pub(super) value: String,
    /// The number of other values after it.
    pub(super) further: u64,
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

/// Texts that people and spreadsheets write instead of a missing name.
const PLACEHOLDER_NAMES: [&str; 6] = ["n/a", "n.a.", "#n/a", "#name?", "#ref!", "#value!"];

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
pub(super) fn email_address(cell: &str) -> Option<Found> {
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
pub(super) fn phone_number(cell: &str, country: Country) -> Option<Found> {
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
    find(&invisible::visible(cell)).map(|(value, further)| Found { value: value.to_owned(), further })
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
        word == GOOGLE_SEPARATOR.trim() || BETWEEN.iter().any(|between| word.eq_ignore_ascii_case(between))
    };
    let (mut pieces, mut rest) = (Vec::new(), text);
    for word in text.split_whitespace().filter(|word| is_between(word)) {
        // The rest is a part of the text, and the word a part of the rest.
        let begin = word.as_ptr() as usize - rest.as_ptr() as usize;
        pieces.push(&rest[..begin]);
        rest = &rest[begin + word.len()..];
    }
    pieces.push(rest);
    pieces
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
mod tests;
