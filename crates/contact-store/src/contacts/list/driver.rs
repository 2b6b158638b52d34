//! Chooses the condition whose index a list scans.

use contact_model::CustomFieldId;

use super::condition::{Condition, Period};
use super::statement::Statement;
use crate::StoreError;
use crate::connection::{Connection, Value};

/// How many rows of each condition the first look counts, to find the condition that the fewest contacts match.
pub(super) const FIRST_LOOK: usize = 64;
/// The factor by which each further look counts more rows.
const FURTHER: usize = 8;

/// The most rows that one look counts, of all conditions together. Counting them takes about ten milliseconds.
const ROWS_OF_ALL: usize = 262_144;

/// Returns how many rows of each condition the next look counts. `None` if a further look would cost too much.
pub(super) fn further(look: usize, conditions: usize) -> Option<usize> {
    let most = ROWS_OF_ALL / conditions.max(1);
    (look < most).then(|| look.saturating_mul(FURTHER).min(most))
}

/// Returns approximately the condition that the fewest contacts match, and the number of its index rows. `None` if
/// every condition has at least `look` index rows. Once one condition has fewer, the others are counted only up to
/// that number.
pub(super) async fn fewest<C: Connection>(
    connection: &mut C,
    company: Value<'_>,
    conditions: &[Condition],
    look: usize,
) -> Result<Option<(usize, usize)>, StoreError> {
    let (mut fewest, mut most) = (None, look);
    for (index, condition) in conditions.iter().enumerate() {
        let rows = count_up_to(connection, company, condition, most).await?;
        if rows < most {
            (fewest, most) = (Some((index, rows)), rows);
        }
    }
    Ok(fewest)
}

/// Returns approximately the condition that the fewest contacts match. It counts more and more rows of each
/// condition until one has no more. If all conditions match very many contacts, it returns the first. `None` if
/// there are no conditions.
pub(super) async fn most_selective<C: Connection>(
    connection: &mut C,
    company: Value<'_>,
    conditions: &[Condition],
) -> Result<Option<usize>, StoreError> {
    if conditions.len() < 2 {
        return Ok((!conditions.is_empty()).then_some(0));
    }
    let mut look = FIRST_LOOK;
    loop {
        if let Some((found, _)) = fewest(connection, company, conditions, look).await? {
            return Ok(Some(found));
        }
        match further(look, conditions.len()) {
            Some(further) => look = further,
            None => return Ok(Some(0)),
        }
    }
}

/// Returns the number of rows in a condition's index, but at most `most`.
async fn count_up_to<C: Connection>(
    connection: &mut C,
    company: Value<'_>,
    condition: &Condition,
    most: usize,
) -> Result<usize, StoreError> {
    let mut statement = Statement::new(C::DIALECT);
    statement.push("SELECT count(*) FROM (");
    condition.write_ids(company, &mut statement);
    statement.push_limit(most).push(") AS looked");
    let rows = statement.query(connection, |row| row.integer(0)).await?;
    Ok(rows.first().and_then(|rows| usize::try_from(*rows).ok()).unwrap_or_default())
}

impl Condition {
    /// Writes a statement that selects the ids of the matching contacts by the condition's own index. An id may
    /// appear twice.
    pub(super) fn write_ids<'v>(&'v self, company: Value<'v>, statement: &mut Statement<'v>) {
        let index = self.index().unwrap_or("contacts_by_created");
        let write_contacts = |statement: &mut Statement<'v>| {
            statement.push("SELECT c.id FROM ").push_contacts(index);
            statement.push(" WHERE c.deleted_at IS NULL AND c.company_id = ").bind(company);
        };
        match self {
            Self::Email(_) | Self::Phone(_) | Self::Created(_) => {
                write_contacts(statement);
                self.write(company, statement);
            }
            Self::Facets(facets) => {
                for (number, combination) in facets.combinations().into_iter().enumerate() {
                    statement.push(if number == 0 { "" } else { " UNION ALL " });
                    write_contacts(statement);
                    combination.write(statement);
                }
            }
            Self::CustomField(field, key) => write_values(*field, key, company, statement),
            Self::CustomFieldAmong(field, keys) => {
                for (number, key) in keys.iter().enumerate() {
                    statement.push(if number == 0 { "" } else { " UNION ALL " });
                    write_values(*field, key, company, statement);
                }
            }
            Self::Tag(tag) => {
                statement
                    .push("SELECT t.contact_id AS id FROM contact_tags t WHERE t.company_id = ")
                    .bind(company)
                    .push(" AND t.tag = ")
                    .bind(Value::text(tag));
            }
            Self::Word(term) => {
                for (number, beginning) in term.beginnings().enumerate() {
                    statement.push(if number == 0 { "" } else { " UNION ALL " });
                    write_words(beginning, company, statement);
                }
            }
            Self::Updated(period) => write_changes(*period, company, statement),
        }
    }
}

fn write_values<'v>(field: CustomFieldId, key: &'v str, company: Value<'v>, statement: &mut Statement<'v>) {
    statement
        .push("SELECT v.contact_id AS id FROM custom_field_values v WHERE v.company_id = ")
        .bind(company)
        .push(" AND v.field_id = ")
        .bind(Value::uuid(field))
        .push(" AND v.value_key = ")
        .bind(Value::text(key));
}

fn write_words<'v>(beginning: &'v str, company: Value<'v>, statement: &mut Statement<'v>) {
    statement
        .push("SELECT w.contact_id AS id FROM contact_words w WHERE w.company_id = ")
        .bind(company)
        .push(" AND w.word >= ")
        .bind(Value::text(beginning))
        .push(" AND w.word < ")
        // No word contains the last of all characters.
        .bind_text(format!("{beginning}{}", char::MAX));
}

fn write_changes<'v>(period: Period, company: Value<'v>, statement: &mut Statement<'v>) {
    statement.push("SELECT h.contact_id AS id FROM contact_changes h WHERE h.company_id = ").bind(company);
    period.write("h.updated_at", statement);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_attempts_together_count_a_bounded_number_of_rows() {
        for conditions in 1..=64 {
            let looks = std::iter::successors(Some(FIRST_LOOK), |look| further(*look, conditions));
            let rows: usize = looks.map(|look| look * conditions).take(100).sum();
            assert!(rows < 3 * ROWS_OF_ALL, "{rows} rows of {conditions} conditions");
        }
    }
}
