//! Fills batches with the rows of a file.

use std::collections::VecDeque;

use contact_client::model::limits;

use super::contact_keys::ContactKeys;
use crate::failure::Failure;
use crate::import::map::LeftOut;
use crate::import::map::recipe::Recipe;
use crate::import::read::Rows;
use crate::import::read::input::Meter;
use crate::import::row::Row;

const OPEN: &[u8] = br#"{"items":["#;
const CLOSE: &[u8] = b"]}";
/// The number of bytes in memory at which a batch is full. Values that are not sent, such as pictures, count too.
const FULL: usize = limits::BATCH_BODY;

/// Rows that are sent in one request.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// The body of the request.
    pub(crate) body: Vec<u8>,
    /// The rows of the items, in their order.
    pub(crate) sent: Vec<Row>,
    /// The rows that cannot be sent, and why.
    pub(crate) unfit: Vec<(Row, String)>,
    /// The values that are not sent.
    pub(crate) left_out: LeftOut,
    /// The number of rows, including blank ones.
    pub(crate) rows: u64,
    /// The contacts that the items may be for.
    pub(crate) keys: ContactKeys,
    /// The number of bytes of the file up to the end of the batch.
    pub(crate) file_bytes: u64,
}

/// The rows that are still to be sent.
pub(crate) struct Supply {
    rows: Box<dyn Rows>,
    recipe: Recipe,
    meter: Meter,
    /// Rows that were read, but are not in a batch yet.
    ahead: VecDeque<Row>,
    /// The number of columns that were known before the first batch.
    known_columns: usize,
    /// The end of the file, or why its rest cannot be read.
    end: Option<Result<(), Failure>>,
}

impl Supply {
    /// Creates the supply of a file. Some of its rows may have been read already.
    pub(crate) fn new(rows: Box<dyn Rows>, ahead: VecDeque<Row>, recipe: Recipe, meter: Meter) -> Self {
        let known_columns = rows.headings().len();
        Self { rows, recipe, meter, ahead, known_columns, end: None }
    }

    /// Skips this many rows, or fewer if the file ends. Returns the number.
    pub(crate) fn skip(&mut self, rows: u64) -> u64 {
        (0..rows).take_while(|_| self.next().is_some()).count() as u64
    }

    /// Returns the next batch with up to `most` rows; `None` if there are no more rows.
    pub(crate) fn batch(&mut self, most: usize) -> Option<Batch> {
        let mut batch = Batch { body: OPEN.to_vec(), ..Batch::default() };
        let mut memory = 0;
        while batch.sent.len() + batch.unfit.len() < most && memory < FULL {
            let Some(row) = self.next() else { break };
            if row.is_blank() {
                batch.rows += 1;
                continue;
            }
            memory += row.bytes();
            if let Some(first_of_next) = self.add(&mut batch, row) {
                self.ahead.push_front(first_of_next);
                break;
            }
            batch.rows += 1;
        }
        batch.body.extend_from_slice(CLOSE);
        batch.file_bytes = self.meter.bytes();
        (batch.rows > 0).then_some(batch)
    }

    /// Adds a row to a batch. Returns the row if the request would be too long.
    fn add(&self, batch: &mut Batch, row: Row) -> Option<Row> {
        let end = batch.body.len();
        if !batch.sent.is_empty() {
            batch.body.push(b',');
        }
        let written = self.recipe.write(&row, &mut batch.body);
        let is_too_long = batch.body.len() + CLOSE.len() > limits::SINGLE_TRANSACTION_BATCH_BODY;
        let why = match written {
            Ok((left_out, keys)) if !is_too_long => {
                batch.left_out.add(left_out);
                batch.keys.extend(keys);
                batch.sent.push(row);
                return None;
            }
            Ok(_) if !batch.sent.is_empty() => {
                batch.body.truncate(end);
                return Some(row);
            }
            Ok(_) => {
                let limit = limits::SINGLE_TRANSACTION_BATCH_BODY;
                format!("it is longer than the {limit} bytes that a request may have")
            }
            Err(why) => why,
        };
        batch.unfit.push((row, why));
        batch.body.truncate(end);
        None
    }

    fn next(&mut self) -> Option<Row> {
        if let Some(row) = self.ahead.pop_front() {
            return Some(row);
        }
        if self.end.is_some() {
            return None;
        }
        match self.rows.read() {
            Ok(Some(row)) => {
                self.recipe.extend(self.rows.headings());
                return Some(row);
            }
            Ok(None) => self.end = Some(Ok(())),
            Err(failure) => self.end = Some(Err(failure)),
        }
        None
    }

    /// Ends the supply, and returns the headings that were left out and are not in the first rows.
    ///
    /// # Errors
    /// The rest of the file cannot be read.
    pub(crate) fn finish(self) -> Result<Vec<String>, Failure> {
        let late = self.recipe.left_out_from(self.rows.headings(), self.known_columns);
        let late = late.into_iter().map(str::to_owned).collect();
        self.end.unwrap_or(Ok(())).map(|()| late)
    }
}
