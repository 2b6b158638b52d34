//! A statement that is assembled at run time, with its values.

use contact_model::search::SearchTerm;

use crate::Result;
use crate::connection::{Connection, Dialect, ReadRow, Value};

/// A statement that is assembled from fixed texts, numbers, constants of the contract and bound values. A text that a
/// caller sent is always bound.
pub(super) struct Statement<'v> {
    dialect: Dialect,
    sql: String,
    values: Vec<Bound<'v>>,
}

/// A value, or a text that was created for the statement.
enum Bound<'v> {
    Value(Value<'v>),
    Text(String),
}

impl<'v> Statement<'v> {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, sql: String::with_capacity(1024), values: Vec::new() }
    }

    /// Writes the table of contacts as `c`, scanned by an index. SQLite is given the name of the index. PostgreSQL
    /// chooses the index from the order.
    pub(super) fn push_contacts(&mut self, index: &str) -> &mut Self {
        self.push("contacts c").push_either(" INDEXED BY ", "").push_either(index, "")
    }

    /// Joins each row with the contact `c` whose id is in this column. SQLite joins in the written order.
    /// PostgreSQL plans for an average company, so it might instead scan all contacts of the company and look
    /// each one up among the rows. The lateral subquery prevents this: it depends on the row, so PostgreSQL can
    /// only look up the contact.
    pub(super) fn push_contact_of(&mut self, company: Value<'v>, id: &str) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.push(" CROSS JOIN contacts c"),
            Dialect::Postgres => {
                self.push(" CROSS JOIN LATERAL (SELECT * FROM contacts WHERE company_id = ").bind(company);
                self.push(" AND id = ").push(id).push(" LIMIT 1) c")
            }
        }
    }

    pub(super) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Writes a text in which each `?` stands for one of the values, in their order.
    pub(super) fn push_with<const N: usize>(&mut self, sql: &str, values: [Value<'v>; N]) {
        debug_assert_eq!(sql.matches('?').count(), N, "{sql}");
        let mut texts = sql.split('?');
        self.push(texts.next().unwrap_or_default());
        for (value, text) in values.into_iter().zip(texts) {
            self.bind(value).push(text);
        }
    }

    pub(super) fn bind(&mut self, value: Value<'v>) -> &mut Self {
        self.bound(Bound::Value(value))
    }

    pub(super) fn bind_text(&mut self, text: String) -> &mut Self {
        self.bound(Bound::Text(text))
    }

    /// Writes the text for the database.
    pub(super) fn push_either(&mut self, sqlite: &str, postgres: &str) -> &mut Self {
        match self.dialect {
            Dialect::Sqlite => self.push(sqlite),
            Dialect::Postgres => self.push(postgres),
        }
    }

    /// Writes the condition that the contact `c` has a word with one of these prefixes.
    pub(super) fn push_term(&mut self, term: &SearchTerm) {
        for (number, beginning) in term.beginnings().enumerate() {
            self.push(if number == 0 { " AND (" } else { " OR " });
            self.push_either("instr", "strpos")
                .push("(c.search_text, ")
                .bind_text(format!(" {beginning}"))
                .push(") > 0");
        }
        self.push(")");
    }

    pub(super) fn push_limit(&mut self, rows: usize) -> &mut Self {
        // A number and not a bound value: a planner that does not know the limit expects a tenth of the table.
        self.push(" LIMIT ").push(&rows.to_string())
    }

    fn bound(&mut self, value: Bound<'v>) -> &mut Self {
        self.values.push(value);
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Runs the statement and reads its rows.
    pub(super) async fn query<C: Connection, T: Send>(
        &self,
        connection: &mut C,
        read: ReadRow<T>,
    ) -> Result<Vec<T>> {
        let values: Vec<Value<'_>> = self
            .values
            .iter()
            .map(|bound| match bound {
                Bound::Value(value) => *value,
                Bound::Text(text) => Value::text(text),
            })
            .collect();
        connection.query_built(&self.sql, &values, read).await
    }

    /// Returns the text of the statement.
    #[cfg(test)]
    pub(super) fn sql(&self) -> &str {
        &self.sql
    }
}
