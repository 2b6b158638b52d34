//! What a list asks of its contacts, one condition each.

use contact_model::search::SearchTerm;
use contact_model::{CustomFieldId, LeadSource, Timestamp};

use super::statement::Statement;
use crate::connection::Value;

/// Ends a question about a contact. The offset keeps PostgreSQL from making a join of it and walking that
/// from the other end.
const ONLY_ASKED: &str = " LIMIT 1 OFFSET 0)";

/// One thing that a list asks of its contacts, with the keys that the databases compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Email(String),
    Phone(String),
    CustomField(CustomFieldId, String),
    /// Any of several keys: no index has the contacts of all of them in one order.
    CustomFieldAmong(CustomFieldId, Vec<String>),
    Tag(String),
    /// A word that begins in one of several ways.
    Word(SearchTerm),
    Facets(Facets),
    Created(Period),
    Updated(Period),
}

/// The columns of few values, which share an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Facets {
    pub(super) lead_source: Option<LeadSource>,
    pub(super) is_dnd: Option<bool>,
    pub(super) has_phone: Option<bool>,
}

/// From a time on, and until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Period {
    pub(super) from: Option<Timestamp>,
    pub(super) before: Option<Timestamp>,
}

impl Facets {
    pub(super) fn is_any(self) -> bool {
        self == Self::default()
    }

    /// Every combination of values that has these, in which none is open.
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

    /// Asks for them of the contact `c`. The words are the contract's own.
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
    pub(super) fn is_any(self) -> bool {
        self == Self::default()
    }

    /// Asks for it of a column.
    pub(super) fn write<'v>(self, column: &str, statement: &mut Statement<'v>) {
        for (limit, sign) in [(self.from, " >= "), (self.before, " < ")] {
            if let Some(at) = limit {
                statement.push(" AND ").push(column).push(sign).bind(Value::time(at));
            }
        }
    }
}

impl Condition {
    /// The index over contacts that finds the contacts it fits; of the others it is a table's own.
    pub(super) fn index(&self) -> Option<&'static str> {
        match self {
            Self::Email(_) => Some("contacts_by_email"),
            Self::Phone(_) => Some("contacts_by_phone"),
            Self::Facets(_) => Some("contacts_by_facets"),
            Self::Created(_) => Some("contacts_by_created"),
            Self::CustomField(..)
            | Self::CustomFieldAmong(..)
            | Self::Tag(_)
            | Self::Word(_)
            | Self::Updated(_) => None,
        }
    }

    /// Asks for it of the contact `c`.
    pub(super) fn write<'v>(&'v self, company: Value<'v>, statement: &mut Statement<'v>) {
        match self {
            Self::Email(key) => {
                statement.push(" AND c.email_key = ").bind(Value::text(key));
            }
            Self::Phone(key) => {
                statement.push(" AND c.phone_key = ").bind(Value::text(key));
            }
            Self::CustomField(field, key) => {
                write_value(*field, company, statement);
                statement.push(" AND v.value_key = ").bind(Value::text(key)).push(ONLY_ASKED);
            }
            Self::CustomFieldAmong(field, keys) => {
                write_value(*field, company, statement);
                for (number, key) in keys.iter().enumerate() {
                    statement.push(if number == 0 { " AND v.value_key IN (" } else { ", " });
                    statement.bind(Value::text(key));
                }
                statement.push(")").push(ONLY_ASKED);
            }
            Self::Tag(tag) => {
                statement
                    .push(" AND EXISTS (SELECT 1 FROM contact_tags t WHERE t.company_id = ")
                    .bind(company)
                    .push(" AND t.tag = ")
                    .bind(Value::text(tag))
                    .push(" AND t.created_at = c.created_at AND t.contact_id = c.id")
                    .push(ONLY_ASKED);
            }
            Self::Word(term) => statement.push_term(term),
            Self::Facets(facets) => facets.write(statement),
            Self::Created(period) => period.write("c.created_at", statement),
            Self::Updated(period) => period.write("c.updated_at", statement),
        }
    }
}

/// Begins to ask for the value that the contact `c` has of a field.
fn write_value<'v>(field: CustomFieldId, company: Value<'v>, statement: &mut Statement<'v>) {
    statement
        .push(" AND EXISTS (SELECT 1 FROM custom_field_values v WHERE v.company_id = ")
        .bind(company)
        .push(" AND v.contact_id = c.id AND v.field_id = ")
        .bind(Value::uuid(field));
}
