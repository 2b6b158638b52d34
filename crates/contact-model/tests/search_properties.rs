//! Searching contacts by their words, by property.

use std::collections::BTreeSet;

use contact_model::limits;
use contact_model::search::{fold, matches, name_key, query_words, search_text, words, words_of_search_text};
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
    ]
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(text in text()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once);
    }

    #[test]
    fn every_text_is_found_by_itself(text in text()) {
        let sent = Some(text.as_str());
        if let Ok(query) = query_words(&text) {
            prop_assert!(matches(&words(sent, None, None, None), &query));
            prop_assert!(matches(&words(None, sent, None, None), &query));
            prop_assert!(matches(&words(None, None, sent, None), &query));
        }
    }

    #[test]
    fn every_phone_number_is_found_by_itself(text in " ?[+]?[0-9 ()./-]{0,80}") {
        prop_assert!(matches(&phone_words(&text), &query_words(&text).unwrap()));
    }

    #[test]
    fn words_are_whole_and_survive_their_text(text in text()) {
        let words = words(Some(&text), None, None, Some(&text));
        for word in &words {
            prop_assert!((1..=limits::SEARCH_WORD).contains(&word.chars().count()));
            prop_assert!(word.chars().all(char::is_alphanumeric));
        }
        let joined = search_text(&words);
        prop_assert!(words_of_search_text(&joined).eq(&words));
    }

    #[test]
    fn a_word_is_found_where_the_search_text_has_it_behind_a_space(text in text(), word in "[a-c0-2]{1,3}") {
        let words = name_words(&text);
        let has = search_text(&words).contains(&format!(" {word}"));
        prop_assert_eq!(matches(&words, &[word]), has);
    }

    #[test]
    fn a_search_asks_for_few_words_none_of_which_another_begins_with(text in text()) {
        if let Ok(query) = query_words(&text) {
            prop_assert!(query.len() <= limits::SEARCH_WORDS);
            for (at, word) in query.iter().enumerate() {
                prop_assert!(!word.is_empty());
                prop_assert!(query.iter().enumerate().all(|(i, w)| i == at || !w.starts_with(word.as_str())));
            }
        }
    }

    #[test]
    fn a_name_key_is_bounded_and_its_own_key(name in prop_oneof![text(), "[a😀 \u{fdfa}é]{0,300}"]) {
        if let Some(key) = name_key(&name) {
            prop_assert!(key.chars().count() <= limits::NAME_KEY && key.len() <= limits::NAME_KEY_BYTES);
            prop_assert!(!key.is_empty() && key.trim() == key && !key.contains("  "));
            prop_assert_eq!(name_key(&key), Some(key));
        }
    }
}
