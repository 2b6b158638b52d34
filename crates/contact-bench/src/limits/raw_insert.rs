//! Inserts into the server's table, a thousand contacts in a statement: the maximum for one connection to PostgreSQL.

use std::time::{Duration, Instant};

use anyhow::Result;
use contact_model::CompanyId;
use contact_model::clock::{Clock as _, SystemClock};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::figure::{Facet, Sample};

/// The number of contacts in a statement.
const ROWS: usize = 1_000;

const INSERT: &str = "INSERT INTO contacts (company_id, id, name, first_name, last_name, email, email_key, phone,
         phone_key, notes, tags, lead_source, is_dnd, has_phone, created_at, updated_at, version, name_key,
         search_text)
     SELECT $1, n.id, 'Jane Doe', 'Jane', 'Doe', n.email, n.email, n.phone, n.phone, 'Raw insert', '[]', 'api',
         FALSE, TRUE, now(), now(), 1, 'jane doe', ' com doe example jane raw'
     FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (id, email, phone)";

/// Inserts contacts for this time.
pub(crate) async fn run(database_url: &str, company: CompanyId, time: Duration) -> Result<Sample> {
    let mut connection = PgConnection::connect(database_url).await?;
    let mut rows = 0_u64;
    let begin = Instant::now();
    while begin.elapsed() < time {
        let ids: Vec<Uuid> = (0..ROWS).map(|_| SystemClock.new_id()).collect();
        let emails: Vec<String> = ids.iter().map(|id| format!("raw-{id}@example.com")).collect();
        let phones: Vec<String> =
            ids.iter().map(|id| format!("+1999{}", id.as_u128() % 100_000_000)).collect();
        let insert = sqlx::query(INSERT).bind(company.0).bind(ids).bind(emails).bind(phones);
        rows += insert.execute(&mut connection).await?.rows_affected();
    }
    Ok(vec![(Facet::Rate, rows as f64 / begin.elapsed().as_secs_f64())])
}
