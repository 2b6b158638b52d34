//! Reads a request for a list of contacts and reports all invalid parameters at once. Extension.

use std::collections::{BTreeMap, BTreeSet};

use super::parameter::{self, TIME};
use super::{ContactQuery, Cursor, CursorError, Filters, Sort, SortKey};
use crate::parameters::Parameters;
use crate::search::Search;
use crate::string_enum::alternatives;
use crate::{LeadSource, limits};

impl ContactQuery {
    /// Reads the parameters of a list. Invalid values are noted in [`Parameters`]: values that the parameter
    /// does not accept, that contain a NUL (PostgreSQL does not store it), or that exceed a limit.
    pub fn read(parameters: &mut Parameters) -> Self {
        let mut values = Values(parameters);
        let filters = Filters {
            email: values.text("email", limits::EMAIL),
            phone: values.text("phone", limits::PHONE_NUMBER).map(parameter::phone_with_plus),
            tags: values.tags(),
            // A body stores an unknown value as `manual`. In a filter, that would return contacts that nobody
            // asked for.
            lead_source: values.lead_source(),
            is_dnd: values.0.boolean("is_dnd"),
            has_phone: values.0.boolean("has_phone"),
            created_after: values.0.read("created_after", TIME, parameter::time),
            created_before: values.0.read("created_before", TIME, parameter::time),
            updated_after: values.0.read("updated_after", TIME, parameter::time),
            updated_before: values.0.read("updated_before", TIME, parameter::time),
            custom_fields: values.custom_fields(),
        };
        let search = values.search();
        let deleted = values.0.boolean("deleted").unwrap_or_default();
        let mut query = Self {
            sort: values.sort(deleted),
            filters,
            search,
            deleted,
            page_size: values.0.page_size(),
            cursor: None,
            count: values.0.boolean("count").unwrap_or_default(),
            include: values.0.include(),
        };
        values.check_deleted(&query);
        query.cursor = values.cursor(&query);
        query
    }
}

/// Reads the parameters that no other list has.
struct Values<'p>(&'p mut Parameters);

impl Values<'_> {
    /// Returns true if the text can be searched for. Otherwise reports what is wrong with it.
    fn is_text(&mut self, name: &str, value: &str, limit: usize) -> bool {
        let checked = parameter::check_text(value, limit);
        if let Err(detail) = &checked {
            self.0.refuse(name, format!("{name} {detail}"));
        }
        checked.is_ok()
    }

    fn text(&mut self, name: &'static str, limit: usize) -> Option<String> {
        let value = self.0.take_last(name)?;
        self.is_text(name, &value, limit).then_some(value)
    }

    fn tags(&mut self) -> BTreeSet<String> {
        let sent: BTreeSet<String> = self.0.take_all("tag").into_iter().collect();
        if sent.len() > limits::FILTER_TAGS {
            let limit = limits::FILTER_TAGS;
            self.0.refuse("tag", format!("tag may be sent at most {limit} times; it was {}.", sent.len()));
            return BTreeSet::new();
        }
        let is_tag = |tag: &String| self.0.has_no_nul("tag", tag) && self.is_text("tag", tag, limits::TAG);
        sent.into_iter().filter(is_tag).collect()
    }

    fn custom_fields(&mut self) -> BTreeMap<String, String> {
        let sent = self.0.take_bracketed("custom_fields[NAME]");
        if sent.len() > limits::FILTER_CUSTOM_FIELDS {
            let (limit, count) = (limits::FILTER_CUSTOM_FIELDS, sent.len());
            let detail = format!("custom_fields takes at most {limit} fields; {count} were sent.");
            self.0.refuse("custom_fields", detail);
            return BTreeMap::new();
        }
        let mut fields = BTreeMap::new();
        for (field, value) in sent {
            let name = format!("custom_fields[{field}]");
            if !(self.0.has_no_nul(&name, &field) && self.0.has_no_nul(&name, &value)) {
                continue;
            }
            let count = field.chars().count();
            if !(1..=limits::CUSTOM_FIELD_NAME).contains(&count) {
                let limit = limits::CUSTOM_FIELD_NAME;
                let detail =
                    format!("The name of a custom field has 1 to {limit} characters; {count} were sent.");
                self.0.refuse(&name, detail);
            } else if value.len() > limits::CUSTOM_FIELD_VALUE {
                let (limit, bytes) = (limits::CUSTOM_FIELD_VALUE, value.len());
                self.0.refuse(&name, format!("{name} takes at most {limit} bytes; {bytes} were sent."));
            } else {
                fields.insert(field, value);
            }
        }
        fields
    }

    fn lead_source(&mut self) -> Option<LeadSource> {
        let word = self.0.take_last("lead_source")?;
        let parsed = word.parse().ok();
        if parsed.is_none() {
            let known = alternatives(&LeadSource::ALL.map(LeadSource::as_str));
            self.0.refuse("lead_source", format!("lead_source takes {known}; `{word}` was sent."));
        }
        parsed
    }

    fn search(&mut self) -> Search {
        // An empty search finds every contact, so that a form can send an empty field.
        let Some(text) = self.0.take_last("search").filter(|text| !text.is_empty()) else {
            return Search::default();
        };
        if !self.is_text("search", &text, limits::SEARCH) {
            return Search::default();
        }
        Search::parse(&text).unwrap_or_else(|too_many| {
            self.0.refuse("search", too_many.to_string());
            Search::default()
        })
    }

    /// Reads the order. Only deleted contacts have a deletion time, and no other index includes them.
    fn sort(&mut self, deleted: bool) -> Sort {
        let default = ContactQuery::default_sort(deleted);
        let sort: Sort = self.0.parsed("sort").unwrap_or(default);
        if (sort.key == SortKey::DeletedAt) == deleted {
            return sort;
        }
        let takes = if deleted {
            "with deleted=true, sort takes deleted_at and -deleted_at"
        } else {
            "only with deleted=true, sort takes deleted_at"
        };
        self.0.refuse("sort", format!("{takes}; `{sort}` was sent."));
        default
    }

    /// Refuses filters and a search in a list of deleted contacts, because no index supports them.
    fn check_deleted(&mut self, query: &ContactQuery) {
        if !query.deleted {
            return;
        }
        let filters =
            query.filters.to_pairs().into_iter().map(|(name, _)| name).collect::<BTreeSet<String>>();
        let search = (!query.search.is_empty()).then(|| "search".to_owned());
        for name in filters.into_iter().chain(search) {
            self.0.refuse(&name, format!("{name} cannot be combined with deleted=true."));
        }
    }

    /// Reads the cursor after all other parameters.
    fn cursor(&mut self, query: &ContactQuery) -> Option<Cursor> {
        let text = self.0.take_last("cursor")?;
        match Cursor::decode(&text, query) {
            Ok(cursor) => Some(cursor),
            // If another parameter is invalid, the requested list is unknown.
            Err(CursorError::OfAnotherList) if !self.0.are_valid() => None,
            Err(error) => {
                self.0.refuse("cursor", error.to_string());
                None
            }
        }
    }
}
