//! How contacts are found by words and sorted by name. Extension.
//!
//! A contact's words are kept beside it, folded; a search looks for words that begin with each of
//! its own. Accents, case and the spelling of a phone number make no difference. Both databases
//! compare these texts byte by byte, so that they agree on what is found and in what order;
//! [`matches()`] says what they must find.

use std::collections::BTreeSet;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::limits;

/// A search for more than [`limits::SEARCH_WORDS`] words: how many it was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("search takes at most {limit} words; {0} were sent.", limit = limits::SEARCH_WORDS)]
pub struct TooManyWords(pub usize);

/// The text without what a search overlooks. Extension: compatible forms become plain (Unicode's
/// NFKD), combining marks go, capitals become small, and letters that Unicode does not take apart
/// are spelled out: `ß` as `ss`, `æ` as `ae`, `œ` as `oe`, `ø` as `o`, `ł` as `l`, `đ` as `d`, `ı`
/// as `i`, `ς` as `σ`.
///
/// A script that writes vowels as combining marks, such as Devanagari, is compared without them.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    // Letter by letter: the lower case of a whole text ends words with another sigma, and the
    // beginning of a word must fold to the beginning of the folded word.
    let lower = text.nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase);
    for c in lower {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other => folded.push(other),
        }
    }
    folded
}

/// What contacts are sorted by with `sort=name`. Extension: the folded name, runs of white space as
/// one space and none at its ends, cut to [`limits::NAME_KEY`] characters and
/// [`limits::NAME_KEY_BYTES`] bytes; `None` where nothing is left. Compared byte by byte.
pub fn name_key(name: &str) -> Option<String> {
    let mut key = fold(name).split_whitespace().collect::<Vec<_>>().join(" ");
    let end = key
        .char_indices()
        .take(limits::NAME_KEY)
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|&end| end <= limits::NAME_KEY_BYTES)
        .last()
        .unwrap_or(0);
    key.truncate(end);
    key.truncate(key.trim_end().len());
    (!key.is_empty()).then_some(key)
}

/// The words that a contact is found by. Extension: the runs of letters and digits in its folded
/// name, email and business name, those that begin with zeros also without them; and its phone
/// number's digits without leading zeros, with the country's code and without it where the number
/// begins with `+`. A name that is a phone number is found as one too.
///
/// Each is cut to [`limits::SEARCH_WORD`] characters, and none is empty.
pub fn words(
    name: Option<&str>,
    email: Option<&str>,
    business_name: Option<&str>,
    phone: Option<&str>,
) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in [name, email, business_name].into_iter().flatten() {
        let folded = fold(text);
        for run in runs(&folded) {
            words.insert(cut(run).to_owned());
            words.insert(cut(without_leading_zeros(run)).to_owned());
        }
        if is_phone_like(&folded) {
            add_phone(&folded, &mut words);
        }
    }
    if let Some(phone) = phone {
        add_phone(&fold(phone), &mut words);
    }
    words
}

/// Words as one text, each behind a space, so that a word begins with `do` where the text holds
/// ` do`. Extension. The empty string for no words.
pub fn search_text(words: &BTreeSet<String>) -> String {
    let mut text = String::with_capacity(words.iter().map(|word| word.len() + 1).sum());
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
    text
}

