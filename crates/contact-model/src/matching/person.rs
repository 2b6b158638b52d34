//! Finds the person that a create describes among several contacts with one phone number. Extension.

use std::borrow::Cow;
use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::search;

/// The fields that distinguish people with the same phone number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonKeys<'p> {
    /// The full name.
    pub name: Option<Cow<'p, str>>,
    /// The key of the email address, see [`crate::email::key`].
    pub email_key: Option<&'p str>,
}

/// How well a contact fits the person that was sent. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    SameEmail,
    SameName { other_email: bool },
    CompatibleName { other_email: bool },
    Compatible,
}

/// Chooses the person that was sent among contacts with the same phone number, which are given oldest first.
/// The order of preference is: a contact with an equal email address, one with an agreeing name, the oldest
/// one whose name and email address do not contradict. Returns `None` if all of them are other people.
///
/// Names agree if every word of the shorter name is the beginning of a word of the longer name or begins with
/// one, regardless of case and accents: `J. Smith` and `Jane Smith`. Among contacts with an agreeing name,
/// one with the same words is preferred, then one whose email address does not differ, then the oldest. A
/// name or an email address that is missing on either side contradicts nothing.
pub fn choose_person<'p, T>(
    sent: &PersonKeys<'_>,
    candidates: impl IntoIterator<Item = (T, PersonKeys<'p>)>,
) -> Option<T> {
    let sent_words = words(sent.name.as_deref());
    let fits = candidates.into_iter().filter_map(|(candidate, person)| {
        let fit = fit(sent.email_key, person.email_key, &sent_words, &words(person.name.as_deref()))?;
        Some((candidate, fit))
    });
    // Candidates are sorted by age, so the first of equal fits is the oldest.
    fits.min_by_key(|(_, fit)| *fit).map(|(candidate, _)| candidate)
}

/// Returns how well a contact fits, or `None` if it is another person.
fn fit(email: Option<&str>, own_email: Option<&str>, name: &[String], own_name: &[String]) -> Option<Fit> {
    let emails = email.zip(own_email).map(|(one, other)| one == other);
    if emails == Some(true) {
        return Some(Fit::SameEmail);
    }
    let other_email = emails == Some(false);
    if name.is_empty() || own_name.is_empty() {
        return (!other_email).then_some(Fit::Compatible);
    }
    if name == own_name {
        return Some(Fit::SameName { other_email });
    }
    agree(name, own_name).then_some(Fit::CompatibleName { other_email })
}

/// Returns the words of a name without case, accents and apostrophes: `O'Brien` is one word, `J.R.` is two.
///
/// Other combining marks are kept because they distinguish names: the vowels of `राम` and `रीमा`, or the
/// syllables `이` and `임`, which are compared as wholes.
fn words(name: Option<&str>) -> Vec<String> {
    let folded = search::fold_without(name.unwrap_or_default(), is_accent);
    let plain: String = folded.nfc().filter(|&c| !search::is_apostrophe(c)).collect();
    let is_between = |c: char| !c.is_alphanumeric() && !is_combining_mark(c);
    let runs = plain.split(is_between).filter(|run| run.contains(char::is_alphanumeric));
    runs.map(str::to_owned).collect()
}

/// Returns true for combining marks that people may omit: the accents of Latin, Greek and Cyrillic letters,
/// and the points and vowel signs of Hebrew and Arabic.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}'
    ) && is_combining_mark(c)
}

