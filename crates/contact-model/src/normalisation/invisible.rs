//! Invisible characters, such as those that are copied from a web page or a PDF file.

use std::borrow::Cow;

/// Returns true if the character is invisible and is not white space that separates words.
///
/// These are Unicode's default-ignorable code points (zero-width spaces and joiners, direction marks,
/// variation selectors, the soft hyphen, the byte order mark and so on), control and annotation characters
/// that are not white space, and the no-break spaces, which have no meaning in a phone number or an email
/// address.
pub(crate) fn is_invisible(c: char) -> bool {
    // ASCII is checked first, because most characters are ASCII.
    if c.is_ascii() {
        return c.is_ascii_control() && !c.is_whitespace();
    }
    matches!(
        c,
        '\u{80}'..='\u{84}'
            | '\u{86}'..='\u{A0}'
            | '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2007}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202F}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Removes invisible characters everywhere, and white space at both ends.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.contains(is_invisible) {
        let rest: String = text.chars().filter(|&c| !is_invisible(c)).collect();
        Cow::Owned(rest.trim().to_owned())
    } else {
        Cow::Borrowed(text.trim())
    }
}

/// Removes invisible characters and white space everywhere.
pub fn compact(text: &str) -> Cow<'_, str> {
    let is_dropped = |c: char| c.is_whitespace() || is_invisible(c);
    if text.contains(is_dropped) {
        Cow::Owned(text.chars().filter(|&c| !is_dropped(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn invisible_characters_and_outer_white_space_are_removed() {
        for (text, expected) in [
            ("jane@example.com", "jane@example.com"),
            ("\u{FEFF}jane@example.com\u{A0}", "jane@example.com"),
            (" \u{200B} jane@\u{AD}example.com\u{2060}\t", "jane@example.com"),
            ("\u{202A}+1\u{FE0D} 415\u{202C}", "+1 415"),
            ("a\u{1}\u{7F}\u{9F}b", "ab"),
            ("Jane  Doe", "Jane  Doe"),
            ("\u{200B}\u{A0}", ""),
        ] {
            assert_eq!(visible(text), expected, "{text:?}");
        }
        assert_eq!(compact(" 5 5\u{A0}5\u{200B}-\t0\n"), "555-0");
    }

    #[test]
    fn letters_digits_signs_and_white_space_between_words_are_visible() {
        for c in ['a', 'ß', 'é', '\u{301}', '7', '٣', '+', '@', '-', '\u{2011}', ' ', '\n', '\u{3000}', '😀']
        {
            assert!(!is_invisible(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn removal_is_idempotent(text in any::<String>()) {
            let once = visible(&text).into_owned();
            prop_assert_eq!(visible(&once), once.as_str());
            prop_assert!(!compact(&text).contains(|c: char| is_invisible(c) || c.is_whitespace()));
        }
    }
}