/// The words of a text that [`search_text`] made, in order. Extension.
pub fn words_of_search_text(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// The words that a search looks for, in order. Extension.
///
/// Digits that nothing but white space and `+ - ( ) . /` stands between are one phone number: one
/// word, without the country's code where it begins with `+` and libphonenumber calls it possible.
/// Any other text is cut into words as a contact's texts are; one that another begins with asks
/// for nothing more and is dropped. Zeros that a word begins with do not count, unless it has
/// nothing else.
///
/// A search without a letter or digit looks for nothing in particular and finds every contact.
///
/// # Errors
/// More than [`limits::SEARCH_WORDS`] words.
pub fn query_words(search: &str) -> Result<Vec<String>, TooManyWords> {
    let folded = fold(search);
    if is_phone_like(&folded) {
        let possible = international(&folded).filter(|n| PHONE_NUMBER_UTIL.is_possible_number(n));
        return Ok(vec![possible.and_then(|n| national_digits(&n)).unwrap_or_else(|| digits(&folded))]);
    }
    let sorted: BTreeSet<&str> = runs(&folded).map(|run| cut(without_leading_zeros(run))).collect();
    // What a word is the beginning of comes right behind it.
    let mut following = sorted.iter().skip(1);
    let words: Vec<String> = sorted
        .iter()
        .filter(|&&word| following.next().is_none_or(|next| !next.starts_with(word)))
        .map(|&word| word.to_owned())
        .collect();
    if words.len() > limits::SEARCH_WORDS { Err(TooManyWords(words.len())) } else { Ok(words) }
}

/// True where a search finds a contact with these words: each word of `query` is the beginning of
/// one. Extension.
pub fn matches(words: &BTreeSet<String>, query: &[String]) -> bool {
    // The first word that is not before the one looked for begins with it, if any does.
    query.iter().all(|wanted| words.range(wanted.clone()..).next().is_some_and(|w| w.starts_with(wanted)))
}

/// The runs of letters and digits.
fn runs(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty())
}

/// The beginning of a word that counts.
fn cut(word: &str) -> &str {
    word.char_indices().nth(limits::SEARCH_WORD).map_or(word, |(end, _)| &word[..end])
}

/// The word without the zeros it begins with; all of it where it is nothing but zeros.
fn without_leading_zeros(word: &str) -> &str {
    let rest = word.trim_start_matches('0');
    if rest.is_empty() { word } else { rest }
}

/// True for a text that can only be a phone number, or part of one.
fn is_phone_like(folded: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-()./".contains(c);
    folded.chars().all(is_part) && folded.contains(|c: char| c.is_ascii_digit())
}

/// Adds the words that a phone number is found by.
fn add_phone(folded: &str, words: &mut BTreeSet<String>) {
    let national = international(folded).and_then(|number| national_digits(&number));
    words.extend(national);
    let all = digits(folded);
    if !all.is_empty() {
        words.insert(all);
    }
}

/// The number's digits as a word.
fn digits(folded: &str) -> String {
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    cut(without_leading_zeros(&digits)).to_owned()
}

/// The number, where it says its country itself.
fn international(folded: &str) -> Option<PhoneNumber> {
    let text = folded.trim_start();
    text.starts_with('+').then(|| PHONE_NUMBER_UTIL.parse(text, None).ok()).flatten()
}

