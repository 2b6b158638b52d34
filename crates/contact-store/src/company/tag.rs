//! The tags of a company's contacts, and the contacts that have a tag.

use contact_model::{CompanyId, ContactId, TagCount, TagCursor, Timestamp};

use super::Page;
use super::operation::operation;
use crate::connection::{Row, Value};
use crate::{Result, StoreError};

/// Reads a page of a company's tags with the number of contacts that have each, in the order of their characters'
/// code points.
#[derive(Debug, Clone)]
pub struct ListTags {
    /// The company.
    pub company_id: CompanyId,
    /// The tag after which the page begins, or `None` to begin with the first.
    pub cursor: Option<TagCursor>,
    /// The maximum number of tags on the page.
    pub size: u16,
}

operation!(ListTags => Page<TagCount>, reads, |self, connection, _clock| {
    // The empty text is the smallest tag. `TAGS_FROM` includes it, because a caller may have sent an empty tag.
    let (after, statement) = match &self.cursor {
        Some(TagCursor(after)) => (after.as_str(), TAGS_AFTER),
        None => ("", TAGS_FROM),
    };
    let values = [Value::uuid(self.company_id), Value::text(after)];
    Page::read(connection, statement, &values, self.size, read_count).await
});

const TAGS_FROM: &str = "SELECT tag, contacts FROM tag_counts
     WHERE company_id = $1 AND tag >= $2 ORDER BY tag LIMIT $3";
const TAGS_AFTER: &str = "SELECT tag, contacts FROM tag_counts
     WHERE company_id = $1 AND tag > $2 ORDER BY tag LIMIT $3";

fn read_count(row: &dyn Row) -> Result<TagCount> {
    let contacts = u64::try_from(row.integer(1)?).map_err(StoreError::unavailable)?;
    Ok(TagCount { tag: row.text(0)?, contacts })
}

/// The position of a contact among those with one tag: when it was created, and its id.
pub type TaggedPosition = (Timestamp, ContactId);

/// Lists the next contacts of a company that have a tag, the oldest first. It takes a turn among the company's
/// writes, so that it sees the effects of the writes before it.
#[derive(Debug, Clone)]
pub struct ListTaggedContacts {
    /// The company.
    pub company_id: CompanyId,
    /// The tag.
    pub tag: String,
    /// The contact after which the list continues, or `None` to begin with the first.
    pub after: Option<TaggedPosition>,
    /// The maximum number of contacts to list.
    pub rows: u16,
}

const FIRST_TAGGED: &str = "SELECT created_at, contact_id FROM contact_tags
     WHERE company_id = $1 AND tag = $2 ORDER BY created_at, contact_id LIMIT $3";
const NEXT_TAGGED: &str = "SELECT created_at, contact_id FROM contact_tags
     WHERE company_id = $1 AND tag = $2 AND (created_at, contact_id) > ($3, $4)
     ORDER BY created_at, contact_id LIMIT $5";

operation!(ListTaggedContacts => Vec<TaggedPosition>, takes_turn_of: Some(self.company_id), |self, connection, _clock| {
    let (company, tag) = (Value::uuid(self.company_id), Value::text(&self.tag));
    let rows = Value::Integer(self.rows.into());
    match self.after {
        None => connection.query(FIRST_TAGGED, &[company, tag, rows], read_position).await,
        Some((created_at, id)) => {
            let values = [company, tag, Value::time(created_at), Value::uuid(id), rows];
            connection.query(NEXT_TAGGED, &values, read_position).await
        }
    }
});

fn read_position(row: &dyn Row) -> Result<TaggedPosition> {
    Ok((row.time(0)?, row.uuid(1)?.into()))
}

/// Counts the contacts of a company that have a tag.
#[derive(Debug, Clone)]
pub struct CountTaggedContacts {
    /// The company.
    pub company_id: CompanyId,
    /// The tag.
    pub tag: String,
}

operation!(CountTaggedContacts => u64, reads, |self, connection, _clock| {
    let values = [Value::uuid(self.company_id), Value::text(&self.tag)];
    let sql = "SELECT contacts FROM tag_counts WHERE company_id = $1 AND tag = $2";
    let count = connection.query_one(sql, &values, |row| row.integer(0)).await?.unwrap_or_default();
    u64::try_from(count).map_err(StoreError::unavailable)
});
