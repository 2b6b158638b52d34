//! Parses a search.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::phone_digits::{PhoneDigits, is_phone_like};
use super::{cut, fold, split_parts, split_words};
use crate::limits;

/// The error for a search with more than [`limits::SEARCH_WORDS`] words. Contains the number of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("search takes at most {limit} words; {0} were sent.", limit = limits::SEARCH_WORDS)]
pub struct TooManyWords(pub usize);

/// A search. It finds a contact if the contact has a word for every term. The default finds every contact.
/// Extension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    text: String,
    terms: Vec<SearchTerm>,
}

/// The alternatives of a term: a contact must have a word that begins with one of them. Extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerm(Vec<String>);

impl Search {
    /// Parses a search. Extension.
    ///
    /// The text is split into words like the texts of a contact. A word that is the beginning of another word
    /// is dropped. A word with apostrophes finds its joined parts, or its parts as several words. Digits find
    /// text, the beginning of a phone number and, if there are at least four, the end of one.
    ///
    /// If only phone punctuation and white space separate the digits, all of them together may also be one
    /// phone number. If the text begins with `+` or would have too many words, they are only a phone number.
    ///
    /// A search without a letter or digit finds every contact.
    ///
    /// # Errors
    /// Returns an error if there are more than [`limits::SEARCH_WORDS`] words.
    pub fn parse(sent: &str) -> Result<Self, TooManyWords> {
        let folded = fold(sent);
        let phone = is_phone_like(&folded).then(|| PhoneDigits::read(&folded)).flatten();
        match phone {
            Some(phone) => Ok(Self::of_phone(&folded, &phone)),
            None => Self::of_text(&folded),
        }
    }

    /// Returns a text that [`Search::parse`] reads as the same search, with at most [`limits::SEARCH`]
    /// characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the terms, in order.
    pub fn terms(&self) -> &[SearchTerm] {
        &self.terms
    }

    /// Returns true if the search finds every contact.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Returns true if the search finds a contact with these words.
    pub fn matches(&self, words: &BTreeSet<String>) -> bool {
        self.terms.iter().all(|term| term.matches(words))
    }

    fn of_phone(folded: &str, phone: &PhoneDigits) -> Self {
        let runs: Vec<&str> = split_words(folded).map(cut).collect();
        if phone.is_international() || runs.len() == 1 || runs.len() > limits::SEARCH_WORDS {
            let plus = if phone.is_international() { "+" } else { "" };
            let text = format!("{plus}{}", phone.digits());
            return Self { text, terms: vec![SearchTerm::any_of(phone.beginnings())] };
        }
        // Each run of digits may be a word, or all of them may be one number.
        let term = |run: &&str| SearchTerm::any_of(phone.beginnings().into_iter().chain([(*run).to_owned()]));
        let mut terms: Vec<SearchTerm> = runs.iter().map(term).collect();
        let needed = needed(&terms);
        let mut needed = needed.iter();
        terms.retain(|_| needed.next().is_some_and(|needed| *needed));
        Self { text: runs.join(" "), terms }
    }

    fn of_text(folded: &str) -> Result<Self, TooManyWords> {
        let mut words: BTreeMap<String, Vec<SearchTerm>> = BTreeMap::new();
        for word in split_words(folded) {
            let parts: Vec<&str> = split_parts(word).collect();
            if parts.len() > limits::SEARCH_WORDS {
                words.extend(parts.iter().map(|part| (cut(part).to_owned(), terms_of(&[part]))));
            } else {
                let cut_parts: Vec<&str> = parts.iter().map(|part| cut(part)).collect();
                words.insert(cut_parts.join("'"), terms_of(&parts));
            }
        }
        let all: Vec<SearchTerm> = words.values().flatten().cloned().collect();
        let needed = needed(&all);
        let mut needed = needed.iter();
        let (mut texts, mut terms, mut parts) = (Vec::new(), Vec::new(), 0);
        for (text, of_word) in words {
            let count = of_word.len();
            let kept: Vec<SearchTerm> =
                of_word.into_iter().filter(|_| needed.next().is_some_and(|needed| *needed)).collect();
            if !kept.is_empty() {
                parts += count;
                texts.push(text);
                terms.extend(kept);
            }
        }
        if parts > limits::SEARCH_WORDS {
            return Err(TooManyWords(parts));
        }
        // Spaces would make [`Search::parse`] read words of digits as one phone number.
        Ok(Self { text: texts.join(","), terms })
    }
}

impl SearchTerm {
    /// Creates a term of beginnings and drops those that begin with another one.
    fn any_of(beginnings: impl IntoIterator<Item = String>) -> Self {
        let sorted: BTreeSet<String> = beginnings.into_iter().collect();
        let mut kept: Vec<String> = Vec::with_capacity(sorted.len());
        // Beginnings that begin with another one come directly after it.
        for beginning in sorted {
            if kept.last().is_none_or(|last| !beginning.starts_with(last.as_str())) {
                kept.push(beginning);
            }
        }
        Self(kept)
    }

