//! Names: splitting a full name, composing one from its parts, and title-casing.

/// A first and a last name, each of which may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameParts {
    /// The first word.
    pub first: Option<String>,
    /// What follows it.
    pub last: Option<String>,
}

/// Splits a full name, as the documentation's `parse_name_fields` does. Decided: the first word is
/// the first name, the rest the last name; a blank name has neither.
pub fn split(full_name: &str) -> NameParts {
    let trimmed = full_name.trim();
    if trimmed.is_empty() {
        return NameParts::default();
    }
    match trimmed.split_once(char::is_whitespace) {
        None => NameParts { first: Some(trimmed.to_owned()), last: None },
        Some((first, rest)) => {
            NameParts { first: Some(first.to_owned()), last: Some(rest.trim_start().to_owned()) }
        }
    }
}

/// The name made of its parts (decided): the non-empty ones joined by a space, `None` if there are
/// none.
pub fn compose(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [first, last].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Title-cases a full name, as a create does (documented). Our reading (decided): runs of white
/// space fold to one space and the ends are trimmed; a word that already mixes cases stays as it
/// is (`McDonald`); in any other word each part between hyphens, dashes, full stops and slashes is
/// capitalised (`Anne-Marie`, `J.R.R.`), and so is what follows an apostrophe unless it is a single
/// letter (`O'Brien`, but `Jane's`). What begins with another character stays: `<string>`.
pub fn title_case(full_name: &str) -> String {
    let words: Vec<String> = full_name.split_whitespace().map(title_case_word).collect();
    words.join(" ")
}

fn title_case_word(word: &str) -> String {
    let mixes_cases = word.chars().any(char::is_lowercase) && word.chars().any(char::is_uppercase);
    if mixes_cases {
        return word.to_owned();
    }
    let lower = word.to_lowercase();
    lower.split_inclusive(ends_part).map(capitalise_around_apostrophes).collect()
}

/// True of what stands between parts of a word that each begin with a capital.
fn ends_part(c: char) -> bool {
    matches!(c, '-' | '.' | '/' | '\u{2010}'..='\u{2015}')
}

fn capitalise_around_apostrophes(part: &str) -> String {
    let mut cased = String::with_capacity(part.len());
    for (index, piece) in part.split_inclusive(['\'', '’']).enumerate() {
        let letters = piece.chars().filter(|c| c.is_alphanumeric()).count();
        if index == 0 || letters > 1 {
            push_capitalised(&mut cased, piece);
        } else {
            cased.push_str(piece);
        }
    }
    cased
}

fn push_capitalised(cased: &mut String, lower: &str) {
    let mut chars = lower.chars();
    let Some(first) = chars.next() else { return };
    match first {
        // The digraphs have a title case of their own, which the standard library does not know.
        'ǆ' => cased.push('ǅ'),
        'ǉ' => cased.push('ǈ'),
        'ǌ' => cased.push('ǋ'),
        'ǳ' => cased.push('ǲ'),
        // Only the first letter of an expansion is a capital: `ß` begins a word as `Ss`.
        _ => {
            let mut upper = first.to_uppercase();
            cased.extend(upper.next());
            cased.extend(upper.flat_map(char::to_lowercase));
        }
    }
    cased.push_str(chars.as_str());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(first: Option<&str>, last: Option<&str>) -> NameParts {
        NameParts { first: first.map(str::to_owned), last: last.map(str::to_owned) }
    }

    #[test]
    fn the_first_word_is_the_first_name_and_the_rest_the_last() {
        assert_eq!(split("Jane"), parts(Some("Jane"), None));
        assert_eq!(split("Jane Doe"), parts(Some("Jane"), Some("Doe")));
        assert_eq!(split("  Jane  van der Berg "), parts(Some("Jane"), Some("van der Berg")));
        assert_eq!(split("Jane\u{3000}Doe"), parts(Some("Jane"), Some("Doe")));
        assert_eq!(split(""), parts(None, None));
        assert_eq!(split(" \t\u{a0}"), parts(None, None));
    }

    #[test]
    fn a_name_is_composed_of_its_non_empty_parts() {
        assert_eq!(compose(Some("Jane"), Some("Doe")).as_deref(), Some("Jane Doe"));
        assert_eq!(compose(Some("Jane"), None).as_deref(), Some("Jane"));
        assert_eq!(compose(Some(""), Some("Doe")).as_deref(), Some("Doe"));
        assert_eq!(compose(Some(""), None), None);
        assert_eq!(compose(None, None), None);
    }

    #[test]
    fn words_are_title_cased() {
        for (sent, stored) in [
            ("jane doe", "Jane Doe"),
            ("JANE DOE", "Jane Doe"),
            ("  jane \t  doe ", "Jane Doe"),
            ("ronald McDonald", "Ronald McDonald"),
            ("o'brien", "O'Brien"),
            ("O’BRIEN", "O’Brien"),
            ("jane's", "Jane's"),
            ("ANNE-MARIE", "Anne-Marie"),
            ("jane–ann", "Jane–Ann"),
            ("J.R.R. TOLKIEN", "J.R.R. Tolkien"),
            ("dr. j. smith jr.", "Dr. J. Smith Jr."),
            ("jane/john", "Jane/John"),
            ("<string>", "<string>"),
            ("3rd", "3rd"),
            ("'t hooft", "'t Hooft"),
            ("anne-marie o'neill-smith", "Anne-Marie O'Neill-Smith"),
            ("élodie ÖZTÜRK", "Élodie Öztürk"),
            ("ßen", "Ssen"),
            ("ǆungla", "ǅungla"),
            ("ΟΔΥΣΣΕΥΣ", "Οδυσσευς"),
            ("李 小龍", "李 小龍"),
            ("iPhone", "iPhone"),
            ("", ""),
            ("   ", ""),
        ] {
            assert_eq!(title_case(sent), stored, "{sent:?}");
        }
    }

    proptest! {
        #[test]
        fn title_casing_twice_is_title_casing_once(name in any::<String>()) {
            let once = title_case(&name);
            prop_assert_eq!(title_case(&once), once);
        }

        #[test]
        fn title_casing_letters_twice_is_once(name in "[a-zA-Zßéǆǅİıſﬁŉ'’ -]{0,12}") {
            let once = title_case(&name);
            prop_assert_eq!(title_case(&once), once);
        }

        #[test]
        fn splitting_a_composed_name_gives_its_parts(first in "[A-Z][a-z]{0,8}", last in "[A-Z][a-z]{0,8}( [a-z]{1,8})?") {
            let name = compose(Some(&first), Some(&last)).unwrap();
            prop_assert_eq!(split(&name), parts(Some(&first), Some(&last)));
        }

        #[test]
        fn no_part_of_a_split_is_blank(name in any::<String>()) {
            let NameParts { first, last } = split(&name);
            prop_assert!(first.is_none_or(|part| !part.trim().is_empty()));
            prop_assert!(last.is_none_or(|part| !part.trim().is_empty()));
        }
    }
}
