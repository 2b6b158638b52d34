//! Converts a full name to title case.

use unicode_normalization::char::is_combining_mark;

/// Last words that keep their capitals: generational suffixes.
const GENERATIONS: [&str; 3] = ["II", "III", "IV"];

/// The combining mark in the decomposition of `İ`.
const DOT_ABOVE: char = '\u{307}';

/// Converts a full name to title case, as a create does (documented). The details are decided:
///
/// - Each run of white space becomes one space, and white space at both ends is removed.
/// - Hyphens, dashes and apostrophes divide a word into parts. A part that already mixes upper and lower case
///   is unchanged (`McDonald`). `ß` does not count as lower case here, because many people write it among
///   capitals.
/// - In any other part, the first letter becomes a capital and the rest lower case (`Anne-Marie`, `O'Brien`).
///   The same applies to each section between full stops and slashes (`J.R.R.`). A single letter after an
///   apostrophe is not capitalized (`Jane's`).
/// - If a section begins with a character that is neither a letter nor a digit, its first letter is
///   unchanged: `<string>`.
/// - A last word `II`, `III` or `IV` is unchanged.
///
/// Each letter is replaced by its simple case mapping or unchanged. A ligature such as `ﬁ` is therefore
/// unchanged. The letters of Georgian and Cherokee are unchanged too, because their other case is in another
/// Unicode block that few fonts support. Two letters have their own rules: `ß` at the beginning of a name
/// becomes `Ss`, and `Σ` at the end of a part becomes `ς`.
pub fn title_case(full_name: &str) -> String {
    let mut cased = String::with_capacity(full_name.len());
    let mut words = full_name.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if !cased.is_empty() {
            cased.push(' ');
        }
        let is_last = words.peek().is_none();
        if is_last && GENERATIONS.contains(&word) {
            cased.push_str(word);
        } else {
            push_word(&mut cased, word);
        }
    }
    cased
}

fn push_word(cased: &mut String, word: &str) {
    for between_hyphens in word.split_inclusive(is_hyphen) {
        for (index, part) in between_hyphens.split_inclusive(['\'', '’']).enumerate() {
            if mixes_cases(part) {
                cased.push_str(part);
            } else {
                push_part(cased, part, index > 0);
            }
        }
    }
}

fn push_part(cased: &mut String, part: &str, follows_apostrophe: bool) {
    for (index, section) in part.split_inclusive(['.', '/']).enumerate() {
        let letters = section.chars().filter(|c| c.is_alphanumeric()).count();
        if follows_apostrophe && index == 0 && letters == 1 {
            push_lower_case(cased, section, 0);
        } else {
            push_capitalized(cased, section);
        }
    }
}

/// Appends a section with its first letter in title case and the rest in lower case.
fn push_capitalized(cased: &mut String, section: &str) {
    let mut letters = section.char_indices().filter(|(_, c)| c.is_alphanumeric() && !is_modifier(*c));
    let Some((at, first)) = letters.next() else {
        cased.push_str(section);
        return;
    };
    cased.push_str(&section[..at]);
    match first {
        _ if at > 0 => cased.push(first),
        'ß' => cased.push_str("Ss"),
        _ => cased.push(title_case_of(first)),
    }
    push_lower_case(cased, section, at + first.len_utf8());
}

/// Appends the part of the section that begins at this byte, in lower case.
fn push_lower_case(cased: &mut String, section: &str, from: usize) {
    let mut rest = section[from..].char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            'Σ' if is_final(section, from + at) => cased.push('ς'),
            // The dot above belongs to the capital. The lower-case letter already has a dot.
            'I' if rest.next_if(|(_, next)| *next == DOT_ABOVE).is_some() => cased.push('i'),
            _ => cased.push(lower_case_of(c)),
        }
    }
}

/// Returns true if a letter comes before the `Σ` at this byte and none after it.
fn is_final(section: &str, at: usize) -> bool {
    let (before, sigma_and_after) = section.split_at(at);
    let mut after = sigma_and_after.chars().skip(1);
    before.chars().rfind(|c| !is_combining_mark(*c)).is_some_and(char::is_alphabetic)
        && !after.find(|c| !is_combining_mark(*c)).is_some_and(char::is_alphabetic)
}

fn mixes_cases(part: &str) -> bool {
    let mut cased = part.chars().filter(|c| !keeps_its_case(*c) && *c != 'ß');
    let has_upper_case = cased.clone().any(char::is_uppercase);
    has_upper_case && cased.any(char::is_lowercase)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// Returns true for letters that look like apostrophes, such as the ʻokina. A capital may follow them.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{2bb}'..='\u{2bf}')
}

/// Returns true for the letters of Georgian and Cherokee.
fn keeps_its_case(c: char) -> bool {
    matches!(c,
        '\u{10a0}'..='\u{10ff}' | '\u{1c90}'..='\u{1cbf}' | '\u{2d00}'..='\u{2d2f}'
        | '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}')
}

/// Returns the simple title-case mapping of a letter.
fn title_case_of(c: char) -> char {
    match c {
        'Ǆ' | 'ǅ' | 'ǆ' => 'ǅ',
        'Ǉ' | 'ǈ' | 'ǉ' => 'ǈ',
        'Ǌ' | 'ǋ' | 'ǌ' => 'ǋ',
        'Ǳ' | 'ǲ' | 'ǳ' => 'ǲ',
        // The full upper case of Greek vowels with an iota subscript would spell the iota out as a letter.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            char::from_u32(u32::from(c) + 8).unwrap_or(c)
        }
        'ᾳ' => 'ᾼ',
        'ῃ' => 'ῌ',
        'ῳ' => 'ῼ',
        _ if keeps_its_case(c) => c,
        _ => only(c.to_uppercase()).unwrap_or(c),
    }
}

/// Returns the simple lower-case mapping of a letter.
fn lower_case_of(c: char) -> char {
    match c {
        'İ' => 'i',
        _ if keeps_its_case(c) => c,
        _ => only(c.to_lowercase()).unwrap_or(c),
    }
}

/// Returns the letter if the mapping consists of one letter.
fn only(mut mapping: impl Iterator<Item = char>) -> Option<char> {
    let letter = mapping.next()?;
    mapping.next().is_none().then_some(letter)
}

#[cfg(test)]
mod tests;
