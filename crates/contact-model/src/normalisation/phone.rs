//! Phone numbers: the stored value and the matching key.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

use crate::{Country, invisible};

/// The minimum number of digits of a text that can be a phone number (decided).
const MIN_DIGITS: usize = 5;

/// Returns the value that a create stores. Documented: the number is normalised using the company's country.
/// Decided: the value is the number [in E.164](e164) if it has that form, otherwise the text as sent, and
/// nothing for the empty string.
///
/// An update does not use this function. It stores the number as sent (documented).
pub fn for_create(sent: &str, country: Country) -> Option<String> {
    if sent.is_empty() {
        return None;
    }
    Some(e164(sent, country).unwrap_or_else(|| sent.to_owned()))
}

/// Returns true if a contact has a phone number. Decided: an empty one counts as none.
pub fn is_given(stored: Option<&str>) -> bool {
    stored.is_some_and(|phone| !phone.is_empty())
}

/// Returns the key that the phone numbers of two contacts are compared by (decided): the number [in
/// E.164](e164) if it has that form, otherwise the text without white space and invisible characters. Such a
/// text must have at least five digits that are not all zero, and no exponent. Any other text, such as `N/A`,
/// has no key and matches nothing.
pub fn key(stored: &str, country: Country) -> Option<String> {
    match read(stored, country) {
        Reading::Possible(number) => Some(format_e164(&number)),
        Reading::Zero => None,
        Reading::Text => {
            let compact = invisible::compact(stored);
            let digits = PHONE_NUMBER_UTIL.normalize_digits_only(&compact);
            let can_be_number =
                digits.len() >= MIN_DIGITS && digits.contains(|c| c != '0') && !has_exponent(stored);
            can_be_number.then(|| compact.into_owned())
        }
    }
}

/// Returns true if the text can be a national phone number of the country or an international one, that is,
/// if it has a [key].
pub fn can_be_number(text: &str, country: Country) -> bool {
    key(text, country).is_some()
}

/// Returns the number in E.164 if it has that form (decided): if libphonenumber considers it possible for the
/// country, including its area code, and it has no extension, has no exponent and is not all zeros. Invisible
/// characters are ignored.
pub fn e164(text: &str, country: Country) -> Option<String> {
    match read(text, country) {
        Reading::Possible(number) => Some(format_e164(&number)),
        Reading::Zero | Reading::Text => None,
    }
}

/// Returns true if the text has an [E.164 form](e164) and its digits fit the numbering plan of the number's
/// country. Only the length of a possible number is known to fit.
pub fn is_valid(text: &str, country: Country) -> bool {
    let Reading::Possible(number) = read(text, country) else { return false };
    PHONE_NUMBER_UTIL.is_valid_number(&number)
}

/// Returns true if the text is a [valid](is_valid) number with the country calling code of this country.
pub fn is_valid_in(text: &str, country: Country) -> bool {
    let Reading::Possible(number) = read(text, country) else { return false };
    PHONE_NUMBER_UTIL.get_country_code_for_region(country.region()) == Some(number.country_code)
        && PHONE_NUMBER_UTIL.is_valid_number(&number)
}

/// Returns true if the text is a number in scientific notation, such as `4.479E+11`. Spreadsheets convert
/// phone numbers to it, which loses digits.
pub fn is_scientific(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || "+-.,eE".contains(c);
    invisible::compact(text).chars().all(is_part) && has_exponent(text)
}

/// Returns true if `sent` is a less complete spelling of the number `stored`, for example without the country
/// code. This is the case if `stored` has an [E.164 form](e164) that ends with the digits of `sent`, and
/// `sent` does not have the same form.
pub fn is_less_complete(sent: &str, stored: &str, country: Country) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "()/.-".contains(c);
    if !sent.chars().all(is_part) {
        return false;
    }
    let digits: String =
        sent.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').collect();
    if digits.len() < MIN_DIGITS {
        return false;
    }
    let Some(complete) = e164(stored, country) else { return false };
    complete.ends_with(&digits) && e164(sent, country).as_ref() != Some(&complete)
}

/// The result of reading a text.
enum Reading {
    /// A possible number without an extension.
    Possible(PhoneNumber),
    /// A number whose digits after the country code are all zero.
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
        Ok(NumberLengthType::IsPossible) if !has_extension && survives_round_trip(&number, country) => {
            Reading::Possible(number)
        }
        _ => Reading::Text,
    }
}

/// Returns true if the E.164 form is read as the same number. libphonenumber may read zeros before a national
/// number as a trunk prefix: it reads `+49 0 055` as `+49 055`.
fn survives_round_trip(number: &PhoneNumber, country: Country) -> bool {
    if !number.italian_leading_zero() {
        return true;
    }
    let again = PHONE_NUMBER_UTIL.parse(format_e164(number), Some(country.region()));
    again.is_ok_and(|again| format_e164(&again) == format_e164(number))
}

fn format_e164(number: &PhoneNumber) -> String {
    PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).into_owned()
}

/// Returns true if an `e` or `E`, optionally followed by a sign, is between two digits. White space and
/// invisible characters are ignored.
fn has_exponent(text: &str) -> bool {
    if !text.contains(['e', 'E']) {
        return false;
    }
    let compact = invisible::compact(text);
    let bytes = compact.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let is_sign = |place: usize| matches!(bytes.get(place), Some(b'+' | b'-'));
    let is_exponent = |place: usize| {
        let next = if is_sign(place + 1) { place + 2 } else { place + 1 };
        place > 0 && is_digit(place - 1) && is_digit(next)
    };
    (0..bytes.len()).any(|place| matches!(bytes[place], b'e' | b'E') && is_exponent(place))
}

#[cfg(test)]
mod tests;
