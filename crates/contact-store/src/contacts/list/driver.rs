//! Chooses the condition whose index a list scans.

use std::slice;

use contact_model::CustomFieldId;

use super::condition::Condition;
use super::scan::NOT_DELETED;
use super::statement::Statement;
use crate::Result;
use crate::connection::{Connection, Value};

/// How many rows of each condition are counted first, to find the condition that matches the fewest contacts.
const FIRST_COUNT: usize = 64;
/// The factor by which each further count is larger.
const COUNT_FACTOR: usize = 8;

/// The maximum number of rows that are counted at once, of all conditions together. Counting them takes about ten
/// milliseconds.
const MAX_COUNTED_ROWS: usize = 262_144;

/// Returns how many rows of each condition to count in each round: 64, 512, 4,096, … It ends before a round that would
/// cost too much.
pub(super) fn counts(conditions: usize) -> impl Iterator<Item = usize> {
    let most = MAX_COUNTED_ROWS / conditions.max(1);
    std::iter::successors(Some(FIRST_COUNT), move |count| {
        (*count < most).then(|| count.saturating_mul(COUNT_FACTOR).min(most))
    })
}

/// Returns the condition that matches the fewest contacts, estimated by its index rows, and the number of these rows.
/// `None` if every condition has at least `count` index rows. After a condition with fewer rows was found, the others
/// are counted only up to that number.
pub(super) async fn most_selective_up_to<C: Connection>(
    connection: &mut C,
    company: Value<'_>,
    conditions: &[Condition],
    count: usize,
) -> Result<Option<(usize, usize)>> {
    let (mut rarest, mut most) = (None, count);
    for (index, condition) in conditions.iter().enumerate() {
        let rows = count_up_to(connection, company, condition, most).await?;
        if rows < most {
            (rarest, most) = (Some((index, rows)), rows);
        }
    }
    Ok(rarest)
}

/// Returns the condition that matches the fewest contacts, estimated by its index rows. It counts more rows of each
/// condition in each round, until one has no more. If all conditions match very many contacts, it returns the first.
/// `None` if there are no conditions.
pub(super) async fn most_selective<C: Connection>(
    connection: &mut C,
    company: Value<'_>,
    conditions: &[Condition],
) -> Result<Option<usize>> {
    if conditions.len() < 2 {
        return Ok((!conditions.is_empty()).then_some(0));
    }
    for count in counts(conditions.len()) {
        if let Some((found, _)) = most_selective_up_to(connection, company, conditions, count).await? {
            return Ok(Some(found));
        }
    }
    Ok(Some(0))
}

/// Returns the number of rows in a condition's index, but at most `most`.
async fn count_up_to<C: Connection>(
    connection: &mut C,
    company: Value<'_>,
    condition: &Condition,
    most: usize,
) -> Result<usize> {
    let mut statement = Statement::new(C::DIALECT);
    statement.push("SELECT count(*) FROM (");
    condition.write_ids(company, &mut statement);
    statement.push_limit(most).push(") AS counted");
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
            Self::Email(_) | Self::Phone(_) => {
                write_contacts(statement);
                self.write(company, statement);
            }
            Self::Created(_) => {
                write_contacts(statement);
                self.write(company, statement);
                // Only one index has this order. A plan that PostgreSQL made while the table was nearly empty could use
                // another index, which would read all contacts of the company.
                statement.push_either("", " ORDER BY c.created_at");
            }
            Self::Facets(facets) => {
                for (number, combination) in facets.combinations().into_iter().enumerate() {
                    statement.push(if number == 0 { "" } else { " UNION ALL " });
                    write_contacts(statement);
                    combination.write(statement);
                }
            }
            Self::CustomField(field, key) => write_values(*field, slice::from_ref(key), company, statement),
            Self::CustomFieldIn(field, keys) => write_values(*field, keys, company, statement),
            Self::Tag(tag) => statement.push_with(
                "SELECT t.contact_id AS id FROM contact_tags t WHERE t.company_id = ? AND t.tag = ?",
                [company, Value::text(tag)],
            ),
            Self::Word(term) => {
                for (number, beginning) in term.beginnings().enumerate() {
                    statement.push(if number == 0 { "" } else { " UNION ALL " });
                    statement.push_with(
                        "SELECT w.contact_id AS id FROM contact_words w WHERE w.company_id = ? AND w.word >= ?",
                        [company, Value::text(beginning)],
                    );
                    // No word contains the last of all characters.
                    statement.push(" AND w.word < ").bind_text(format!("{beginning}{}", char::MAX));
                }
            }
            Self::Updated(period) => {
                let changes = "SELECT h.contact_id AS id FROM latest_changes h WHERE h.company_id = ?";
                statement.push_with(changes, [company]);
                statement.push(NOT_DELETED);
                period.write("h.updated_at", statement);
            }
        }
    }
}

fn write_values<'v>(
    field: CustomFieldId,
    keys: &'v [String],
    company: Value<'v>,
    statement: &mut Statement<'v>,
) {
    for (number, key) in keys.iter().enumerate() {
        statement.push(if number == 0 { "" } else { " UNION ALL " });
        statement.push_with(
            "SELECT v.contact_id AS id FROM custom_field_values v \
             WHERE v.company_id = ? AND v.field_id = ? AND v.value_key = ?",
            [company, Value::uuid(field), Value::text(key)],
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_counts_together_read_a_bounded_number_of_rows() {
        for conditions in 1..=64 {
            let rows: usize = counts(conditions).map(|count| count * conditions).take(100).sum();
            assert!(rows < 3 * MAX_COUNTED_ROWS, "{rows} rows of {conditions} conditions");
        }
    }
}
