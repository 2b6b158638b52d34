//! Computes the hashes of entries of the log.

use contact_model::CompanyId;
use contact_model::changes::ChangeHash;

use super::stored_entry::{StoredEntry, entry_columns, join_key};
use crate::connection::{Connection, Value};
use crate::{Result, StoreError};

/// The maximum number of entries that are read at once.
const PIECE: i64 = 200;
/// The maximum number of entries that a read walks over. Beyond that, it is better to store hashes first, because SQLite
/// blocks the calling thread.
const MAX_WALK: i64 = 1_000;
const STORED: &str = "SELECT sequence, hash FROM change_hashes WHERE company_id = $1 AND sequence <= $2
     ORDER BY sequence DESC LIMIT 1";
const EXISTS: &str = "SELECT 1 FROM changes WHERE company_id = $1 AND sequence = $2";
const NEXT: &str = concat!(
    "SELECT ",
    entry_columns!(),
    " FROM changes c",
    join_key!(),
    "WHERE c.company_id = $1 AND c.sequence > $2 AND c.sequence <= $3 ORDER BY c.sequence LIMIT $4"
);

/// A walk over the entries of a company's log, which computes their hashes.
#[derive(Debug, Clone)]
pub(crate) struct HashWalk {
    company: CompanyId,
    /// The number of the last entry that the walk has passed.
    pub(crate) sequence: i64,
    /// Its hash.
    pub(crate) hash: ChangeHash,
}

impl HashWalk {
    /// Begins at the last entry whose hash is stored and whose number is not greater than this, or before the first
    /// entry.
    pub(crate) async fn begin<C: Connection>(
        connection: &mut C,
        company: CompanyId,
        sequence: i64,
    ) -> Result<Self> {
        let values = [Value::uuid(company), Value::Integer(sequence)];
        let stored = connection.query_one(STORED, &values, |row| Ok((row.integer(0)?, row.bytes(1)?)));
        let (sequence, hash) = match stored.await? {
            None => (0, ChangeHash::START),
            Some((sequence, hash)) => {
                (sequence, ChangeHash(hash.as_slice().try_into().map_err(StoreError::unavailable)?))
            }
        };
        Ok(Self { company, sequence, hash })
    }

    /// Returns the next entries with their hashes, at most 200 and at most up to `last`. Returns no entry if there are
    /// none.
    ///
    /// # Errors
    /// The next entry was removed ([`StoreError::ChangesRemoved`]), or the database fails.
    pub(crate) async fn next<C: Connection>(
        &mut self,
        connection: &mut C,
        last: i64,
    ) -> Result<Vec<(StoredEntry, ChangeHash)>> {
        let values = [
            Value::uuid(self.company),
            Value::Integer(self.sequence),
            Value::Integer(last),
            Value::Integer(PIECE),
        ];
        let entries = connection.query(NEXT, &values, StoredEntry::read).await?;
        let mut hashed = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.sequence != self.sequence + 1 {
                return Err(StoreError::ChangesRemoved);
            }
            self.sequence = entry.sequence;
            self.hash = self.hash.next(entry.digest()?);
            hashed.push((entry, self.hash));
        }
        Ok(hashed)
    }

    /// Walks to the entry with this number, and calls `visit` with each entry on the way.
    ///
    /// # Errors
    /// As [`next`](Self::next), and if there is no such entry. Returns [`StoreError::UnsealedLog`] if the entry is more than
    /// [`MAX_WALK`] entries away.
    pub(crate) async fn walk_to<C: Connection>(
        &mut self,
        connection: &mut C,
        sequence: i64,
        mut visit: impl FnMut(StoredEntry, ChangeHash) -> Result<()> + Send,
    ) -> Result<()> {
        if sequence - self.sequence > MAX_WALK {
            let next = [Value::uuid(self.company), Value::Integer(self.sequence + 1)];
            let exists = connection.query_one(EXISTS, &next, |_| Ok(())).await?.is_some();
            let company = self.company;
            return Err(if exists { StoreError::UnsealedLog(company) } else { StoreError::ChangesRemoved });
        }
        while self.sequence < sequence {
            let entries = self.next(connection, sequence).await?;
            if entries.is_empty() {
                return Err(StoreError::ChangesRemoved);
            }
            for (entry, hash) in entries {
                visit(entry, hash)?;
            }
        }
        Ok(())
    }
}
