//! The numbers of the latest changes of companies.

use contact_model::CompanyId;

use crate::Result;
use crate::company::operation::operation;
use crate::connection::{Dialect, Value};

/// Returns the number of the latest change of each of these companies that has one.
#[derive(Debug, Clone)]
pub struct LatestChanges {
    /// The companies.
    pub companies: Vec<CompanyId>,
}

operation!(LatestChanges => Vec<(CompanyId, i64)>, reads, |self, connection, _clock| {
    let sql = match C::DIALECT {
        Dialect::Sqlite => "SELECT company_id, sequence FROM change_counters
             WHERE company_id IN (SELECT unhex(value) FROM json_each($1))",
        Dialect::Postgres => "SELECT company_id, sequence FROM change_counters
             WHERE company_id = ANY(ARRAY(SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)))",
    };
    let ids: Vec<String> = self.companies.iter().map(|company| company.0.simple().to_string()).collect();
    connection.query(sql, &[Value::Json(&ids)], |row| Ok((CompanyId(row.uuid(0)?), row.integer(1)?))).await
});
