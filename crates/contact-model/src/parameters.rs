//! Reads the parameters of a query string one by one and reports all invalid ones at once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;

use crate::{Include, Violation, ViolationCode, Violations, limits};

/// The parameters of a query string, and the problems found so far.
///
/// The methods that read a parameter also register its name, so the operation takes exactly the parameters
/// that it reads. A parameter that was sent but not read is unknown, which is an error unless
/// [`Parameters::ignore_unknown`] removes it.
///
/// If a parameter is sent more than once, the last value is used, except that each `include` and each `tag`
/// adds to the previous ones. Documented: `pn` is a boolean. Decided: a value that its parameter does not
/// accept or that contains a NUL (PostgreSQL does not store it) is invalid, and all invalid parameters are
/// reported.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// The parameters that have not been read, in the order sent.
    unread: Vec<(String, String)>,
    /// The names of the parameters that the operation takes, sent or not.
    known: Vec<&'static str>,
    violations: Violations,
}

/// Collects the decoded pairs of a query string. Pairs with an empty name and an empty value, as in `?=`, are
/// skipped.
impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        let unread = pairs.filter(|(name, value)| !(name.is_empty() && value.is_empty())).collect();
        Self { unread, ..Self::default() }
    }
}

impl Parameters {
    /// Returns `read` if all parameters are valid.
    ///
    /// # Errors
    /// Returns all invalid parameters: first the invalid values in the order in which they were read, then
    /// the unknown parameters in the order in which they were sent.
    pub fn into_result<T>(mut self, read: T) -> Result<T, Violations> {
        for name in self.unknown().into_iter().take(limits::VIOLATIONS) {
            self.violations.push(unknown_parameter(&name, &self.known));
        }
        self.violations.into_result(read)
    }

    /// Returns true if there are parameters that have not been read.
    pub fn has_unknown(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Removes the unknown parameters and returns their names.
    pub fn ignore_unknown(&mut self) -> Vec<String> {
        let names = self.unknown();
        self.unread.clear();
        names
    }

    /// Returns the name of each unknown parameter once.
    fn unknown(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let names = self.unread.iter().map(|(name, _)| name).filter(|name| seen.insert(name.as_str()));
        names.cloned().collect()
    }

    /// Reads `true` or `false`, in any case (decided).
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        self.read(name, "true or false", boolean)
    }

    /// Reads `page_size`: an integer from 1 to [`limits::PAGE_SIZE`]. The default is
    /// [`limits::DEFAULT_PAGE_SIZE`].
    pub fn page_size(&mut self) -> u16 {
        self.size("page_size")
    }

    /// Reads the size of a page from a parameter with this name.
    pub(crate) fn size(&mut self, name: &'static str) -> u16 {
        let takes = format!("a whole number from 1 to {}", limits::PAGE_SIZE);
        let size = |text: &str| text.parse().ok().filter(|size| (1..=limits::PAGE_SIZE).contains(size));
        self.read(name, &takes, size).unwrap_or(limits::DEFAULT_PAGE_SIZE)
    }

    /// Reads all values of `include` until an invalid one.
    pub fn include(&mut self) -> Include {
        let mut include = Include::default();
        for list in self.take_all("include") {
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

    /// Reads a value with its `FromStr` implementation, whose error becomes the message.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, name: &'static str) -> Option<T> {
        let parsed = self.take_last(name)?.parse();
        parsed.map_err(|bad: T::Err| self.refuse(name, bad.to_string())).ok()
    }

    /// Reads a parameter with `read`. `takes` describes the accepted values in the error message.
    pub(crate) fn read<T>(
        &mut self,
        name: &'static str,
        takes: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.take_last(name)?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(name, format!("{name} takes {takes}; `{value}` was sent."));
        }
        read
    }

    /// Takes the last value of a parameter. Returns `None` if it was not sent or contains a NUL.
    pub(crate) fn take_last(&mut self, name: &'static str) -> Option<String> {
        let value = self.take_all(name).pop()?;
        self.has_no_nul(name, &value).then_some(value)
    }

    /// Takes all values of a parameter, in the order sent.
    pub(crate) fn take_all(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        self.unread.extract_if(.., |(sent, _)| sent == name).map(|(_, value)| value).collect()
    }

    /// Takes all parameters of the form `name[key]` and returns their values by key. `form` is the form for
    /// messages, such as `custom_fields[NAME]`.
    pub(crate) fn take_bracketed(&mut self, form: &'static str) -> BTreeMap<String, String> {
        self.known.push(form);
        let inner = |sent: &str| -> Option<String> {
            Some(sent.strip_prefix(base(form))?.strip_prefix('[')?.strip_suffix(']')?.to_owned())
        };
        let taken = self.unread.extract_if(.., |(sent, _)| inner(sent).is_some());
        taken.filter_map(|(sent, value)| Some((inner(&sent)?, value))).collect()
    }

    /// Returns true if the value contains no NUL. Otherwise reports it.
    pub(crate) fn has_no_nul(&mut self, name: &str, value: &str) -> bool {
        let has_nul = value.contains('\0');
        if has_nul {
            self.refuse(name, format!("{name} must not contain a NUL."));
        }
        !has_nul
    }

