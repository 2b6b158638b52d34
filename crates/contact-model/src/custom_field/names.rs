//! Decides when two names of custom fields are the same.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::CustomField;
use crate::normalisation::invisible::is_invisible;

/// Finds a company's custom fields by name. Names are compared in Unicode NFC, because programs write the
/// same letter with one code point or with two.
#[derive(Debug)]
pub(crate) struct FieldsByName<'f> {
    fields: &'f [CustomField],
    exact: HashMap<&'f str, &'f CustomField>,
    composed: OnceCell<HashMap<Cow<'f, str>, &'f CustomField>>,
}

impl<'f> FieldsByName<'f> {
    /// Indexes these fields.
    pub(crate) fn new(fields: &'f [CustomField]) -> Self {
        let exact = fields.iter().map(|field| (field.name.as_str(), field)).collect();
        Self { fields, exact, composed: OnceCell::new() }
    }

    /// Returns the field with exactly this name, code point by code point.
    pub(crate) fn exact(&self, name: &str) -> Option<&'f CustomField> {
        self.exact.get(name).copied()
    }

    /// Returns the field with this name. If the names of several fields are equal in NFC, an exact match is
    /// preferred.
    pub(crate) fn get(&self, name: &str) -> Option<&'f CustomField> {
        self.exact(name).or_else(|| {
            let by_composed =
                || self.fields.iter().rev().map(|field| (composed(&field.name), field)).collect();
            self.composed.get_or_init(by_composed).get(&composed(name)).copied()
        })
    }
}

/// Returns the field with this name. Names are compared in Unicode NFC, and an exact match is preferred.
pub fn named<'f>(fields: &'f [CustomField], name: &str) -> Option<&'f CustomField> {
    FieldsByName::new(fields).get(name)
}

/// Returns true if people cannot tell the two names apart: they differ only in their Unicode normal form, in invisible
/// characters, or in the kind of white space.
pub fn look_identical(one: &str, other: &str) -> bool {
    one == other || appearance(one) == appearance(other)
}

fn composed(name: &str) -> Cow<'_, str> {
    if is_nfc(name) { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

fn appearance(name: &str) -> String {
    let visible = name.chars().filter(|&c| c.is_whitespace() || !is_invisible(c));
    visible.map(|c| if c.is_whitespace() { ' ' } else { c }).nfc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::CustomFieldType;
    use crate::clock::{Clock, SystemClock};

    fn fields(names: &[&str]) -> Vec<CustomField> {
        let field = |name: &&str| CustomField {
            id: SystemClock.new_id().into(),
            name: (*name).to_owned(),
            kind: CustomFieldType::Any,
            options: Vec::new(),
            created_at: SystemClock.now(),
        };
        names.iter().map(field).collect()
    }

    #[test]
    fn names_are_found_in_any_normal_form_and_an_exact_match_is_preferred() {
        let one = fields(&["Gr\u{f6}\u{df}e", "Plan"]);
        assert_eq!(named(&one, "Gro\u{308}\u{df}e"), Some(&one[0]));
        assert_eq!(named(&one, "Gr\u{f6}\u{df}e"), Some(&one[0]));
        for other in ["Grosse", "gr\u{f6}\u{df}e", "plan", " Plan", "Plan\u{200b}", ""] {
            assert_eq!(named(&one, other), None, "{other:?}");
        }
        // The composed form of a few other characters is ASCII.
        let kelvin = fields(&["\u{212a}"]);
        assert_eq!(named(&kelvin, "K"), Some(&kelvin[0]));
        let both = fields(&["e\u{301}", "\u{e9}"]);
        assert_eq!(named(&both, "e\u{301}"), Some(&both[0]));
        assert_eq!(named(&both, "\u{e9}"), Some(&both[1]));
    }

    #[test]
    fn names_that_look_identical_are_recognized() {
        for other in ["Gro\u{308}\u{df}e A", "Gr\u{f6}\u{df}e\u{a0}A", "\u{feff}Gr\u{f6}\u{df}e\u{200b} A"] {
            assert!(look_identical("Gr\u{f6}\u{df}e A", other), "{other:?}");
        }
        for other in
            ["Gr\u{f6}\u{df}eA", " Gr\u{f6}\u{df}e A", "gr\u{f6}\u{df}e A", "Grosse A", "\u{422}", ""]
        {
            assert!(!look_identical("Gr\u{f6}\u{df}e A", other), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn every_normal_form_of_a_name_finds_its_field(name in "\\PC{1,20}") {
            let one = fields(&[&name]);
            let (decomposed, composed): (String, String) = (name.nfd().collect(), name.nfc().collect());
            for form in [&name, &decomposed, &composed] {
                prop_assert_eq!(named(&one, form), Some(&one[0]));
                prop_assert!(look_identical(&name, form));
            }
        }
    }
}
