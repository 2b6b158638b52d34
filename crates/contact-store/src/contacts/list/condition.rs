//! The conditions that the contacts of a list must meet.

use std::slice;

use contact_model::search::SearchTerm;
use contact_model::{CustomFieldId, LeadSource, Timestamp};

use super::statement::Statement;
use crate::connection::Value;

/// Ends a subquery that checks one contact. The offset keeps PostgreSQL from turning it into a join and scanning
/// the joined table first.
const END_OF_SUBQUERY: &str = " LIMIT 1 OFFSET 0)";

/// A condition on the contacts of a list, with the keys that the databases compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Email(String),
    Phone(String),
    CustomField(CustomFieldId, String),
    /// Any of several keys. No index has the contacts of all these keys in one order.
    CustomFieldIn(CustomFieldId, Vec<String>),
    Tag(String),
    /// A word with one of several prefixes.
    Word(SearchTerm),
    Facets(Facets),
    Created(Period),
    Updated(Period),
}

/// The columns with few distinct values, which share an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Facets {
    pub(super) lead_source: Option<LeadSource>,
    pub(super) is_dnd: Option<bool>,
    pub(super) has_phone: Option<bool>,
}

/// A period of time. It includes `from` and excludes `before`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Period {
    pub(super) from: Option<Timestamp>,
    pub(super) before: Option<Timestamp>,
}

impl Facets {
    /// Returns every combination of values that these facets allow. Each has a value for every column.
    pub(super) fn combinations(self) -> Vec<Self> {
        let sources = self.lead_source.map_or_else(|| LeadSource::ALL.to_vec(), |source| vec![source]);
        let flags = |flag: Option<bool>| flag.map_or_else(|| vec![false, true], |flag| vec![flag]);
        let mut all = Vec::new();
        for &source in &sources {
            for is_dnd in flags(self.is_dnd) {
                for has_phone in flags(self.has_phone) {
                    all.push(Self {
                        lead_source: Some(source),
                        is_dnd: Some(is_dnd),
                        has_phone: Some(has_phone),
                    });
                }
            }
        }
        all
    }

    /// Writes the condition that the contact `c` has these values. The texts are constants of the contract.
    pub(super) fn write<'v>(self, statement: &mut Statement<'v>) {
        if let Some(source) = self.lead_source {
            statement.push(" AND c.lead_source = '").push(source.as_str()).push("'");
        }
        for (column, flag) in [("is_dnd", self.is_dnd), ("has_phone", self.has_phone)] {
            if let Some(flag) = flag {
                statement.push(" AND c.").push(column).push(if flag { " = TRUE" } else { " = FALSE" });
            }
        }
    }
}

impl Period {
    /// Writes the condition that the column is in the period.
    pub(super) fn write<'v>(self, column: &str, statement: &mut Statement<'v>) {
        for (limit, sign) in [(self.from, " >= "), (self.before, " < ")] {
            if let Some(at) = limit {
                statement.push(" AND ").push(column).push(sign).bind(Value::time(at));
            }
        }
    }
}

impl Condition {
    /// Returns the index of the table `contacts` that finds the matching contacts. `None` if another table finds
    /// them.
    pub(super) fn index(&self) -> Option<&'static str> {
        match self {
            Self::Email(_) => Some("contacts_by_email"),
            Self::Phone(_) => Some("contacts_by_phone"),
            Self::Facets(_) => Some("contacts_by_facets"),
            Self::Created(_) => Some("contacts_by_created"),
            Self::CustomField(..)
            | Self::CustomFieldIn(..)
            | Self::Tag(_)
            | Self::Word(_)
            | Self::Updated(_) => None,
        }
    }

    /// Writes the condition for the contact `c`.
    pub(super) fn write<'v>(&'v self, company: Value<'v>, statement: &mut Statement<'v>) {
        match self {
            Self::Email(key) => statement.push_with(" AND c.email_key = ?", [Value::text(key)]),
            Self::Phone(key) => statement.push_with(" AND c.phone_key = ?", [Value::text(key)]),
            Self::CustomField(field, key) => write_value(*field, slice::from_ref(key), company, statement),
            Self::CustomFieldIn(field, keys) => write_value(*field, keys, company, statement),
            Self::Tag(tag) => {
                statement.push_with(
                    " AND EXISTS (SELECT 1 FROM contact_tags t WHERE t.company_id = ? AND t.tag = ?",
                    [company, Value::text(tag)],
                );
                statement
                    .push(" AND t.created_at = c.created_at AND t.contact_id = c.id")
                    .push(END_OF_SUBQUERY);
            }
            Self::Word(term) => statement.push_term(term),
            Self::Facets(facets) => facets.write(statement),
            Self::Created(period) => period.write("c.created_at", statement),
            Self::Updated(period) => period.write("c.updated_at", statement),
        }
    }
}

/// Writes the condition that the contact `c` has a value with one of the keys for a field. PostgreSQL must not use the
/// index of the values, which would find all contacts with the value. So the subquery ends with an order that only the
/// primary key has. The contact is compared with `BETWEEN`, because with `=` PostgreSQL would ignore this order: all
/// rows would have the same contact.
fn write_value<'v>(
    field: CustomFieldId,
    keys: &'v [String],
    company: Value<'v>,
    statement: &mut Statement<'v>,
) {
    statement.push_with(" AND EXISTS (SELECT 1 FROM custom_field_values v WHERE v.company_id = ?", [company]);
    statement.push_either(" AND v.contact_id = c.id", " AND v.contact_id BETWEEN c.id AND c.id");
    statement.push_with(" AND v.field_id = ?", [Value::uuid(field)]);
    if let [key] = keys {
        statement.push_with(" AND v.value_key = ?", [Value::text(key)]);
    } else {
        statement.push(" AND v.value_key IN (");
        for (number, key) in keys.iter().enumerate() {
            statement.push_with(if number == 0 { "?" } else { ", ?" }, [Value::text(key)]);
        }
        statement.push(")");
    }
    statement.push_either("", " ORDER BY v.contact_id").push(END_OF_SUBQUERY);
}
