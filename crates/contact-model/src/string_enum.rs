//! Enums whose values are written as words.

/// Defines an enum with the word of each value, in one table. The words are used in the API, the database and
/// the command line.
macro_rules! string_enum {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $type:ident: $what:literal {
            $($(#[$value_attribute:meta])* $value:ident = $word:literal,)+
        }
    ) => {
        $(#[$attribute])*
        $visibility enum $type {
            $($(#[$value_attribute])* $value,)+
        }

        impl $type {
            /// Every value.
            $visibility const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];

            /// Returns the word of the value.
            $visibility fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                let known = Self::ALL.into_iter().find(|value| value.as_str() == word);
                known.ok_or_else(|| {
                    let words = $crate::string_enum::alternatives(&Self::ALL.map(Self::as_str));
                    format!("`{word}` is not {}: use {words}", $what)
                })
            }
        }
    };
}

pub(crate) use string_enum;

/// Lists words as in `a, b or c`.
pub(crate) fn alternatives(words: &[&str]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} or {last}", all.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Access, CustomFieldType, Handling, LeadSource, MatchPolicy};

    #[test]
    fn every_word_is_parsed_and_an_unknown_one_is_refused_with_the_known_ones() {
        for access in Access::ALL {
            assert_eq!(access.to_string().parse(), Ok(access));
        }
        let refused = |result: Result<(), String>| result.unwrap_err();
        for (refusal, expected) in [
            (
                refused("Read".parse::<Access>().map(drop)),
                "`Read` is not an access level: use read, write or admin",
            ),
            (
                refused("".parse::<Handling>().map(drop)),
                "`` is not a kind of handling: use lenient or strict",
            ),
            (
                refused("x".parse::<MatchPolicy>().map(drop)),
                "`x` is not a policy: use phone, email, person, merge or reject",
            ),
            (
                refused("x".parse::<CustomFieldType>().map(drop)),
                "`x` is not a type: use any, text, number, boolean, date or select",
            ),
            (
                refused("x".parse::<LeadSource>().map(drop)),
                "`x` is not a lead source: use manual, api, webhook, facebook, instagram or import",
            ),
        ] {
            assert_eq!(refusal, expected);
        }
    }
}
