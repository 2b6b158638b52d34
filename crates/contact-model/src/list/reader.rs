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
        let sources = alternatives(&LeadSource::ALL.map(LeadSource::as_str));
        let filters = Filters {
            email: parameters.text("email", limits::EMAIL),
            phone: parameters.text("phone", limits::PHONE_NUMBER).map(parameter::phone_with_plus),
            tags: parameters.tags(),
            // A body stores an unknown value as `manual`. In a filter, that would return contacts that nobody
            // asked for.
            lead_source: parameters.read("lead_source", &sources, |word| word.parse().ok()),
            is_dnd: parameters.boolean("is_dnd"),
            has_phone: parameters.boolean("has_phone"),
            created_after: parameters.read("created_after", TIME, parameter::time),
            created_before: parameters.read("created_before", TIME, parameter::time),
            updated_after: parameters.read("updated_after", TIME, parameter::time),
            updated_before: parameters.read("updated_before", TIME, parameter::time),
            custom_fields: parameters.custom_fields(),
        };
        let search = parameters.search();
        let deleted = parameters.boolean("deleted").unwrap_or_default();
        let mut query = Self {
            sort: parameters.sort(deleted),
            filters,
            search,
            deleted,
            page_size: parameters.page_size(),
            cursor: None,
            count: parameters.boolean("count").unwrap_or_default(),
            include: parameters.include(),
        };
        parameters.check_deleted(&query);
        query.cursor = parameters.cursor(&query);
        query
    }
}

/// Reads the parameters that no other list has.
impl Parameters {
    /// Returns true if the text can be searched for. Otherwise reports what is wrong with it.
    fn is_text(&mut self, name: &str, value: &str, limit: usize) -> bool {
        let count = value.chars().count();
        if value.is_empty() {
            self.refuse(name, format!("{name} must not be empty."));
        } else if count > limit {
            self.refuse(name, format!("{name} takes at most {limit} characters; {count} were sent."));
        }
        (1..=limit).contains(&count)
    }

    fn text(&mut self, name: &'static str, limit: usize) -> Option<String> {
        let value = self.take_last(name)?;
        self.is_text(name, &value, limit).then_some(value)
    }

    fn tags(&mut self) -> BTreeSet<String> {
        let sent: BTreeSet<String> = self.take_all("tag").into_iter().collect();
        if sent.len() > limits::FILTER_TAGS {
            let limit = limits::FILTER_TAGS;
            self.refuse("tag", format!("tag may be sent at most {limit} times; it was {}.", sent.len()));
            return BTreeSet::new();
        }
        let is_tag = |tag: &String| self.has_no_nul("tag", tag) && self.is_text("tag", tag, limits::TAG);
        sent.into_iter().filter(is_tag).collect()
    }

    fn custom_fields(&mut self) -> BTreeMap<String, String> {
        let sent = self.take_bracketed("custom_fields[NAME]");
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

    fn search(&mut self) -> Search {
        // An empty search finds every contact, so that a form can send an empty field.
        let Some(text) = self.take_last("search").filter(|text| !text.is_empty()) else {
            return Search::default();
        };
        if !self.is_text("search", &text, limits::SEARCH) {
            return Search::default();
        }
        Search::parse(&text).unwrap_or_else(|too_many| {
            self.refuse("search", too_many.to_string());
            Search::default()
        })
    }

    /// Reads the order. Only deleted contacts have a deletion time, and no other index includes them.
    fn sort(&mut self, deleted: bool) -> Sort {
        let default = ContactQuery::default_sort(deleted);
        let sort: Sort = self.parsed("sort").unwrap_or(default);
        if (sort.key == SortKey::DeletedAt) == deleted {
            return sort;
        }
        let takes = if deleted {
            "with deleted=true, sort takes deleted_at and -deleted_at"
        } else {
            "only with deleted=true, sort takes deleted_at"
        };
        self.refuse("sort", format!("{takes}; `{sort}` was sent."));
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
            self.refuse(&name, format!("{name} cannot be combined with deleted=true."));
        }
    }

    /// Reads the cursor after all other parameters.
    fn cursor(&mut self, query: &ContactQuery) -> Option<Cursor> {
        let text = self.take_last("cursor")?;
        match Cursor::decode(&text, query) {
            Ok(cursor) => Some(cursor),
            // If another parameter is invalid, the requested list is unknown.
            Err(CursorError::OfAnotherList) if !self.are_valid() => None,
            Err(error) => {
                self.refuse("cursor", error.to_string());
                None
            }
        }
    }
}