    /// Returns the beginnings, in order. None of them begins with another one.
    pub fn beginnings(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn matches(&self, words: &BTreeSet<String>) -> bool {
        // Words are sorted, so if any word starts with the beginning, the first word that is not less does.
        self.0.iter().any(|beginning| {
            let from = (Bound::Included(beginning.as_str()), Bound::Unbounded);
            words.range::<str, _>(from).next().is_some_and(|word| word.starts_with(beginning))
        })
    }

    /// Returns true if every contact that matches this term matches the other one too.
    fn implies(&self, other: &Self) -> bool {
        self.0.iter().all(|one| other.0.iter().any(|beginning| one.starts_with(beginning)))
    }
}

/// Returns for each term whether it is needed, that is, whether no other term implies it.
fn needed(terms: &[SearchTerm]) -> Vec<bool> {
    let is_needed = |(at, term): (usize, &SearchTerm)| {
        let mut others = terms.iter().enumerate().filter(|(other, _)| *other != at);
        // If terms imply each other, the first one is needed.
        !others.any(|(other, one)| one.implies(term) && (other < at || !term.implies(one)))
    };
    terms.iter().enumerate().map(is_needed).collect()
}

/// Returns the terms of a word, which is given as the parts between its apostrophes.
fn terms_of(parts: &[&str]) -> Vec<SearchTerm> {
    if let [part] = parts {
        let part = cut(part);
        let digits = PhoneDigits::of_word(part).map(|digits| digits.beginnings());
        return vec![SearchTerm::any_of(digits.unwrap_or_else(|| vec![part.to_owned()]))];
    }
    let joined = parts.concat();
    let term = |part: &&str| SearchTerm::any_of([cut(part).to_owned(), cut(&joined).to_owned()]);
    parts.iter().map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(search: &str) -> Vec<String> {
        let search = Search::parse(search).unwrap();
        assert_eq!(Search::parse(search.text()).as_ref(), Ok(&search));
        search.terms().iter().map(|term| term.beginnings().collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn redundant_terms_are_dropped() {
        assert_eq!(terms("Doe jane DO jané x"), ["doe", "jane", "x"]);
        assert_eq!(terms(&"é".repeat(70)), ["e".repeat(64)]);
        assert!(terms(" .,; ").is_empty() && terms("' ’").is_empty());
        assert_eq!(terms("a b c d e f g h i j").len(), 10);
        let many = Search::parse("a b c d e f g h i j k").unwrap_err();
        assert_eq!(many.to_string(), "search takes at most 10 words; 11 were sent.");
        assert_eq!(terms("ﬃ'".repeat(300).as_str()), ["ffi"]);
        assert_eq!(Search::parse("a'b'c d'e'f g'h'i j'k"), Err(TooManyWords(11)));
    }

    #[test]
    fn digits_are_searched_as_text_and_as_a_phone_number() {
        assert_eq!(terms("007"), ["007"]);
        assert_eq!(terms("0007"), ["0007|~7000"]);
        assert_eq!(terms("2671"), ["2671|~1762"]);
        assert_eq!(terms("0207946"), ["0207946|207946|~6497020"]);
        assert_eq!(terms("doe 02079"), ["02079|2079|~97020", "doe"]);
        assert_eq!(terms("12 7"), ["12", "127|7"]);
        assert_eq!(terms("555-2671"), ["555|~1762555", "2671|5552671|~1762555"]);
        assert_eq!(terms("+1 (415) 555-2671"), ["4155552671"]);
        assert_eq!(terms("+44 20"), ["4420"]);
        assert_eq!(terms("1 2 3 4 5 6 7 8 9 0 1"), ["12345678901|~10987654321"]);
    }

    #[test]
    fn word_with_apostrophes_is_searched_as_one_or_several_words() {
        assert_eq!(terms("O'Brien"), ["o", "brien|obrien"]);
        assert_eq!(terms("rock’n’roll"), ["rock", "n|rocknroll", "rocknroll|roll"]);
        assert_eq!(terms("o'"), ["o"]);
    }

    #[test]
    fn a_contact_matches_if_a_word_begins_with_each_term() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
        let finds =
            |search: &str, in_words: &[&str]| Search::parse(search).unwrap().matches(&words(in_words));
        assert!(finds("d", &["do", "dz"]) && finds("dz", &["do", "dz"]) && finds("", &["do"]));
        assert!(!finds("dob", &["do", "dz"]) && !finds("e", &["do"]) && !finds("d e", &["do"]));
        assert!(!finds("d", &[]) && finds("", &[]));
        assert!(finds("2671", &["~1762555"]) && finds("2671", &["26715"]) && !finds("2671", &["~176"]));
    }
}
