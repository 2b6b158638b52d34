//! The further keys that an answer with a contact can carry. Extension.

/// Which further keys an answer with a contact carries: what `?include=` asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Include {
    /// The first name.
    pub first_name: bool,
    /// The last name.
    pub last_name: bool,
    /// The values of custom fields.
    pub custom_fields: bool,
    /// When the contact last changed.
    pub updated_at: bool,
}

/// A word in `include` that names no further key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("include takes first_name, last_name, custom_fields and updated_at; `{0}` was sent.")]
pub struct UnknownInclude(pub String);

impl Include {
    /// The words that can be asked for.
    pub const WORDS: [&'static str; 4] = ["first_name", "last_name", "custom_fields", "updated_at"];

    /// Adds a comma-separated list of words; empty ones say nothing.
    ///
    /// # Errors
    /// The first word that names no further key.
    pub fn add(&mut self, list: &str) -> Result<(), UnknownInclude> {
        for word in list.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "first_name" => self.first_name = true,
                "last_name" => self.last_name = true,
                "custom_fields" => self.custom_fields = true,
                "updated_at" => self.updated_at = true,
                unknown => return Err(UnknownInclude(unknown.to_owned())),
            }
        }
        Ok(())
    }

    /// The words that ask for the same.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let asked = [self.first_name, self.last_name, self.custom_fields, self.updated_at];
        Self::WORDS.into_iter().zip(asked).filter_map(|(word, is_asked)| is_asked.then_some(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_taken_and_others_are_named() {
        let mut include = Include::default();
        include.add(&Include::WORDS.join(", ")).unwrap();
        let all = Include { first_name: true, last_name: true, custom_fields: true, updated_at: true };
        assert_eq!(include, all);
        assert!(include.words().eq(Include::WORDS));
        assert_eq!(Include::default().words().next(), None);
        assert_eq!(include.add("notes,updated_at"), Err(UnknownInclude("notes".into())));
    }
}
