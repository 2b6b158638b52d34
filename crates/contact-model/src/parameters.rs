//! The parameters of a query string: read one by one, and what is wrong with them told all at once.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::{Include, Violation, ViolationCode, Violations, limits};

/// The parameters of a query string, and what was wrong with those read so far.
///
/// One that no one reads is ignored. Where one is sent more than once the last counts, except that each
/// `include` adds to the ones before. Decided, as all of it is but `pn`'s being a boolean: a value that its
/// parameter does not take, or that holds a NUL (PostgreSQL has none), is bad, and every bad one is told.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    single: BTreeMap<String, String>,
    includes: Vec<String>,
    violations: Violations,
}

impl Parameters {
    /// Takes one decoded pair of the query string.
    pub fn take(&mut self, name: &str, value: &str) {
        if name == "include" {
            self.includes.push(value.to_owned());
        } else {
            self.single.insert(name.to_owned(), value.to_owned());
        }
    }

    /// What was read of them.
    ///
    /// # Errors
    /// The bad parameters, all of them, in the order in which they were read.
    pub fn into_result<T>(self, read: T) -> Result<T, Violations> {
        self.violations.into_result(read)
    }

    /// Reads `true` or `false` in any case (decided).
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        self.read(name, "true or false", boolean)
    }

    /// Reads `page_size`: a whole number from 1 to [`limits::PAGE_SIZE`], [`limits::DEFAULT_PAGE_SIZE`] where
    /// it was not sent.
    pub fn page_size(&mut self) -> u16 {
        let takes = format!("a whole number from 1 to {}", limits::PAGE_SIZE);
        let size = |text: &str| text.parse().ok().filter(|size| (1..=limits::PAGE_SIZE).contains(size));
        self.read("page_size", &takes, size).unwrap_or(limits::DEFAULT_PAGE_SIZE)
    }

    /// Reads every `include` that was sent, up to a bad one.
    pub fn include(&mut self) -> Include {
        let mut include = Include::default();
        for list in std::mem::take(&mut self.includes) {
            if !self.has_no_nul("include", &list) {
                break;
            }
            if let Err(unknown) = include.add(&list) {
                self.refuse("include", unknown.to_string());
                break;
            }
        }
        include
    }

    /// Reads a value of a type that knows its own words, and says itself what is wrong with another one.
    pub fn word<T: FromStr<Err: Display>>(&mut self, name: &str) -> Option<T> {
        let parsed = self.sent(name)?.parse();
        parsed.map_err(|bad: T::Err| self.refuse(name, bad.to_string())).ok()
    }

    /// Reads a parameter; `takes` says in words what `read` does.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        takes: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.sent(name)?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(name, format!("{name} takes {takes}; `{value}` was sent."));
        }
        read
    }

    /// The value that was sent for a parameter, where it may be read.
    pub(crate) fn sent(&mut self, name: &str) -> Option<String> {
        let value = self.single.remove(name)?;
        self.has_no_nul(name, &value).then_some(value)
    }

    /// True where the value holds no NUL; else that is refused.
    pub(crate) fn has_no_nul(&mut self, name: &str, value: &str) -> bool {
        let has_nul = value.contains('\0');
        if has_nul {
            self.refuse(name, format!("{name} must not hold a NUL."));
        }
        !has_nul
    }

    pub(crate) fn refuse(&mut self, name: &str, detail: String) {
        self.violations.push(Violation::new(name, ViolationCode::InvalidValue, detail));
    }

    /// True while every parameter that was read is good.
    pub(crate) fn are_good(&self) -> bool {
        self.violations.is_empty()
    }
}

/// `true` or `false` in any case.
fn boolean(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Parameters {
        let mut parameters = Parameters::default();
        pairs.iter().for_each(|(name, value)| parameters.take(name, value));
        parameters
    }

    #[test]
    fn words_and_numbers_are_read_strictly() {
        let read = |name: &str, value: &str| {
            let mut parameters = sent(&[(name, value)]);
            let read = (parameters.boolean("pn"), parameters.page_size());
            parameters.into_result(read).ok()
        };
        assert_eq!(read("pn", "TRUE"), Some((Some(true), limits::DEFAULT_PAGE_SIZE)));
        assert_eq!(read("pn", "false"), Some((Some(false), limits::DEFAULT_PAGE_SIZE)));
        assert_eq!((read("page_size", "1"), read("page_size", "200")), (Some((None, 1)), Some((None, 200))));
        for bad in ["1", "", " true", "t"] {
            assert_eq!(read("pn", bad), None, "{bad}");
        }
        for bad in ["0", "201", "-1", "70000", "ten", "1.0", " 1", ""] {
            assert_eq!(read("page_size", bad), None, "{bad}");
        }
    }

    #[test]
    fn of_one_that_is_sent_twice_the_last_counts() {
        let mut parameters =
            sent(&[("page_size", "0"), ("pn", "perhaps"), ("page_size", "7"), ("pn", "TRUE")]);
        let read = (parameters.page_size(), parameters.boolean("pn"));
        assert_eq!(parameters.into_result(read), Ok((7, Some(true))));
    }

    #[test]
    fn every_bad_one_is_told_and_the_others_are_ignored() {
        let mut parameters =
            sent(&[("include", "nothing"), ("page_size", "201"), ("cursor", "\0"), ("utm_source", "\0")]);
        let _ =
            (parameters.page_size(), parameters.word::<crate::ThreadCursor>("cursor"), parameters.include());
        let told = parameters.into_result(()).unwrap_err();
        let named: Vec<&str> = told.as_slice().iter().map(|bad| bad.pointer.as_str()).collect();
        assert_eq!(named, ["page_size", "cursor", "include"]);
    }
}
