//! The words that a contact is found by.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::phone_digits::{PhoneDigits, is_phone_like};
use super::{cut, fold, is_apostrophe, split_parts, split_words};
use crate::limits;

/// Returns the words that a contact is found by. Extension.
///
/// They are the words of its folded name, email and business name. Apostrophes are removed from a word, and
/// the word is also found from each of them on: `O'Brien` has the words `obrien` and `brien`. Chinese,
/// Japanese and Korean names are written without spaces, so a word is also found from each of these
/// characters on: `田中太郎` has the word `太郎`. Only the first [`limits::SEARCH_SUFFIXES`] such characters in a
/// text count.
///
/// A phone number has the words of its digits with and without the country code. The digits in reverse, after
/// a `~`, find the number by its last digits. A name that is a phone number has these words too.
///
/// Each word is cut to [`limits::SEARCH_WORD`] characters, without counting the `~`. No word is empty.
pub fn words(
    name: Option<&str>,
    email: Option<&str>,
    business_name: Option<&str>,
    phone: Option<&str>,
) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for text in [name, email, business_name].into_iter().flatten() {
        let folded = fold(text);
        add_text(&folded, &mut words);
        if is_phone_like(&folded) {
            add_phone(&folded, &mut words);
        }
    }
    if let Some(phone) = phone {
        add_phone(&fold(phone), &mut words);
    }
    words
}

/// Joins words to one text in which each word follows a space. A word begins with `do` if and only if the
/// text contains ` do`. The text of no words is empty. Extension.
pub fn search_text(words: &BTreeSet<String>) -> String {
    let mut text = String::with_capacity(words.iter().map(|word| word.len() + 1).sum());
    for word in words {
        text.push(' ');
        text.push_str(word);
    }
    text
}

