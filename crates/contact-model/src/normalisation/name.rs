//! Names: splitting a full name, composing it from its parts, and title-casing.

mod title_case;

pub use title_case::title_case;

/// A first and a last name. Either may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NameParts {
    /// The first word.
    pub first: Option<String>,
    /// The remaining words.
    pub last: Option<String>,
}

/// Splits a full name, as the documentation's `parse_name_fields` does. Decided: the first word is the first
/// name, and the rest is the last name. A blank name has neither.
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

/// Composes a full name from its parts (decided): the non-empty parts, joined by a space. Returns `None` if
/// there are none.
pub fn compose(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = [first, last].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
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

    proptest! {
        #[test]
        fn splitting_a_composed_name_returns_its_parts(
            first in "[A-Z][a-z]{0,8}",
            last in "[A-Z][a-z]{0,8}( [a-z]{1,8})?",
        ) {
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
