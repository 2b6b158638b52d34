//! Scans of a list, by an index in the list's order if there is one.

use contact_model::limits;
use contact_model::list::{ListCount, Sort, SortKey};

use super::condition::{Condition, Facets, Period};
use super::order::Order;
use super::position::ScanRange;
use super::statement::Statement;
use crate::Result;
use crate::connection::{Connection, Dialect, ReadRow, Value};
use crate::contacts::columns::contact_columns;
use crate::contacts::record::ContactRecord;

/// Restricts the list of latest changes `h` to contacts that are not deleted. On SQLite, the list also has outdated rows
/// of contacts that changed again later.
pub(super) const NOT_DELETED: &str = " AND h.is_deleted = FALSE";

/// A scan of a list.
#[derive(Clone, Copy)]
pub(super) struct Scan<'v> {
    pub(super) company: Value<'v>,
    /// True to list deleted contacts, which no condition finds.
    pub(super) deleted: bool,
    pub(super) sort: Sort,
    /// The conditions that each contact must meet.
    pub(super) conditions: &'v [Condition],
    /// The index in `conditions` of the condition whose index is scanned. `None` to scan the index of the order.
    pub(super) driver: Option<usize>,
}

impl<'v> Scan<'v> {
    /// Reads up to `rows` contacts of these ranges, in their order.
    pub(super) async fn read<C: Connection>(
        &self,
        connection: &mut C,
        ranges: &[ScanRange],
        rows: usize,
    ) -> Result<Vec<ContactRecord>> {
        let sorts = self.driver.is_some_and(|driver| !self.has_order_of(&self.conditions[driver]));
        if sorts && ranges.len() > 1 {
            let statement = self.sorted_statement(C::DIALECT, ranges, rows);
            return statement.query(connection, ContactRecord::read).await;
        }
        let mut records = Vec::new();
        for range in ranges {
            let statement = self.statement(C::DIALECT, range, rows - records.len());
            records.extend(statement.query(connection, ContactRecord::read).await?);
            if records.len() >= rows {
                break;
            }
        }
        Ok(records)
    }

    /// Returns true if the index of a condition has its contacts in the list's order.
    pub(super) fn has_order_of(&self, condition: &Condition) -> bool {
        self.sort.key == SortKey::CreatedAt
            && !matches!(condition, Condition::Word(_) | Condition::Updated(_) | Condition::CustomFieldIn(..))
    }

    /// Counts the contacts of the whole list. It examines at most [`limits::LIST_COUNT`] contacts: of all contacts,
    /// or of those that match the driver's condition.
    pub(super) async fn count<C: Connection>(&self, connection: &mut C) -> Result<ListCount> {
        let most = u64::from(limits::LIST_COUNT);
        // One more row, to find out whether there are further contacts.
        let rows = limits::LIST_COUNT as usize + 1;
        let mut statement = Statement::new(C::DIALECT);
        match self.driver {
            None => {
                statement.push("SELECT count(*), count(*) FROM (SELECT 1 FROM ").push_contacts(self.index());
                self.write_company("c.company_id", &mut statement);
                statement.push_limit(rows).push(") AS counted");
            }
            Some(driver) => {
                statement.push("WITH counted AS MATERIALIZED (SELECT id FROM (");
                self.conditions[driver].write_ids(self.company, &mut statement);
                statement.push(") AS matches").push_limit(rows);
                statement.push(") SELECT (SELECT count(*) FROM counted), count(*)");
                statement
                    .push(" FROM (SELECT DISTINCT id FROM counted) d")
                    .push_contact_of(self.company, "d.id");
                self.write_company("c.company_id", &mut statement);
                statement.push(" AND c.id = d.id");
                self.write_conditions(Some(driver), &mut statement);
            }
        }
        let read: ReadRow<(i64, i64)> = |row| Ok((row.integer(0)?, row.integer(1)?));
        let (counted, matching) = statement.query(connection, read).await?.pop().unwrap_or_default();
        let (counted, matching) = (counted.unsigned_abs(), matching.unsigned_abs());
        Ok(ListCount { contacts: matching.min(most), is_exact: counted <= most })
    }