    pub(crate) fn refuse(&mut self, name: &str, detail: String) {
        self.violations.report(name, ViolationCode::InvalidValue, detail);
    }

    /// Returns true if every parameter that was read so far is valid.
    pub(crate) fn are_valid(&self) -> bool {
        self.violations.is_empty()
    }
}

/// Describes a parameter that the operation does not take.
fn unknown_parameter(name: &str, known: &[&str]) -> Violation {
    let name: String = name.chars().take(limits::IGNORED_FIELD_NAME).collect();
    let detail = match nearest(&name, known) {
        Some(near) => format!("This operation takes no parameter `{name}`; did you mean `{near}`?"),
        None if known.is_empty() => format!("This operation takes no parameters; `{name}` was sent."),
        None => format!("This operation takes no parameter `{name}`. It takes {}.", known.join(", ")),
    };
    Violation::new(name, ViolationCode::UnknownParameter, detail)
}

/// Returns the known name that the sender probably meant: one that begins with the sent name or is its
/// beginning, or one that differs only by a few typing errors.
fn nearest<'k>(sent: &str, known: &[&'k str]) -> Option<&'k str> {
    let spelled = base(sent).to_lowercase().replace('-', "_");
    let is_part = |name: &str| {
        spelled.len().min(name.len()) >= 3 && (name.starts_with(&spelled) || spelled.starts_with(name))
    };
    let rated = known.iter().map(|&known| {
        let name = base(known);
        (if is_part(name) { 0 } else { strsim::osa_distance(&spelled, name) }, known)
    });
    let (errors, name) = rated.min_by_key(|(errors, _)| *errors)?;
    let most = (spelled.chars().count() / 3).max(1);
    (errors <= most).then_some(name)
}

/// Returns a parameter's name without the part in brackets.
fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or_default()
}

/// Parses `true` or `false`, in any case.
fn boolean(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&'static str, &str)]) -> Parameters {
        pairs.iter().copied().collect()
    }

    #[test]
    fn booleans_and_numbers_are_read_strictly() {
        let read = |name: &'static str, value: &str| {
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
    fn the_last_value_of_a_repeated_parameter_is_used() {
        let mut parameters =
            sent(&[("page_size", "0"), ("pn", "perhaps"), ("page_size", "7"), ("pn", "TRUE")]);
        let read = (parameters.page_size(), parameters.boolean("pn"));
        assert_eq!(parameters.into_result(read), Ok((7, Some(true))));
    }

    #[test]
    fn every_invalid_parameter_is_reported_and_unknown_ones_come_last() {
        let mut parameters =
            sent(&[("utm_source", "\0"), ("include", "nothing"), ("page_size", "201"), ("cursor", "\0")]);
        let _ = (
            parameters.page_size(),
            parameters.parsed::<crate::ThreadCursor>("cursor"),
            parameters.include(),
        );
        let named = |bad: &Violations| -> Vec<String> {
            bad.as_slice().iter().map(|bad| bad.pointer.clone()).collect()
        };
        let violations = parameters.clone().into_result(()).unwrap_err();
        assert_eq!(named(&violations), ["page_size", "cursor", "include", "utm_source"]);
        assert_eq!(parameters.ignore_unknown(), ["utm_source"]);
        assert_eq!(named(&parameters.into_result(()).unwrap_err()), ["page_size", "cursor", "include"]);
    }

    #[test]
    fn an_unknown_parameter_is_reported_once_with_the_most_similar_name() {
        let mut parameters = sent(&[("tga", "a"), ("tga", "b"), ("", ""), ("utm_source", "x"), ("", "x")]);
        assert_eq!(parameters.take_all("tag"), Vec::<String>::new());
        let _ = (parameters.boolean("erase"), parameters.take_bracketed("custom_fields[NAME]"));
        let bad = parameters.into_result(()).unwrap_err().into_vec();
        assert!(bad.iter().all(|bad| bad.code == ViolationCode::UnknownParameter));
        let details: Vec<&str> = bad.iter().map(|bad| bad.detail.as_str()).collect();
        assert_eq!(
            details,
            [
                "This operation takes no parameter `tga`; did you mean `tag`?",
                "This operation takes no parameter `utm_source`. It takes tag, erase, custom_fields[NAME].",
                "This operation takes no parameter ``. It takes tag, erase, custom_fields[NAME].",
            ]
        );
    }

    #[test]
    fn most_similar_name_is_found_for_common_mistakes() {
        let known = ["email", "tag", "created_after", "custom_fields[NAME]", "page_size", "erase", "count"];
        for (sent, near) in [
            ("tga", Some("tag")),
            ("tags", Some("tag")),
            ("Tag", Some("tag")),
            ("erased", Some("erase")),
            ("created", Some("created_after")),
            ("page-size", Some("page_size")),
            ("pageSize", Some("page_size")),
            ("custom_field[Plan]", Some("custom_fields[NAME]")),
            ("custom_fields[Plan", Some("custom_fields[NAME]")),
            ("utm_source", None),
            ("q", None),
            ("", None),
            ("ü", None),
        ] {
            assert_eq!(nearest(sent, &known), near, "{sent}");
        }
        assert_eq!(nearest("tag", &[]), None);
    }
}
