//! The statement that follows the entries of a contact in the log.

/// Returns the statement that selects entries of a contact: from one on, each followed by the contact's previous one. Its
/// values are the company, the contact, the number of the first entry, and the number of rows.
/// [`StoredEntry::read`](crate::company::changes::stored_entry::StoredEntry::read) reads its rows.
///
/// PostgreSQL looks up each entry in a lateral subquery. Otherwise it could read all entries of the company: a plan is
/// made once, possibly while the table is nearly empty.
macro_rules! entry_chain {
    ($dialect:expr) => {
        match $dialect {
            $crate::connection::Dialect::Sqlite => $crate::contacts::entry_chain::entry_chain!(
                previous "JOIN changes e ON e.company_id = $1 AND e.contact_id = $2 AND e.sequence = c.previous"
            ),
            $crate::connection::Dialect::Postgres => $crate::contacts::entry_chain::entry_chain!(
                previous "CROSS JOIN LATERAL (
                     SELECT * FROM changes WHERE company_id = $1 AND contact_id = $2 AND sequence = c.previous LIMIT 1
                 ) e"
            ),
        }
    };
    (previous $previous:literal) => {
        concat!(
            "WITH RECURSIVE chain AS (
                 SELECT e.*, 1 AS number FROM changes e
                 WHERE e.company_id = $1 AND e.contact_id = $2 AND e.sequence = $3
                 UNION ALL
                 SELECT e.*, c.number + 1 FROM chain c ",
            $previous,
            " WHERE c.number < $4
             )
             SELECT ",
            $crate::company::changes::stored_entry::entry_columns!(),
            " FROM chain c ",
            $crate::company::changes::stored_entry::join_key!(),
            " ORDER BY c.number"
        )
    };
}
pub(super) use entry_chain;