    /// Returns a statement that selects up to `rows` contacts of a range.
    pub(super) fn statement(&self, dialect: Dialect, range: &'v ScanRange, rows: usize) -> Statement<'v> {
        let mut statement = Statement::new(dialect);
        let driver = self.driver.map(|driver| &self.conditions[driver]);
        match (self.sort.key, driver) {
            (SortKey::CreatedAt, Some(Condition::Facets(facets))) => {
                self.write_facets(*facets, range, rows, &mut statement);
            }
            (SortKey::CreatedAt, Some(Condition::Tag(tag))) => {
                let order = Order::of("t.created_at", "t.contact_id");
                self.write_head("contact_tags t", order, "t.company_id", &mut statement);
                statement.push_with(" AND t.tag = ?", [Value::text(tag)]);
                self.write_joined(order, range, rows, &mut statement);
            }
            (SortKey::CreatedAt, Some(Condition::CustomField(field, key))) => {
                let order = Order::of("v.created_at", "v.contact_id");
                self.write_head("custom_field_values v", order, "v.company_id", &mut statement);
                let key = [Value::uuid(*field), Value::text(key)];
                statement.push_with(" AND v.field_id = ? AND v.value_key = ?", key);
                self.write_joined(order, range, rows, &mut statement);
            }
            (SortKey::UpdatedAt, None) => {
                self.write_head("latest_changes h", Order::CHANGES, "h.company_id", &mut statement);
                statement.push(NOT_DELETED).push(" AND h.updated_at = c.updated_at");
                self.write_period(Order::CHANGES, &mut statement);
                self.write_joined(Order::CHANGES, range, rows, &mut statement);
            }
            (SortKey::CreatedAt, None | Some(Condition::Email(_) | Condition::Phone(_)))
            | (SortKey::LastActivity | SortKey::Name | SortKey::DeletedAt, None) => {
                Self::write_columns(&mut statement);
                statement.push_contacts(self.index());
                self.write_company("c.company_id", &mut statement);
                self.write_conditions(None, &mut statement);
                self.order().write_range(range, rows, &mut statement);
            }
            (_, Some(_)) => {
                self.write_unsorted_matches(&mut statement);
                self.order().write_range(range, rows, &mut statement);
            }
        }
        statement
    }

    /// Returns a statement that selects up to `rows` contacts of several ranges. It sorts all contacts that match
    /// the driver's condition once.
    fn sorted_statement(&self, dialect: Dialect, ranges: &'v [ScanRange], rows: usize) -> Statement<'v> {
        let mut statement = Statement::new(dialect);
        self.write_unsorted_matches(&mut statement);
        self.order().write_ranges(ranges, rows, &mut statement);
        statement
    }

    /// Returns a statement that selects the position that comes after `skipped` contacts, in the list's
    /// order. It ignores all conditions except the period that the list sorts by.
    pub(super) fn position_statement(
        &self,
        dialect: Dialect,
        range: &'v ScanRange,
        skipped: usize,
    ) -> Statement<'v> {
        let mut statement = Statement::new(dialect);
        let by_change = self.sort.key == SortKey::UpdatedAt;
        let order = if by_change { Order::CHANGES } else { self.order() };
        statement.push("SELECT ").push(order.value).push(", ").push(order.id).push(" FROM ");
        if by_change {
            statement.push("latest_changes h WHERE h.company_id = ").bind(self.company).push(NOT_DELETED);
        } else {
            statement.push_contacts(self.index());
            self.write_company("c.company_id", &mut statement);
        }
        self.write_period(order, &mut statement);
        order.write_range(range, 1, &mut statement);
        statement.push(" OFFSET ").push(&skipped.to_string());
        statement
    }

    /// Returns the period of a condition that bounds the list's own order.
    pub(super) fn period_of_order(&self, condition: &Condition) -> Option<Period> {
        match (self.sort.key, condition) {
            (SortKey::UpdatedAt, Condition::Updated(period))
            | (SortKey::CreatedAt, Condition::Created(period)) => Some(*period),
            _ => None,
        }
    }

    /// Writes the periods that bound the list's own order.
    fn write_period(&self, order: Order, statement: &mut Statement<'v>) {
        for period in self.conditions.iter().filter_map(|condition| self.period_of_order(condition)) {
            period.write(order.value, statement);
        }
    }

    /// Returns the order by columns of the table of contacts.
    fn order(&self) -> Order {
        Order::of_contacts(self.sort.key)
    }

    /// Returns the index of the table of contacts that is scanned.
    fn index(&self) -> &'static str {
        let order_index = match self.sort.key {
            SortKey::LastActivity => "contacts_by_activity",
            SortKey::Name => "contacts_by_name",
            SortKey::DeletedAt => "contacts_deleted",
            SortKey::CreatedAt | SortKey::UpdatedAt => "contacts_by_created",
        };
        self.driver.and_then(|driver| self.conditions[driver].index()).unwrap_or(order_index)
    }

