//! The tags of a company's contacts.

use contact_model::{CompanyId, TagCount};

use super::Page;
use super::operation::operation;
use crate::StoreError;
use crate::connection::{Row, Value};

/// Reads a page of a company's tags with the number of contacts that have each, in the order of their characters'
/// code points.
#[derive(Debug, Clone)]
pub struct ListTags {
    /// The company.
    pub company_id: CompanyId,
    /// The tag after which the page begins, or `None` to begin with the first.
    pub after: Option<String>,
    /// The most tags on the page.
    pub size: u16,
}

operation!(ListTags => Page<TagCount>, reads, |self, connection, _clock| {
    // The empty text is the smallest tag. `FROM` includes it, because a caller may have sent an empty tag.
    let (after, statement) = match &self.after {
        Some(after) => (after.as_str(), AFTER),
        None => ("", FROM),
    };
    let values = [Value::uuid(self.company_id), Value::text(after), Page::<TagCount>::rows(self.size)];
    Ok(Page::of(connection.query(statement, &values, read).await?, self.size))
});

const FROM: &str = "SELECT tag, contacts FROM tag_counts
     WHERE company_id = $1 AND tag >= $2 ORDER BY tag LIMIT $3";
const AFTER: &str = "SELECT tag, contacts FROM tag_counts
     WHERE company_id = $1 AND tag > $2 ORDER BY tag LIMIT $3";

fn read(row: &dyn Row) -> Result<TagCount, StoreError> {
    let contacts = u64::try_from(row.integer(1)?).map_err(StoreError::unavailable)?;
    Ok(TagCount { tag: row.text(0)?, contacts })
}
