//! Reading a request for a list of contacts, all bad parameters at once. Extension.

use std::collections::{BTreeMap, BTreeSet};

use super::parameter::{self, BOOLEAN, LEAD_SOURCE, TIME};
use super::{ContactQuery, Cursor, CursorError, Filters, Sort};
use crate::search::query_words;
use crate::{Include, Violation, ViolationCode, Violations, limits};

/// Reads the parameters of a query string as a [`ContactQuery`]. Extension.
///
/// Unknown parameters are ignored. Where one is sent more than once the last counts, except that
/// each `tag` and each `include` adds to the ones before.
#[derive(Debug, Clone, Default)]
pub struct ContactQueryReader {
    single: BTreeMap<&'static str, String>,
    tags: BTreeSet<String>,
    custom_fields: BTreeMap<String, String>,
    includes: Vec<String>,
}

/// The parameters that have one value.
const SINGLE: [&str; 14] = [
    "email",
    "phone",
    "lead_source",
    "is_dnd",
    "has_phone",
    "created_after",
    "created_before",
    "updated_after",
    "updated_before",
    "search",
    "sort",
    "page_size",
    "count",
    "cursor",
];

impl ContactQueryReader {
    /// Takes one decoded pair of the query string.
    pub fn take(&mut self, name: &str, value: &str) {
        if let Some(known) = SINGLE.into_iter().find(|&known| known == name) {
            self.single.insert(known, value.to_owned());
        } else if name == "tag" {
            self.tags.insert(value.to_owned());
        } else if name == "include" {
            self.includes.push(value.to_owned());
        } else if let Some(field) =
            name.strip_prefix("custom_fields[").and_then(|rest| rest.strip_suffix(']'))
        {
            self.custom_fields.insert(field.to_owned(), value.to_owned());
        }
    }

    /// The request that the parameters make.
    ///
    /// # Errors
    /// The bad parameters, all of them: a value that its parameter does not take, that holds a NUL
    /// (PostgreSQL has none), or that is over a limit.
    pub fn finish(self) -> Result<ContactQuery, Violations> {
        let mut values = Values { single: self.single, violations: Violations::new() };
        let filters = Filters {
            email: values.text("email", limits::EMAIL),
            phone: values.text("phone", limits::PHONE_NUMBER).map(parameter::phone_with_plus),
            tags: values.tags(self.tags),
            lead_source: values.read("lead_source", LEAD_SOURCE, parameter::lead_source),
            is_dnd: values.read("is_dnd", BOOLEAN, parameter::boolean),
            has_phone: values.read("has_phone", BOOLEAN, parameter::boolean),
            created_after: values.read("created_after", TIME, parameter::time),
            created_before: values.read("created_before", TIME, parameter::time),
            updated_after: values.read("updated_after", TIME, parameter::time),
            updated_before: values.read("updated_before", TIME, parameter::time),
            custom_fields: values.custom_fields(self.custom_fields),
        };
        let pages = format!("a whole number from 1 to {}", limits::PAGE_SIZE);
        let mut query = ContactQuery {
            filters,
            search: values.search(),
            sort: values.sort(),
            page_size: values
                .read("page_size", &pages, parameter::page_size)
                .unwrap_or(limits::DEFAULT_PAGE_SIZE),
            cursor: None,
            count: values.read("count", BOOLEAN, parameter::boolean).unwrap_or_default(),
            include: values.include(&self.includes),
        };
        query.cursor = values.cursor(&query);
        values.violations.into_result(query)
    }
}

/// The values of single parameters, and what was wrong with those read so far.
struct Values {
    single: BTreeMap<&'static str, String>,
    violations: Violations,
}

impl Values {
    fn refuse(&mut self, name: &str, detail: String) {
        self.violations.push(Violation::new(name, ViolationCode::InvalidValue, detail));
    }

    /// True where the value holds no NUL; else that is refused.
    fn has_no_nul(&mut self, name: &str, value: &str) -> bool {
        let has_nul = value.contains('\0');
        if has_nul {
            self.refuse(name, format!("{name} must not hold a NUL."));
        }
        !has_nul
    }

    /// The value that was sent for a parameter, where it may be read.
    fn sent(&mut self, name: &str) -> Option<String> {
        let value = self.single.remove(name)?;
        self.has_no_nul(name, &value).then_some(value)
    }