    fn write_columns(statement: &mut Statement<'v>) {
        statement.push(concat!("SELECT ", contact_columns!(), " FROM "));
    }

    /// Writes the conditions on the company and on the deletion of the contacts.
    fn write_company(&self, company: &str, statement: &mut Statement<'v>) {
        let deletion = if self.deleted {
            "c.deleted_at IS NOT NULL AND c.merged_into IS NULL"
        } else {
            "c.deleted_at IS NULL"
        };
        statement.push(" WHERE ").push(deletion).push(" AND ").push(company).push(" = ").bind(self.company);
    }

    /// Writes the beginning of a scan over another table's index, joined with the contacts of its rows.
    fn write_head(&self, table: &str, order: Order, company: &str, statement: &mut Statement<'v>) {
        Self::write_columns(statement);
        statement.push(table).push_contact_of(self.company, order.id);
        self.write_company(company, statement);
    }

    /// Writes the rest of a scan over another table's index.
    fn write_joined(&self, order: Order, range: &'v ScanRange, rows: usize, statement: &mut Statement<'v>) {
        statement.push(" AND c.company_id = ").bind(self.company).push(" AND c.id = ").push(order.id);
        self.write_conditions(self.driver, statement);
        order.write_range(range, rows, statement);
    }

    /// Writes a scan over the ranges of the facets' index, one for each combination of values.
    fn write_facets(&self, facets: Facets, range: &'v ScanRange, rows: usize, statement: &mut Statement<'v>) {
        Self::write_columns(statement);
        statement.push("(");
        for (number, combination) in facets.combinations().into_iter().enumerate() {
            statement.push(if number == 0 { "" } else { " UNION ALL " });
            statement.push("SELECT * FROM (SELECT c.created_at, c.id FROM ");
            statement.push_contacts(self.index());
            self.write_company("c.company_id", statement);
            combination.write(statement);
            self.write_conditions(self.driver, statement);
            self.order().write_range(range, rows, statement);
            statement.push(") AS f").push(&number.to_string());
        }
        statement.push(") d").push_contact_of(self.company, "d.id");
        statement.push(" WHERE c.company_id = ").bind(self.company);
        statement.push(" AND c.id = d.id");
        let order = Order::of("d.created_at", "d.id");
        order.write_order(range.descending, rows, statement);
    }

    /// Writes the selection of all contacts that match the conditions, by the driver's index and without an order
    /// yet.
    fn write_unsorted_matches(&self, statement: &mut Statement<'v>) {
        if let Some(driver) = self.driver {
            statement.push("WITH matches AS MATERIALIZED (SELECT DISTINCT id FROM (");
            self.conditions[driver].write_ids(self.company, statement);
            // PostgreSQL plans the subquery by itself because of the OFFSET. Otherwise it might scan the primary key of
            // all contacts, only because that has the order that DISTINCT needs.
            statement.push_either("", " OFFSET 0").push(") AS found)");
        }
        Self::write_columns(statement);
        statement.push("matches d").push_contact_of(self.company, "d.id");
        self.write_company("c.company_id", statement);
        statement.push(" AND c.id = d.id");
        self.write_conditions(self.driver, statement);
    }

    fn write_conditions(&self, except: Option<usize>, statement: &mut Statement<'v>) {
        for (index, condition) in self.conditions.iter().enumerate() {
            // The rows of the driver's index already meet its condition, except outdated rows of the list of latest
            // changes. A contact may have several rows, for example for several words with one prefix.
            if Some(index) != except || matches!(condition, Condition::Updated(_)) {
                condition.write(self.company, statement);
            }
        }
    }
}
