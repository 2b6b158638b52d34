//! Finds contacts by words and sorts them by name. Extension.
//!
//! A contact's [words](words()) are stored with it. A [`Search`] finds words that begin with the search's
//! words, regardless of accents, case, apostrophes and the spelling of a phone number. Both databases compare
//! these texts byte by byte, so that they find the same contacts in the same order. [`Search::matches`]
//! defines what they must find.

mod phone_digits;
mod query;
mod words;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use query::{Search, SearchTerm, TooManyWords};
pub use words::{search_text, words, words_of_search_text};

use crate::limits;

/// Returns the text without the differences that a search ignores. Extension: compatibility characters are
/// decomposed (Unicode's NFKD), combining marks are removed, and capitals become lower case. Letters without
/// a decomposition are spelled out: `ß` as `ss`, `æ` as `ae`, `œ` as `oe`, `þ` as `th`, `ø` as `o`, `ł` as
/// `l`, `đ` and `ð` as `d`, `ı` as `i`, `ς` as `σ`.
///
/// Scripts that write vowels as combining marks, such as Devanagari, are compared without these vowels.
pub fn fold(text: &str) -> String {
    fold_without(text, is_combining_mark)
}

/// Folds the text like [`fold`], but removes only the combining marks that `is_left_out` selects.
pub(crate) fn fold_without(text: &str, is_left_out: fn(char) -> bool) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = String::with_capacity(text.len());
    // The text is folded letter by letter, because the beginning of a word must fold to the beginning of the
    // folded word. Lowercasing a whole text would write another sigma at the end of a word.
    let lower = text.nfkd().filter(|&c| !is_left_out(c)).flat_map(char::to_lowercase);
    for c in lower {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            other => folded.push(other),
        }
    }
    folded
}

/// Returns the key that contacts are sorted by with `sort=name`. Extension: the folded name, without white
/// space at its ends and with single spaces between words, cut to [`limits::NAME_KEY`] characters and
/// [`limits::NAME_KEY_BYTES`] bytes. Keys are compared byte by byte. Returns `None` if nothing is left.
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

/// Returns the first [`limits::SEARCH_WORD`] characters of the word.
fn cut(word: &str) -> &str {
    word.char_indices().nth(limits::SEARCH_WORD).map_or(word, |(end, _)| &word[..end])
}

/// Splits a folded text at white space and punctuation. A word may still contain apostrophes.
fn split_words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !c.is_alphanumeric() && !is_apostrophe(c))
        .filter(|word| !word.chars().all(is_apostrophe))
}

/// Splits a word at its apostrophes.
fn split_parts(word: &str) -> impl Iterator<Item = &str> {
    word.split(is_apostrophe).filter(|part| !part.is_empty())
}

/// Returns true for apostrophes, and for the marks and letters that are typed instead of one or look like
/// one.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{2bb}'..='\u{2bf}' | '\u{2018}'..='\u{201b}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_to_plain_letters() {
        for (text, folded) in [
            ("Jane DOE", "jane doe"),
            ("Élodie Öztürk", "elodie ozturk"),
            ("Straße STRAẞE", "strasse strasse"),
            ("Søren Łódź Đorđe", "soren lodz dorde"),
            ("Ægir Œuvre Ǽ", "aegir oeuvre ae"),
            ("Þór ÞÓRA Guðrún Ðạo", "thor thora gudrun dao"),
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
    fn folding_a_letter_is_idempotent() {
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
}
