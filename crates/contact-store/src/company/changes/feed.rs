//! Reads the log of changes in its order.

use contact_model::CompanyId;
use contact_model::changes::{ChangeCursor, ChangeEntry, LogHash};

use super::HashWalk;
use crate::company::operation::operation;
use crate::connection::{Connection, Value};
use crate::{Result, StoreError};

/// Reads the changes of a company in their order.
#[derive(Debug, Clone, Copy)]
pub struct ReadChanges {
    /// The company.
    pub company_id: CompanyId,
    /// Where the reader continues.
    pub from: FeedStart,
    /// The maximum number of changes to read.
    pub limit: u16,
}

/// Where a reader of the changes continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedStart {
    /// With the earliest change that is kept.
    Earliest,
    /// After the latest change.
    Latest,
    /// After the change with this number. 0 stands before the first change.
    AfterNumber(i64),
    /// After the change with this number and hash.
    After(ChangeCursor),
}

/// Changes in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesPage {
    /// The changes.
    pub entries: Vec<ChangeEntry>,
    /// The cursor after the last of them, or where the read began if there are none.
    pub cursor: ChangeCursor,
    /// True if there were further changes when the read began.
    pub has_more: bool,
}

operation!(ReadChanges => ChangesPage, reads, |self, connection, _clock| {
    let latest = latest(connection, self.company_id).await?;
    let start = match self.from {
        FeedStart::Earliest => earliest(connection, self.company_id).await?.map_or(latest, |first| first - 1),
        FeedStart::Latest => latest,
        FeedStart::AfterNumber(sequence) | FeedStart::After(ChangeCursor { sequence, .. }) => sequence,
    };
    if !(0..=latest).contains(&start) {
        return Err(StoreError::ChangesRemoved);
    }
    let mut walk = HashWalk::begin(connection, self.company_id, start).await?;
    walk.walk_to(connection, start, |_, _| Ok(())).await?;
    if matches!(self.from, FeedStart::After(cursor) if !cursor.matches(walk.hash)) {
        return Err(StoreError::ChangesRemoved);
    }
    let last = latest.min(start + i64::from(self.limit));
    let mut entries = Vec::new();
    walk.walk_to(connection, last, |entry, hash| {
        entries.push(entry.with_hash(hash)?);
        Ok(())
    })
    .await?;
    let cursor = ChangeCursor::new(walk.sequence, walk.hash);
    Ok(ChangesPage { entries, cursor, has_more: last < latest })
});

/// Returns the hash of a company's log at a number. `None` stands for the latest change.
#[derive(Debug, Clone, Copy)]
pub struct HashOfChange {
    /// The company.
    pub company_id: CompanyId,
    /// The number.
    pub sequence: Option<i64>,
}

operation!(HashOfChange => LogHash, reads, |self, connection, _clock| {
    let latest = latest(connection, self.company_id).await?;
    let sequence = self.sequence.unwrap_or(latest);
    if !(0..=latest).contains(&sequence) {
        return Err(StoreError::ChangesRemoved);
    }
    let mut walk = HashWalk::begin(connection, self.company_id, sequence).await?;
    walk.walk_to(connection, sequence, |_, _| Ok(())).await?;
    Ok(LogHash { sequence, hash: walk.hash })
});

/// Returns the number of the latest change of a company, 0 if there is none.
pub(in crate::company) async fn latest<C: Connection>(connection: &mut C, company: CompanyId) -> Result<i64> {
    let sql = "SELECT sequence FROM change_counters WHERE company_id = $1";
    let latest = connection.query_one(sql, &[Value::uuid(company)], |row| row.integer(0)).await?;
    Ok(latest.unwrap_or_default())
}

/// Returns the number of the earliest change that is kept. `None` if there is none.
pub(in crate::company) async fn earliest<C: Connection>(
    connection: &mut C,
    company: CompanyId,
) -> Result<Option<i64>> {
    let sql = "SELECT sequence FROM changes WHERE company_id = $1 ORDER BY sequence LIMIT 1";
    connection.query_one(sql, &[Value::uuid(company)], |row| row.integer(0)).await
}