    /// Reads a parameter; `takes` says in words what `read` does.
    fn read<T>(&mut self, name: &str, takes: &str, read: fn(&str) -> Option<T>) -> Option<T> {
        let value = self.sent(name)?;
        let read = read(&value);
        if read.is_none() {
            self.refuse(name, format!("{name} takes {takes}; `{value}` was sent."));
        }
        read
    }

    /// True where a text can be searched for; else what is wrong with it is refused.
    fn is_text(&mut self, name: &str, value: &str, limit: usize) -> bool {
        let checked = parameter::check_text(value, limit);
        if let Err(detail) = &checked {
            self.refuse(name, format!("{name} {detail}"));
        }
        checked.is_ok()
    }

    fn text(&mut self, name: &str, limit: usize) -> Option<String> {
        let value = self.sent(name)?;
        self.is_text(name, &value, limit).then_some(value)
    }

    fn tags(&mut self, sent: BTreeSet<String>) -> BTreeSet<String> {
        if sent.len() > limits::FILTER_TAGS {
            let limit = limits::FILTER_TAGS;
            self.refuse("tag", format!("tag may be sent at most {limit} times; it was {}.", sent.len()));
            return BTreeSet::new();
        }
        let is_tag = |tag: &String| self.has_no_nul("tag", tag) && self.is_text("tag", tag, limits::TAG);
        sent.into_iter().filter(is_tag).collect()
    }

    fn custom_fields(&mut self, sent: BTreeMap<String, String>) -> BTreeMap<String, String> {
        if sent.len() > limits::FILTER_CUSTOM_FIELDS {
            let (limit, count) = (limits::FILTER_CUSTOM_FIELDS, sent.len());
            let detail = format!("custom_fields takes at most {limit} fields; {count} were sent.");
            self.refuse("custom_fields", detail);
            return BTreeMap::new();
        }
        let mut fields = BTreeMap::new();
        for (field, value) in sent {
            let name = format!("custom_fields[{field}]");
            if !(self.has_no_nul(&name, &field) && self.has_no_nul(&name, &value)) {
                continue;
            }
            let count = field.chars().count();
            if !(1..=limits::CUSTOM_FIELD_NAME).contains(&count) {
                let limit = limits::CUSTOM_FIELD_NAME;
                let detail =
                    format!("The name of a custom field has 1 to {limit} characters; {count} were sent.");
                self.refuse(&name, detail);
            } else if value.len() > limits::CUSTOM_FIELD_VALUE {
                let (limit, bytes) = (limits::CUSTOM_FIELD_VALUE, value.len());
                self.refuse(&name, format!("{name} takes at most {limit} bytes; {bytes} were sent."));
            } else {
                fields.insert(field, value);
            }
        }
        fields
    }

    fn search(&mut self) -> Vec<String> {
        // An empty search finds everything, so that a form may send one.
        let Some(text) = self.sent("search").filter(|text| !text.is_empty()) else { return Vec::new() };
        if !self.is_text("search", &text, limits::SEARCH) {
            return Vec::new();
        }
        query_words(&text).unwrap_or_else(|too_many| {
            self.refuse("search", too_many.to_string());
            Vec::new()
        })
    }

    fn sort(&mut self) -> Sort {
        let parsed = self.sent("sort").map(|text| text.parse()).transpose();
        parsed.map(Option::unwrap_or_default).unwrap_or_else(|unknown: super::UnknownSort| {
            self.refuse("sort", unknown.to_string());
            Sort::default()
        })
    }

    fn include(&mut self, sent: &[String]) -> Include {
        let mut include = Include::default();
        for list in sent {
            if !self.has_no_nul("include", list) {
                break;
            }
            if let Err(unknown) = include.add(list) {
                self.refuse("include", unknown.to_string());
                break;
            }
        }
        include
    }

    /// Reads the cursor of a list that is otherwise read.
    fn cursor(&mut self, query: &ContactQuery) -> Option<Cursor> {
        let text = self.sent("cursor")?;
        match Cursor::decode(&text, query) {
            Ok(cursor) => Some(cursor),
            // Which list was meant is not known where another parameter is bad.
            Err(CursorError::OfAnotherList) if !self.violations.is_empty() => None,
            Err(error) => {
                self.refuse("cursor", error.to_string());
                None
            }
        }
    }
}
