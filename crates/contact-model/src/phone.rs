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
mod tests;
