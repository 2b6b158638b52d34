//! Compares phone numbers in searches by their digits.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};

use crate::limits;

/// The first character of a word that contains the digits of a phone number in reverse. No other word
/// contains it.
const REVERSED_PREFIX: char = '~';

/// The largest number of zeros that a dialled number begins with, as in `020` or `0044`.
const MAX_DIALLED_ZEROS: usize = 2;

/// The digits of a phone number.
pub(super) struct PhoneDigits {
    /// The digits, at most [`limits::SEARCH_WORD`].
    digits: String,
    /// True if the number begins with `+` and a country code.
    is_international: bool,
}

/// Returns true if the text can only be a phone number or a part of one.
pub(super) fn is_phone_like(folded: &str) -> bool {
    folded.chars().all(is_part) && folded.contains(|c: char| c.is_ascii_digit())
}

fn is_part(c: char) -> bool {
    c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c) || matches!(c, '\u{2010}'..='\u{2015}')
}

impl PhoneDigits {
    /// Reads the longest phone number in a folded text. Letters and other punctuation end a number, so an
    /// extension is ignored.
    pub(super) fn read(folded: &str) -> Option<Self> {
        let count = |text: &str| text.chars().filter(char::is_ascii_digit).count();
        // `max_by_key` returns the last maximum, so reversing the iterator prefers the first of equally long
        // numbers.
        let number = folded.split(|c: char| !is_part(c)).rev().max_by_key(|number| count(number))?;
        let is_international = number.find(|c: char| c == '+' || c.is_ascii_digit());
        let is_international = is_international.is_some_and(|at| number[at..].starts_with('+'));
        let digits: String = number.chars().filter(char::is_ascii_digit).take(limits::SEARCH_WORD).collect();
        (!digits.is_empty()).then_some(Self { digits, is_international })
    }

    /// Reads a word that consists of digits only.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self { digits: word.to_owned(), is_international: false })
    }

    pub(super) fn digits(&self) -> &str {
        &self.digits
    }

    pub(super) fn is_international(&self) -> bool {
        self.is_international
    }

    /// Returns the words that a contact with this number is found by: all digits, the digits without the
    /// country code or without the dialled zeros, and the digits in reverse.
    pub(super) fn words(&self) -> impl Iterator<Item = String> {
        let national = self.number().as_ref().and_then(national_digits);
        let others = [national, self.without_dialled_zeros(), self.reversed()];
        others.into_iter().flatten().chain([self.digits.clone()])
    }

    /// Returns the beginnings of words that a search for this number looks for. A contact matches if one of
    /// its words begins with one of them.
    ///
    /// A number with its country code is looked for without the code if libphonenumber considers it possible,
    /// because a contact may have it in its national form. Any other number may be the beginning of a stored
    /// or dialled number, or the end of one.
    pub(super) fn beginnings(&self) -> Vec<String> {
        if self.is_international {
            let possible = self.number().filter(|number| PHONE_NUMBER_UTIL.is_possible_number(number));
            let national = possible.as_ref().and_then(national_digits);
            return vec![national.unwrap_or_else(|| self.digits.clone())];
        }
        let others = [self.without_dialled_zeros(), self.reversed()];
        others.into_iter().flatten().chain([self.digits.clone()]).collect()
    }

    /// Parses the number if it begins with a country code.
    fn number(&self) -> Option<PhoneNumber> {
        let text = self.is_international.then(|| format!("+{}", self.digits))?;
        PHONE_NUMBER_UTIL.parse(&text, None).ok()
    }

    /// Returns the digits without the one or two zeros at the beginning that are only dialled. More zeros
    /// belong to the number. Fewer than four further digits are unlikely to be a dialled number.
    fn without_dialled_zeros(&self) -> Option<String> {
        let rest = self.digits.trim_start_matches('0');
        let zeros = self.digits.len() - rest.len();
        let are_dialled = !self.is_international
            && (1..=MAX_DIALLED_ZEROS).contains(&zeros)
            && rest.len() >= limits::SEARCH_DIGITS;
        are_dialled.then(|| rest.to_owned())
    }

    /// Returns the word that finds the number by its last digits.
    fn reversed(&self) -> Option<String> {
        let is_long = self.digits.len() >= limits::SEARCH_DIGITS;
        is_long.then(|| [REVERSED_PREFIX].into_iter().chain(self.digits.chars().rev()).collect())
    }
}

/// Returns the digits after the country code, without the leading zeros that some countries use, because a
/// leading zero is also removed from a national number in a search.
fn national_digits(number: &PhoneNumber) -> Option<String> {
    (number.national_number > 0).then(|| number.national_number.to_string())
}