/// Returns the words of a text that [`search_text`] created, in order. Extension.
pub fn words_of_search_text(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

fn add_text(folded: &str, words: &mut BTreeSet<String>) {
    let mut suffixes = limits::SEARCH_SUFFIXES;
    for word in split_words(folded) {
        let joined = match word.contains(is_apostrophe) {
            true => Cow::Owned(split_parts(word).collect()),
            false => Cow::Borrowed(word),
        };
        let mut begin = 0;
        for part in split_parts(word) {
            words.insert(cut(&joined[begin..]).to_owned());
            let places = part.char_indices().skip(1).filter(|(_, c)| may_begin_a_name(*c));
            for (at, _) in places.take(suffixes) {
                words.insert(cut(&joined[begin + at..]).to_owned());
                suffixes -= 1;
            }
            begin += part.len();
        }
    }
}

fn add_phone(folded: &str, words: &mut BTreeSet<String>) {
    if let Some(phone) = PhoneDigits::read(folded) {
        words.extend(phone.words());
    }
}

/// Returns true for Chinese, Japanese and Korean characters that a name within a longer word may begin with.
/// In a folded text, a Korean syllable begins with the letter of its first consonant.
fn may_begin_a_name(c: char) -> bool {
    matches!(c,
        // Han
        '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}'
        // Hiragana and Katakana
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{31f0}'..='\u{31ff}'
        // Hangul
        | '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}')
}

#[cfg(test)]
mod tests {
    use super::super::Search;
    use super::*;

    fn name_words(name: &str) -> BTreeSet<String> {
        words(Some(name), None, None, None)
    }

    fn phone_words(phone: &str) -> BTreeSet<String> {
        words(None, None, None, Some(phone))
    }

    fn finds(words: &BTreeSet<String>, search: &str) -> bool {
        Search::parse(search).unwrap().matches(words)
    }

    #[test]
    fn a_contact_is_found_by_the_words_of_four_fields() {
        let words = words(Some("Jane O'Doe"), Some("Jane.D@Example.com"), Some("Agent 007 AG"), None);
        let expected = ["007", "ag", "agent", "com", "d", "doe", "example", "jane", "odoe"];
        assert!(words.iter().eq(expected), "{words:?}");
        let text = search_text(&words);
        assert!(text.starts_with(" 007 ag agent"));
        assert!(words_of_search_text(&text).eq(expected));
        assert_eq!(search_text(&BTreeSet::new()), "");
        assert_eq!(words_of_search_text("").count(), 0);
        for search in ["jan", "DOE, Jane", "jane.d@exam", "agent 007", "007", "00", "", " - "] {
            assert!(finds(&words, search), "{search:?}");
        }
        for search in ["ane", "jane smith", "0077", "7", "agent 7"] {
            assert!(!finds(&words, search), "{search:?}");
        }
    }

    #[test]
    fn a_phone_number_is_found_in_any_spelling() {
        let words = phone_words("+442079460018");
        assert!(words.iter().eq(["2079460018", "442079460018", "~810064970244"]), "{words:?}");
        for search in
            ["+44 20 7946 0018", "020 7946 0018", "(020) 7946", "0044.20/79", "+44 (0)20 7946-0018", "+44 20"]
        {
            assert!(finds(&words, search), "{search:?}");
        }
        assert!(!finds(&words, "7946"));
        assert!(finds(&phone_words("(415) 555-2671"), "+1 415 555 2671"));
        assert!(finds(&phone_words("+1 415 555 2671 ext. 5"), "415 555-2671"));
        // Italian numbers keep their zero.
        assert!(finds(&phone_words("+39 06 6982 1234"), "06 6982"));
        assert!(finds(&phone_words("+39 06 6982 1234"), "+39 06 6982 1234"));
        assert!(finds(&phone_words("000"), "00"));
        assert!(phone_words("call me").is_empty() && phone_words("").is_empty());
    }

    #[test]
    fn the_last_digits_of_a_phone_number_find_it() {
        let words = phone_words("+442079460018");
        for search in ["0018", "60018", "946-0018", "7946 0018", "79460018"] {
            assert!(finds(&words, search), "{search:?}");
        }
        for search in ["018", "0019", "946", "+0018", "00180"] {
            assert!(!finds(&words, search), "{search:?}");
        }
        // An extension is not part of the number.
        assert!(finds(&phone_words("(415) 555-0100 ext. 123"), "0100"));
        assert!(finds(&phone_words("tel 4155550100"), "0100"));
        let named = words_of("Jane Doe", "+14155552671");
        assert!(finds(&named, "doe 2671") && finds(&named, "2671, jane") && !finds(&named, "smith 2671"));
    }

    fn words_of(name: &str, phone: &str) -> BTreeSet<String> {
        words(Some(name), None, None, Some(phone))
    }

    #[test]
    fn leading_zeros_of_a_number_are_significant() {
        let person = words_of("Person 0007", "+14155550123");
        assert!(finds(&person, "0007") && finds(&person, "person 0007"));
        for other in [words_of("Person 0700", "+78125550100"), words_of("Agent 7", "7 555 0100")] {
            assert!(!finds(&other, "0007") && !finds(&other, "007") && !finds(&other, "person 0007"));
        }
        assert!(finds(&phone_words("+78125550100"), "7812"));
        // The text contains two numbers.
        assert!(finds(&name_words("Studio 12-34"), "12-34"));
        assert!(finds(&name_words("Line 7 Gate 42"), "42 7"));
        // Only the company's country would determine the national form of this number.
        assert!(
            finds(&phone_words("00442079460018"), "0044 20")
                && finds(&phone_words("00442079460018"), "+44 20")
        );
    }

    #[test]
    fn a_name_that_is_a_phone_number_is_found_as_one() {
        assert!(finds(&name_words("+1 415-555-2671"), "(415) 555 2671"));
        assert!(finds(&name_words("+1 415–555–2671"), "2671"));
    }

    #[test]
    fn apostrophes_may_be_omitted_or_replaced() {
        for name in ["Pat O'Brien", "Pat O’BRIEN", "Pat Oʼbrien"] {
            let words = name_words(name);
            assert!(words.iter().eq(["brien", "obrien", "pat"]), "{words:?}");
            for search in
                ["obrien", "o'brien", "O’Brien", "o'br", "o brien", "brien", "pat o'b", "o'", "o`brien"]
            {
                assert!(finds(&words, search), "{name:?} by {search:?}");
            }
            assert!(!finds(&words, "orbrien") && !finds(&words, "o'bryan"));
        }
        assert!(finds(&name_words("Ann D’Angelo"), "dangelo"));
        assert!(finds(&name_words("Kai Oʻahu"), "oahu"));
        assert!(finds(&name_words("Obrien"), "o'brien"));
        assert!(finds(&name_words("O Brien"), "o'brien"));
        let band = name_words("Rock'n'Roll");
        assert!(band.iter().eq(["nroll", "rocknroll", "roll"]));
        for search in ["rock'n'roll", "rocknroll", "rock n roll", "rock'n"] {
            assert!(finds(&band, search), "{search:?}");
        }
    }

    #[test]
    fn spelled_out_letters_are_found_in_both_spellings() {
        assert!(finds(&name_words("Þór Guðmundsson"), "thor gudm"));
        assert!(finds(&name_words("Thor"), "þó"));
    }

    #[test]
    fn a_given_name_is_found_in_a_name_without_spaces() {
        for (name, searches) in [
            ("田中太郎", ["太郎", "田中", "田中太郎", "郎"]),
            ("王小明", ["小明", "王", "王小明", "明"]),
            ("김민준", ["민준", "김", "김민준", "준"]),
            ("たなかひろし", ["ひろし", "たなか", "たなかひ", "し"]),
            ("ﾀﾅｶヒロシ", ["ヒロシ", "タナカ", "ﾋﾛｼ", "シ"]),
            ("Acme株式会社", ["株式会社", "acme", "acme株式", "会社"]),
        ] {
            for search in searches {
                assert!(finds(&name_words(name), search), "{name} by {search}");
            }
        }
        assert!(!finds(&name_words("田中太郎"), "太田"));
        assert!(!finds(&name_words("anne"), "nne"));
    }

    #[test]
    fn a_long_text_without_spaces_adds_few_words() {
        for text in ["田".repeat(255), "김".repeat(255), "た、なか".repeat(60), "ab".repeat(127)] {
            let text: String =
                text.chars().enumerate().map(|(n, c)| if n % 9 == 8 { '中' } else { c }).collect();
            let starts = split_words(&fold(&text)).collect::<BTreeSet<_>>().len();
            let words = name_words(&text);
            assert!(words.len() <= starts + limits::SEARCH_SUFFIXES, "{} words", words.len());
        }
    }
}