/// Returns true if every word of the shorter name is the beginning of a word of the longer name or begins
/// with one. If the names have the same number of words, this must be true for both.
fn agree(one: &[String], other: &[String]) -> bool {
    let is_in = |words: &[String], others: &[String]| {
        words.iter().all(|word| {
            others.iter().any(|other| other.starts_with(word.as_str()) || word.starts_with(other.as_str()))
        })
    };
    match one.len().cmp(&other.len()) {
        Ordering::Less => is_in(one, other),
        Ordering::Greater => is_in(other, one),
        Ordering::Equal => is_in(one, other) && is_in(other, one),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn person<'p>(name: &'p str, email: &'p str) -> PersonKeys<'p> {
        let some = |text: &'p str| (!text.is_empty()).then_some(text);
        PersonKeys { name: some(name).map(Cow::Borrowed), email_key: some(email) }
    }

    /// Returns the index of the chosen candidate.
    fn chosen(sent: (&str, &str), candidates: &[(&str, &str)]) -> Option<usize> {
        let candidates = candidates.iter().map(|(name, email)| person(name, email)).enumerate();
        choose_person(&person(sent.0, sent.1), candidates)
    }

    #[test]
    fn names_agree_if_the_beginnings_of_their_words_do() {
        for (one, other) in [
            ("Jane Smith", "jane SMITH"),
            ("J. Smith", "Jane Smith"),
            ("Jane Smith", "Jane Mary Smith"),
            ("Jane", "Jane Smith"),
            ("Smith, Jane", "Jane Smith"),
            ("Zoë Müller", "zoe muller"),
            ("J.R. Smith", "John Robert Smith"),
            ("Patrick O'Brien", "patrick OBrien"),
            ("Anne-Marie Lee", "Anne Marie Lee"),
            ("Annemarie", "Anne-Marie"),
            ("Dr. Jane Smith", "Jane Smith"),
            ("田中", "田中太郎"),
            ("अनिता देवी", "अनिता"),
            ("김 민수", "\u{1100}\u{1175}\u{11b7} 민수"),
            ("מֹשֶׁה כהן", "משה כהן"),
            ("مُحَمَّد علي", "محمد علي"),
            ("Юрий Фёдоров", "юрий федоров"),
            ("Patrick O’Brien", "patrick O`Brien"),
        ] {
            assert!(agree(&words(Some(one)), &words(Some(other))), "{one} and {other}");
        }
        for (one, other) in [
            ("Jane Smith", "John Smith"),
            ("Anna Example", "Bert Example"),
            ("J. Smith", "Jane Doe"),
            ("Ann Ann", "Ann Lee"),
            ("Mary O'Brien", "Mary Oscar"),
            ("Bert", "Anna Example"),
            ("李 小龍", "田中"),
            ("राम कुमार", "रीमा कुमार"),
            ("이 민수", "임 민수"),
            ("กิตติ", "กัตตุ"),
            ("かとう", "がとう"),
        ] {
            assert!(!agree(&words(Some(one)), &words(Some(other))), "{one} and {other}");
        }
    }

    #[test]
    fn an_equal_email_is_preferred_to_an_agreeing_name() {
        let candidates = [("Jane Smith", "jane@x.org"), ("Old Name", "j@x.org")];
        assert_eq!(chosen(("Jane Smith", "j@x.org"), &candidates), Some(1));
        assert_eq!(chosen(("Somebody Else", "jane@x.org"), &candidates), Some(0));
    }

    #[test]
    fn an_agreeing_name_is_preferred_to_a_contact_that_does_not_contradict() {
        let candidates = [("", ""), ("J. Smith", "")];
        assert_eq!(chosen(("Jane Smith", "jane@x.org"), &candidates), Some(1));
        // One person may have several email addresses.
        assert_eq!(chosen(("Jane Smith", "new@x.org"), &[("Jane Smith", "old@x.org")]), Some(0));
    }

    #[test]
    fn among_agreeing_names_an_equal_one_is_preferred_then_one_without_another_email() {
        let candidates =
            [("J. Smith", ""), ("Jane Smith", "old@x.org"), ("Jane Smith", ""), ("Jane Smith", "")];
        assert_eq!(chosen(("jane smith", "new@x.org"), &candidates), Some(2));
        assert_eq!(chosen(("Jane Smith", ""), &candidates), Some(1), "the oldest");
    }

    #[test]
    fn otherwise_the_oldest_contact_that_does_not_contradict_is_chosen() {
        let colleagues = [("Anna Example", "anna@x.org"), ("", "info@x.org"), ("", ""), ("", "")];
        assert_eq!(chosen(("Bert Example", "bert@x.org"), &colleagues), Some(2));
        assert_eq!(chosen(("Bert Example", ""), &colleagues), Some(1));
        assert_eq!(chosen(("", "bert@x.org"), &colleagues), Some(2));
        assert_eq!(chosen(("", ""), &colleagues), Some(0));
        // A name without a letter or digit counts as missing.
        assert_eq!(chosen(("-", ""), &colleagues), Some(0));
    }

    #[test]
    fn contradicting_names_and_emails_are_different_people() {
        let colleagues = [("Anna Example", "anna@x.org"), ("Bert Example", "bert@x.org")];
        assert_eq!(chosen(("Cara Example", "cara@x.org"), &colleagues), None);
        assert_eq!(chosen(("Cara Example", ""), &colleagues), None);
        assert_eq!(chosen(("", "cara@x.org"), &colleagues), None);
        assert_eq!(chosen(("", ""), &[]), None);
    }

    fn name() -> impl Strategy<Value = String> {
        "([A-Ca-cé][a-b]{0,2}[ .'-]?){0,3}"
    }

    proptest! {
        #[test]
        fn agreement_of_names_is_reflexive_and_symmetric(one in name(), other in name()) {
            let (one, other) = (words(Some(&one)), words(Some(&other)));
            prop_assert!(agree(&one, &one));
            prop_assert_eq!(agree(&one, &other), agree(&other, &one));
        }

        #[test]
        fn the_chosen_candidate_fits_at_least_as_well_as_any_other(
            sent in (name(), "[ab]?"),
            candidates in prop::collection::vec((name(), "[ab]?"), 0..6),
        ) {
            let sent = person(&sent.0, &sent.1);
            let people: Vec<PersonKeys<'_>> =
                candidates.iter().map(|(name, email)| person(name, email)).collect();
            let fit_of = |place: usize| {
                let own = &people[place];
                fit(sent.email_key, own.email_key, &words(sent.name.as_deref()), &words(own.name.as_deref()))
            };
            match choose_person(&sent, people.iter().cloned().enumerate()) {
                None => prop_assert!((0..people.len()).all(|place| fit_of(place).is_none())),
                Some(chosen) => {
                    let best = fit_of(chosen);
                    prop_assert!(best.is_some());
                    for place in 0..people.len() {
                        let fit = fit_of(place);
                        prop_assert!(fit.is_none() || best < fit || best == fit && chosen <= place);
                    }
                }
            }
        }

        #[test]
        fn a_different_name_and_a_different_email_are_never_chosen(
            candidates in prop::collection::vec("[d-f]{1,3}", 0..6),
        ) {
            let people = candidates.iter().map(|name| (name, person(name, "other@x.org")));
            prop_assert_eq!(choose_person(&person("abc", "abc@x.org"), people), None);
        }
    }
}