/// The digits behind the country's code, without the zeros that some countries' numbers begin
/// with: whoever searches for such a number in its national form types a zero that is dropped.
fn national_digits(number: &PhoneNumber) -> Option<String> {
    (number.national_number > 0).then(|| number.national_number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_words(name: &str) -> BTreeSet<String> {
        words(Some(name), None, None, None)
    }

    fn phone_words(phone: &str) -> BTreeSet<String> {
        words(None, None, None, Some(phone))
    }

    fn finds(words: &BTreeSet<String>, search: &str) -> bool {
        matches(words, &query_words(search).unwrap())
    }

    #[test]
    fn letters_fold_to_plain_ones() {
        for (text, folded) in [
            ("Jane DOE", "jane doe"),
            ("Élodie Öztürk", "elodie ozturk"),
            ("Straße STRAẞE", "strasse strasse"),
            ("Søren Łódź Đorđe", "soren lodz dorde"),
            ("Ægir Œuvre Ǽ", "aegir oeuvre ae"),
            ("DIYARBAKIR Diyarbakır İzmir", "diyarbakir diyarbakir izmir"),
            ("ΟΔΥΣΣΕΥΣ Οδυσσεύς", "οδυσσευσ οδυσσευσ"),
            ("ﬁne Ｆｕｌｌ ½", "fine full 1⁄2"),
            ("李 小龍", "李 小龍"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text:?}");
        }
    }

    #[test]
    fn every_letter_folds_once_and_for_all() {
        for c in '\0'..=char::MAX {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?}");
        }
    }

    #[test]
    fn names_sort_by_their_folded_words() {
        assert_eq!(name_key("  Élodie \t van\u{a0}Öz ").as_deref(), Some("elodie van oz"));
        assert_eq!(name_key(" \u{301} "), None);
        assert_eq!(name_key(&"ab ".repeat(200)).map(|key| key.len()), Some(254));
        assert_eq!(name_key(&"😀".repeat(255)).map(|key| key.len()), Some(1_000));
    }

    #[test]
    fn a_contact_is_found_by_the_words_of_four_fields() {
        let words = words(Some("Jane O'Doe"), Some("Jane.D@Example.com"), Some("Agent 007 AG"), None);
        let expected = ["007", "7", "ag", "agent", "com", "d", "doe", "example", "jane", "o"];
        assert!(words.iter().eq(expected));
        let text = search_text(&words);
        assert!(text.starts_with(" 007 7 ag agent"));
        assert!(words_of_search_text(&text).eq(expected));
        assert_eq!(search_text(&BTreeSet::new()), "");
        assert_eq!(words_of_search_text("").count(), 0);
        for search in ["jan", "DOE, Jane", "jane.d@exam", "agent 007", "007", "00", "7", "", " - "] {
            assert!(finds(&words, search), "{search:?}");
        }
        for search in ["ane", "jane smith", "0077"] {
            assert!(!finds(&words, search), "{search:?}");
        }
    }

    #[test]
    fn a_phone_number_is_found_in_any_spelling() {
        let words = phone_words("+442079460018");
        assert!(words.iter().eq(["2079460018", "442079460018"]));
        for search in
            ["+44 20 7946 0018", "020 7946 0018", "(020) 7946", "0044.20/79", "+44 (0)20 7946-0018", "+44 20"]
        {
            assert!(finds(&words, search), "{search:?}");
        }
        assert!(!finds(&words, "7946"));
        assert!(finds(&phone_words("(415) 555-2671"), "+1 415 555 2671"));
        assert!(finds(&phone_words("+1 415 555 2671 ext. 5"), "415 555-2671"));
        // Italy's numbers keep their zero.
        assert!(finds(&phone_words("+39 06 6982 1234"), "06 6982"));
        assert!(finds(&phone_words("+39 06 6982 1234"), "+39 06 6982 1234"));
        assert!(finds(&phone_words("000"), "00"));
        assert!(phone_words("call me").is_empty() && phone_words("").is_empty());
    }

    #[test]
    fn a_name_that_is_a_phone_number_is_found_as_one() {
        assert!(finds(&name_words("+1 415-555-2671"), "(415) 555 2671"));
    }

    #[test]
    fn a_search_asks_for_each_thing_once() {
        assert_eq!(query_words("Doe jane DO jané x").unwrap(), ["doe", "jane", "x"]);
        assert_eq!(query_words("doe 0207946").unwrap(), ["207946", "doe"]);
        assert_eq!(query_words(&"é".repeat(70)).unwrap(), ["e".repeat(64)]);
        assert!(query_words(" .,; ").unwrap().is_empty());
        assert_eq!(query_words("a b c d e f g h i j").map(|words| words.len()), Ok(10));
        let many = query_words("a b c d e f g h i j k").unwrap_err();
        assert_eq!(many.to_string(), "search takes at most 10 words; 11 were sent.");
    }

    #[test]
    fn a_word_that_a_search_finds_is_one_that_begins_with_it() {
        let words = name_words("do dz");
        let query = |word: &str| [word.to_owned()];
        assert!(matches(&words, &query("d")) && matches(&words, &query("dz")) && matches(&words, &[]));
        assert!(!matches(&words, &query("dob")) && !matches(&words, &query("e")));
        assert!(!matches(&BTreeSet::new(), &query("d")) && matches(&BTreeSet::new(), &[]));
    }
}
