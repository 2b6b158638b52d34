//! The tags of a company's contacts.

use contact_model::CompanyId;
use contact_model::tag_list::TagCount;

use super::{Page, operation};
use crate::StoreError;
use crate::connection::{Row, Value};

/// Reads a page of a company's tags with how many contacts have each, by the codes of their characters.
#[derive(Debug, Clone)]
pub struct ListTags {
    /// The company.
    pub company_id: CompanyId,
    /// The tag behind which the page begins; `None` for the first one.
    pub after: Option<String>,
    /// Tags on the page at most.
    pub size: u16,
}

operation!(ListTags => Page<TagCount>, reads, |self, connection, _clock| {
    // No tag comes before the empty text, and none is empty itself unless it was sent so.
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
