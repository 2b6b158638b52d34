//! The way through a list: over an index in the list's order where there is one.

use contact_model::ContactId;
use contact_model::list::{Cursor, Sort, SortKey, SortValue};

use super::condition::{Condition, Facets};
use super::statement::Statement;
use crate::StoreError;
use crate::connection::{Connection, Dialect, Value};
use crate::contacts::record::{ContactRecord, contact_columns};

/// The way through a list.
#[derive(Clone, Copy)]
pub(super) struct Walk<'v> {
    pub(super) company: Value<'v>,
    pub(super) sort: Sort,
    /// What is asked of each contact.
    pub(super) conditions: &'v [Condition],
    /// The condition whose index is walked; without one it is that of the order.
    pub(super) driver: Option<usize>,
}

/// A part of a list: contacts without a value to sort by come last, either way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    WithValue,
    WithoutValue,
}

/// Where a part begins, and which way it goes.
#[derive(Clone, Copy)]
pub(super) struct Start<'v> {
    pub(super) part: Part,
    /// Behind this contact, in the direction of the walk.
    pub(super) behind: Option<(Value<'v>, ContactId)>,
    /// Not beyond this one; of the part without values it is the id that counts.
    pub(super) until: Option<(Value<'v>, ContactId)>,
    pub(super) descending: bool,
    pub(super) rows: usize,
}

/// What a walk sorts by: two columns.
#[derive(Clone, Copy)]
struct Order {
    value: &'static str,
    id: &'static str,
}

/// What tells when contacts changed last.
const CHANGES: Order = Order { value: "h.updated_at", id: "h.contact_id" };

impl<'v> Walk<'v> {
    /// Reads contacts in the order of the walk, which is the list's, or the other way round where the
    /// cursor says so.
    pub(super) async fn read<C: Connection>(
        &self,
        connection: &mut C,
        cursor: Option<&'v Cursor>,
        rows: usize,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        let mut records = Vec::new();
        for start in self.starts(cursor, rows) {
            let start = Start { rows: rows - records.len(), ..start };
            let statement = self.statement(C::DIALECT, start);
            records.extend(statement.query(connection, ContactRecord::read).await?);
            if records.len() >= rows {
                break;
            }
        }
        Ok(records)
    }

    /// The parts of the list from the cursor on, in the order of the walk.
    pub(super) fn starts(&self, cursor: Option<&'v Cursor>, rows: usize) -> Vec<Start<'v>> {
        let backward = cursor.is_some_and(|cursor| cursor.backward);
        let mut parts = match self.sort.key {
            SortKey::CreatedAt | SortKey::UpdatedAt => vec![Part::WithValue],
            SortKey::LastActivity | SortKey::Name => vec![Part::WithValue, Part::WithoutValue],
        };
        if backward {
            parts.reverse();
        }
        let value = cursor.and_then(|cursor| value_of(&cursor.value));
        let first = cursor.map(|_| if value.is_some() { Part::WithValue } else { Part::WithoutValue });
        let left = parts.into_iter().skip_while(|part| first.is_some_and(|first| first != *part));
        let start = |part| {
            let here = cursor.filter(|_| first == Some(part));
            let behind = here.map(|cursor| (value.unwrap_or(Value::Text(None)), cursor.id));
            Start { part, behind, until: None, descending: self.sort.descending != backward, rows }
        };
        left.map(start).collect()
    }

    /// Counts the contacts of the whole list.
    pub(super) async fn count<C: Connection>(&self, connection: &mut C) -> Result<u64, StoreError> {
        let mut statement = Statement::new(C::DIALECT);
        match self.driver {
            None => {
                statement.push("SELECT count(*) FROM contacts c WHERE c.company_id = ").bind(self.company);
            }
            Some(driver) => {
                self.write_matches(driver, &mut statement);
                statement.push(" SELECT count(*) FROM matches d").push_contact_of(self.company, "d.id");
                statement.push(" WHERE c.company_id = ").bind(self.company).push(" AND c.id = d.id");
            }
        }
        statement.push(" AND c.deleted_at IS NULL");
        self.write_conditions(self.driver, &mut statement);
        let rows = statement.query(connection, |row| row.integer(0)).await?;
        Ok(rows.first().and_then(|rows| u64::try_from(*rows).ok()).unwrap_or_default())
    }

    pub(super) fn statement(&self, dialect: Dialect, start: Start<'v>) -> Statement<'v> {
        let mut statement = Statement::new(dialect);
        let driver = self.driver.map(|index| &self.conditions[index]);
        match (self.sort.key, driver) {
            (SortKey::CreatedAt, Some(Condition::Facets(facets))) => {
                self.write_facets(*facets, start, &mut statement);
            }
            (SortKey::CreatedAt, Some(Condition::Tag(tag))) => {
                let order = Order { value: "t.created_at", id: "t.contact_id" };
                self.write_head("contact_tags t", order, "t.company_id", &mut statement);
                statement.push(" AND t.tag = ").bind(Value::text(tag));
                self.write_joined(order, start, &mut statement);
            }
            (SortKey::CreatedAt, Some(Condition::CustomField(field, key))) => {
                let order = Order { value: "v.created_at", id: "v.contact_id" };
                self.write_head("custom_field_values v", order, "v.company_id", &mut statement);
                statement.push(" AND v.field_id = ").bind(Value::uuid(*field));
                statement.push(" AND v.value_key = ").bind(Value::text(key));
                self.write_joined(order, start, &mut statement);
            }
            (SortKey::UpdatedAt, None) => {
                self.write_head("contact_changes h", CHANGES, "h.company_id", &mut statement);
                self.write_period(&mut statement);
                self.write_joined(CHANGES, start, &mut statement);
            }
            (SortKey::CreatedAt, None | Some(Condition::Email(_) | Condition::Phone(_)))
            | (SortKey::LastActivity | SortKey::Name, None) => {
                Self::write_columns(&mut statement);
                statement.push_contacts(self.index());
                self.write_company("c.company_id", &mut statement);
                self.write_conditions(None, &mut statement);
                self.write_part(self.order(), start, &mut statement);
            }
            (_, Some(_)) => self.write_sorted(start, &mut statement),
        }
        statement
    }

    /// The places of the contacts in the list's order, whatever is asked of them beside when they were made or
    /// changed where the list sorts by that.
    pub(super) fn write_places(&self, start: Start<'v>, statement: &mut Statement<'v>) {
        let order = if self.sort.key == SortKey::UpdatedAt { CHANGES } else { self.order() };
        statement.push("SELECT ").push(order.value).push(", ").push(order.id).push(" FROM ");
        if self.sort.key == SortKey::UpdatedAt {
            statement.push("contact_changes h WHERE h.company_id = ").bind(self.company);
        } else {
            statement.push_contacts(self.index());
            self.write_company("c.company_id", statement);
        }
        self.write_period(statement);
        self.write_part(order, start, statement);
    }

    /// The period that bounds the list's own order.
    fn write_period(&self, statement: &mut Statement<'v>) {
        for condition in self.conditions {
            match (self.sort.key, condition) {
                (SortKey::UpdatedAt, Condition::Updated(period)) => period.write(CHANGES.value, statement),
                (SortKey::CreatedAt, Condition::Created(period)) => period.write("c.created_at", statement),
                _ => {}
            }
        }
    }

    /// The columns of contacts that the list sorts by.
    fn order(&self) -> Order {
        let value = match self.sort.key {
            SortKey::CreatedAt => "c.created_at",
            SortKey::UpdatedAt => "c.updated_at",
            SortKey::LastActivity => "c.last_activity",
            SortKey::Name => "c.name_key",
        };
        Order { value, id: "c.id" }
    }

    /// The index over contacts that is walked.
    fn index(&self) -> &'static str {
        let own = match self.sort.key {
            SortKey::LastActivity => "contacts_by_activity",
            SortKey::Name => "contacts_by_name",
            SortKey::CreatedAt | SortKey::UpdatedAt => "contacts_by_created",
        };
        self.driver.and_then(|index| self.conditions[index].index()).unwrap_or(own)
    }

    fn write_columns(statement: &mut Statement<'v>) {
        statement.push(concat!("SELECT ", contact_columns!(), " FROM "));
    }

    fn write_company(&self, company: &str, statement: &mut Statement<'v>) {
        statement.push(" WHERE c.deleted_at IS NULL AND ").push(company).push(" = ").bind(self.company);
    }

    /// The contacts that the rows of another table lead to.
    fn write_head(&self, table: &str, order: Order, company: &str, statement: &mut Statement<'v>) {
        Self::write_columns(statement);
        statement.push(table).push_contact_of(self.company, order.id);
        self.write_company(company, statement);
    }

    /// The rest of a walk over another table's index, whose rows lead to contacts.
    fn write_joined(&self, order: Order, start: Start<'v>, statement: &mut Statement<'v>) {
        statement.push(" AND c.company_id = ").bind(self.company).push(" AND c.id = ").push(order.id);
        self.write_conditions(self.driver, statement);
        self.write_part(order, start, statement);
    }

    /// A walk over the ranges of the facets' index, one for each combination of values.
    fn write_facets(&self, facets: Facets, start: Start<'v>, statement: &mut Statement<'v>) {
        Self::write_columns(statement);
        statement.push("(");
        for (number, combination) in facets.combinations().into_iter().enumerate() {
            statement.push(if number == 0 { "" } else { " UNION ALL " });
            statement.push("SELECT * FROM (SELECT c.created_at, c.id FROM ");
            statement.push_contacts(self.index());
            self.write_company("c.company_id", statement);
            combination.write(statement);
            self.write_conditions(self.driver, statement);
            self.write_part(self.order(), start, statement);
            statement.push(") AS f").push(&number.to_string());
        }
        statement.push(") d").push_contact_of(self.company, "d.id");
        statement.push(" WHERE c.company_id = ").bind(self.company);
        statement.push(" AND c.id = d.id");
        let order = Order { value: "d.created_at", id: "d.id" };
        self.write_part(order, Start { behind: None, ..start }, statement);
    }

    /// Everything that the driver's condition fits, sorted.
    fn write_sorted(&self, start: Start<'v>, statement: &mut Statement<'v>) {
        if let Some(driver) = self.driver {
            self.write_matches(driver, statement);
        }
        Self::write_columns(statement);
        statement.push("matches d").push_contact_of(self.company, "d.id");
        self.write_company("c.company_id", statement);
        statement.push(" AND c.id = d.id");
        self.write_conditions(self.driver, statement);
        self.write_part(self.order(), start, statement);
    }

    fn write_matches(&self, driver: usize, statement: &mut Statement<'v>) {
        statement.push("WITH matches AS MATERIALIZED (SELECT DISTINCT id FROM (");
        self.conditions[driver].write_ids(self.company, statement);
        statement.push(") AS found)");
    }

    fn write_conditions(&self, but: Option<usize>, statement: &mut Statement<'v>) {
        for (index, condition) in self.conditions.iter().enumerate() {
            // A beginning of a word may be that of several words of a contact, which the rows tell apart
            // from none.
            if Some(index) != but {
                condition.write(self.company, statement);
            }
        }
    }

    /// Which part, from where on, in which order, and how many.
    fn write_part(&self, order: Order, start: Start<'v>, statement: &mut Statement<'v>) {
        let Start { part, behind, until, descending, rows } = start;
        let nullable = matches!(self.sort.key, SortKey::LastActivity | SortKey::Name);
        let sign = if descending { " < " } else { " > " };
        let within = if descending { " >= " } else { " <= " };
        let limits = [behind.map(|place| (sign, place)), until.map(|place| (within, place))];
        let limits = limits.into_iter().flatten();
        match part {
            Part::WithValue => {
                if nullable {
                    statement.push(" AND ").push(order.value).push(" IS NOT NULL");
                }
                for (sign, (value, id)) in limits {
                    statement.push(" AND (").push(order.value).push(", ").push(order.id).push(")").push(sign);
                    statement.push("(").bind(value).push(", ").bind(Value::uuid(id)).push(")");
                }
            }
            Part::WithoutValue => {
                statement.push(" AND ").push(order.value).push(" IS NULL");
                for (sign, (_, id)) in limits {
                    statement.push(" AND ").push(order.id).push(sign).bind(Value::uuid(id));
                }
            }
        }
        let way = if descending { " DESC" } else { "" };
        statement.push(" ORDER BY ").push(order.value).push(way).push(", ").push(order.id).push(way);
        statement.push_limit(rows);
    }
}

/// The value to sort by, unless the contact has none.
pub(super) fn value_of(value: &SortValue) -> Option<Value<'_>> {
    match value {
        SortValue::Time(at) => at.map(Value::time),
        SortValue::Text(text) => text.as_deref().map(Value::text),
    }
}
