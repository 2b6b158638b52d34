//! Phone numbers as a search compares them: by their digits.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};

use crate::limits;

/// Begins the word that has a phone number's digits from the last to the first. No other word contains it.
const BACKWARD: char = '~';

/// The most zeros that a number begins with when it is dialled, as in `020` or `0044`.
const DIALLED_ZEROS: usize = 2;

/// The digits of a phone number.
pub(super) struct PhoneDigits {
    /// At most [`limits::SEARCH_WORD`].
    digits: String,
    /// True if the number begins with `+` and the country's code.
    is_international: bool,
}

/// Returns true for a text that can only be a phone number, or a piece of one.
pub(super) fn is_phone_like(folded: &str) -> bool {
    folded.chars().all(is_part) && folded.contains(|c: char| c.is_ascii_digit())
}

fn is_part(c: char) -> bool {
    c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c) || matches!(c, '\u{2010}'..='\u{2015}')
}

impl PhoneDigits {
    /// Reads the number in a folded text. Letters and other punctuation end a number, so an extension does not
    /// count. Of several numbers it reads the longest.
    pub(super) fn read(folded: &str) -> Option<Self> {
        let count = |text: &str| text.chars().filter(char::is_ascii_digit).count();
        // The first of equally long ones.
        let number = folded.split(|c: char| !is_part(c)).rev().max_by_key(|number| count(number))?;
        let is_international = number.find(|c: char| c == '+' || c.is_ascii_digit());
        let is_international = is_international.is_some_and(|at| number[at..].starts_with('+'));
        let digits: String = number.chars().filter(char::is_ascii_digit).take(limits::SEARCH_WORD).collect();
        (!digits.is_empty()).then_some(Self { digits, is_international })
    }

    /// Reads a cut word of nothing but digits.
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

    /// Returns the words that a contact with this number is found by: all digits, also without the country's code
    /// or the zeros that are only dialled, and all digits backward.
    pub(super) fn words(&self) -> impl Iterator<Item = String> {
        let national = self.number().as_ref().and_then(national_digits);
        let others = [national, self.without_dialled_zeros(), self.backward()];
        others.into_iter().flatten().chain([self.digits.clone()])
    }

    /// Returns the beginnings of words that a search for this number looks for. A contact matches if it has a word
    /// with one of them.
    ///
    /// A number with its country's code is looked for without it if libphonenumber calls it possible, because a
    /// contact may have it in its national form. Any other may be the beginning of a number as it is stored or as
    /// it is dialled, or the end of one.
    pub(super) fn beginnings(&self) -> Vec<String> {
        if self.is_international {
            let possible = self.number().filter(|number| PHONE_NUMBER_UTIL.is_possible_number(number));
            let national = possible.as_ref().and_then(national_digits);
            return vec![national.unwrap_or_else(|| self.digits.clone())];
        }
        let others = [self.without_dialled_zeros(), self.backward()];
        others.into_iter().flatten().chain([self.digits.clone()]).collect()
    }

    /// Returns the number that begins with its country's code.
    fn number(&self) -> Option<PhoneNumber> {
        let text = self.is_international.then(|| format!("+{}", self.digits))?;
        PHONE_NUMBER_UTIL.parse(&text, None).ok()
    }

    /// Returns the digits without one or two zeros at the beginning. Other leading zeros belong to the number, and
    /// fewer than four further digits are too few to be meant as a number that is dialled.
    fn without_dialled_zeros(&self) -> Option<String> {
        let rest = self.digits.trim_start_matches('0');
        let zeros = self.digits.len() - rest.len();
        let are_dialled = !self.is_international
            && (1..=DIALLED_ZEROS).contains(&zeros)
            && rest.len() >= limits::SEARCH_DIGITS;
        are_dialled.then(|| rest.to_owned())
    }

    /// Returns the word that a number is found by from its end.
    fn backward(&self) -> Option<String> {
        let is_long = self.digits.len() >= limits::SEARCH_DIGITS;
        is_long.then(|| [BACKWARD].into_iter().chain(self.digits.chars().rev()).collect())
    }
}

/// Returns the digits after the country's code, without the zeros that some countries' numbers begin with: in a
/// national number that is searched for, a leading zero is dropped too.
fn national_digits(number: &PhoneNumber) -> Option<String> {
    (number.national_number > 0).then(|| number.national_number.to_string())
}
