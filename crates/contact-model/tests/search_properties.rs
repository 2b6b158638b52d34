//! Properties of searches.

use std::collections::BTreeSet;

use contact_model::limits;
use contact_model::search::{Search, fold, name_key, search_text, words, words_of_search_text};
use proptest::prelude::*;

fn name_words(name: &str) -> BTreeSet<String> {
    words(Some(name), None, None, None)
}

fn phone_words(phone: &str) -> BTreeSet<String> {
    words(None, None, None, Some(phone))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9 ,.'@éßﬁİΣ-]{0,80}",
        "[+]?[0-9 ()./-]{0,24}",
        "[0]{0,70}[1a]{0,70}",
        "[a-c'’ʻ田中太김ｶひ12 ]{0,40}",
        "([a-cﬃ田]{1,70}['’ ,]){0,14}",
    ]
}

proptest! {
    #[test]
    fn folding_is_idempotent(text in text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn every_text_is_found_by_itself(text in text()) {
        let sent = Some(text.as_str());
        if let Ok(search) = Search::parse(&text) {
            prop_assert!(search.matches(&words(sent, None, None, None)));
            prop_assert!(search.matches(&words(None, sent, None, None)));
            prop_assert!(search.matches(&words(None, None, sent, None)));
        }
    }

    #[test]
    fn every_phone_number_is_found_by_itself(text in " ?[+]?[0-9 ()./-]{0,80}") {
        prop_assert!(Search::parse(&text).unwrap().matches(&phone_words(&text)));
    }

    #[test]
    fn the_last_digits_of_a_phone_number_find_it_if_there_are_at_least_four(
        number in "[+]?[1-9][0-9]{3,14}",
        end in 4..16_usize,
    ) {
        let digits = number.trim_start_matches('+');
        let end = &digits[digits.len().saturating_sub(end)..];
        prop_assert!(Search::parse(end).unwrap().matches(&phone_words(&number)));
    }

    #[test]
    fn digits_find_only_what_begins_with_them_or_is_a_phone_number(
        digits in "0{0,5}[0-9]{1,3}",
        name in "[0-9]{1,9} x",
    ) {
        let begins = name.starts_with(&digits);
        prop_assert_eq!(Search::parse(&digits).unwrap().matches(&name_words(&name)), begins);
    }

    #[test]
    fn a_name_is_found_with_any_apostrophe_and_without(
        parts in prop::collection::vec("[a-z]{1,5}", 1..5),
        marks in prop::collection::vec(prop::sample::select(vec!["'", "’", "ʼ", "ʻ", "`"]), 8),
    ) {
        let with = |marks: &[&str]| -> String {
            parts.iter().zip(marks).map(|(part, mark)| format!("{part}{mark}")).collect()
        };
        let (stored, typed) = (name_words(&with(&marks[..4])), with(&marks[4..]));
        for search in [typed, parts.concat(), parts.join(" ")] {
            prop_assert!(Search::parse(&search).unwrap().matches(&stored));
        }
        prop_assert!(Search::parse(&with(&marks)).unwrap().matches(&name_words(&parts.concat())));
    }

    #[test]
    fn a_name_without_spaces_is_found_from_each_of_its_first_characters_on(
        name in "[田中太郎小明ひろしヒロ김민준박서연]{1,16}",
        at in any::<prop::sample::Index>(),
    ) {
        let (at, _) = name.char_indices().nth(at.index(name.chars().count())).unwrap();
        prop_assert!(Search::parse(&name[at..]).unwrap().matches(&name_words(&name)));
    }

    #[test]
    fn the_number_of_words_of_a_text_is_bounded(text in text()) {
        let parts = fold(&text).split(|c: char| !c.is_ascii_alphanumeric() && c.is_ascii()).count();
        let apostrophes = fold(&text).chars().filter(|c| "’ʻ".contains(*c)).count();
        let found = name_words(&text);
        // The last three are words of a phone number.
        if text.chars().all(|c| c.is_ascii() || "’ʻ田中太김ｶひﬃé".contains(c)) {
            prop_assert!(found.len() <= parts + apostrophes + limits::SEARCH_SUFFIXES + 3);
        }
        prop_assert!(found.iter().all(|word| word.chars().count() <= limits::SEARCH_WORD + 1));
    }

    #[test]
    fn words_survive_a_round_trip_through_the_search_text(text in text()) {
        let words = words(Some(&text), None, None, Some(&text));
        for word in &words {
            // A reversed number begins with a character that no other word contains.
            let word = word.strip_prefix('~').unwrap_or(word);
            prop_assert!((1..=limits::SEARCH_WORD).contains(&word.chars().count()));
            prop_assert!(word.chars().all(char::is_alphanumeric));
        }
        let joined = search_text(&words);
        prop_assert!(words_of_search_text(&joined).eq(&words));
    }

    #[test]
    fn a_word_is_found_if_the_search_text_contains_it_after_a_space(text in text(), word in "[a-c0-2]{1,3}") {
        let words = name_words(&text);
        let is_contained = search_text(&words).contains(&format!(" {word}"));
        // Fewer than four digits do not find the end of a phone number.
        prop_assert_eq!(Search::parse(&word).unwrap().matches(&words), is_contained);
    }

    #[test]
    fn a_search_has_few_terms_and_its_text_is_the_same_search(text in text()) {
        if let Ok(search) = Search::parse(&text) {
            prop_assert!(search.terms().len() <= limits::SEARCH_WORDS);
            prop_assert!(search.text().chars().count() <= limits::SEARCH);
            for (at, term) in search.terms().iter().enumerate() {
                let beginnings: Vec<&str> = term.beginnings().collect();
                prop_assert!(!beginnings.is_empty() && beginnings.len() <= 4);
                prop_assert!(beginnings.iter().all(|beginning| !beginning.is_empty()));
                prop_assert!(beginnings.is_sorted());
                prop_assert!(!search.terms()[..at].contains(term));
            }
            prop_assert_eq!(Search::parse(search.text()), Ok(search));
        }
    }

    #[test]
    fn a_name_key_is_bounded_and_idempotent(name in prop_oneof![text(), "[a😀 \u{fdfa}é]{0,300}"]) {
        if let Some(key) = name_key(&name) {
            prop_assert!(key.chars().count() <= limits::NAME_KEY && key.len() <= limits::NAME_KEY_BYTES);
            prop_assert!(!key.is_empty() && key.trim() == key && !key.contains("  "));
            prop_assert_eq!(name_key(&key), Some(key));
        }
    }
}
