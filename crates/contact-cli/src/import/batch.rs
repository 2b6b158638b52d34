//! Rows that are sent together.

use std::collections::VecDeque;

use contact_client::model::limits;

use super::contact_keys::ContactKeys;
use super::custom_value::BadValue;
use super::input::Meter;
use super::left_out::{LeftOut, NotSent};
use super::recipe::Recipe;
use super::row::Row;
use super::rows::Rows;
use crate::failure::Failure;

const OPEN: &[u8] = br#"{"items":["#;
const CLOSE: &[u8] = b"]}";
/// Bytes that the rows of a batch take together in memory, but for the last: what is not sent of them, such as pictures, fills memory too.
const ROWS: usize = limits::BATCH_BODY;

/// A batch, and the rows that it is made of. Its place is used again for the next one.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// How many rows of the file are before its first.
    pub(crate) rows_before: u64,
    /// The body of the request.
    pub(crate) body: Vec<u8>,
    /// The keys that its rows match contacts by.
    pub(crate) keys: ContactKeys,
    /// What its items lack of its rows.
    pub(crate) left_out: LeftOut,
    rows: Vec<Row>,
    /// Bytes of these rows.
    rows_bytes: usize,
    count: usize,
    capacity: usize,
    /// The rows that are items, in the order of the items.
    sent: Vec<usize>,
    /// The rows that cannot be sent, and why.
    unfit: Vec<(usize, String)>,
    /// Values that their custom fields do not take, with the rows that are sent without them.
    bad_values: Vec<(usize, BadValue)>,
    /// Rows in which nothing stands.
    pub(crate) blank: u64,
    /// How far the file is read behind it, in bytes.
    pub(crate) bytes: u64,
}

impl Batch {
    fn begin(&mut self, rows_before: u64) {
        self.rows_before = rows_before;
        // The one before went with its request.
        self.body = Vec::with_capacity(self.capacity);
        self.body.extend_from_slice(OPEN);
        self.keys.clear();
        self.left_out = LeftOut::default();
        // Places that the one before has not used may still hold what is large.
        self.rows.truncate(self.count);
        self.count = 0;
        self.rows_bytes = 0;
        self.sent.clear();
        self.unfit.clear();
        self.bad_values.clear();
        self.blank = 0;
    }

    /// Rows of the file in it, blank ones among them.
    pub(crate) fn len(&self) -> u64 {
        self.count as u64 + self.blank
    }

    /// How many rows are items.
    pub(crate) fn items(&self) -> usize {
        self.sent.len()
    }

    /// The row that an item was made of.
    pub(crate) fn row_of_item(&self, item: usize) -> Option<&Row> {
        self.sent.get(item).and_then(|&place| self.rows.get(place))
    }

    /// Returns the values that their custom fields do not take, with the rows that are sent without them.
    pub(crate) fn bad_values(&self) -> impl Iterator<Item = (&Row, &BadValue)> {
        self.bad_values.iter().filter_map(|(place, bad)| Some((self.rows.get(*place)?, bad)))
    }

    /// The rows that cannot be sent, and why.
    pub(crate) fn unfit(&self) -> impl Iterator<Item = (&Row, &str)> {
        self.unfit.iter().filter_map(|(place, why)| Some((self.rows.get(*place)?, why.as_str())))
    }
}

/// The rows that are still to be sent.
pub(crate) struct Supply {
    rows: Box<dyn Rows>,
    recipe: Recipe,
    meter: Meter,
    /// Rows that were read ahead.
    ahead: VecDeque<Row>,
    /// Rows of the file that were taken.
    taken: u64,
    /// Why the file could not be read to its end.
    pub(crate) broken: Option<Failure>,
    /// Columns that were known before the first row was taken.
    known: usize,
    has_ended: bool,
}

impl Supply {
    /// Rows of a file, some of which may have been read already.
    pub(crate) fn new(rows: Box<dyn Rows>, ahead: VecDeque<Row>, recipe: Recipe, meter: Meter) -> Self {
        let known = rows.headings().len();
        Self { rows, recipe, meter, ahead, taken: 0, broken: None, known, has_ended: false }
    }

    /// Columns that have shown up since, and that nothing became of.
    pub(crate) fn left_out_since(&self) -> Vec<&str> {
        self.recipe.left_out_from(self.rows.headings(), self.known)
    }

    /// Rows of the file that were taken, those that were left out among them.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Leaves out rows at the beginning.
    pub(crate) fn skip(&mut self, rows: u64) {
        let mut row = Row::default();
        while self.taken < rows && self.next(&mut row) {
            self.taken += 1;
        }
    }

    /// Fills a batch with up to so many rows; false where there are none left.
    pub(crate) fn fill(&mut self, batch: &mut Batch, most: usize) -> bool {
        batch.begin(self.taken);
        while batch.count < most && batch.rows_bytes < ROWS {
            if batch.rows.len() == batch.count {
                batch.rows.push(Row::default());
            }
            if !self.next(&mut batch.rows[batch.count]) {
                break;
            }
            if batch.rows[batch.count].is_blank() {
                batch.blank += 1;
                self.taken += 1;
                continue;
            }
            let end = batch.body.len();
            match self.add(batch) {
                Ok(NotSent { left_out, bad_values })
                    if batch.body.len() + CLOSE.len() <= limits::SINGLE_TRANSACTION_BATCH_BODY =>
                {
                    let place = batch.count;
                    batch.sent.push(place);
                    batch.left_out.add(left_out);
                    batch.bad_values.extend(bad_values.into_iter().map(|bad| (place, bad)));
                }
                Ok(_) if !batch.sent.is_empty() => {
                    // It is the first of the next batch.
                    batch.body.truncate(end);
                    self.ahead.push_front(std::mem::take(&mut batch.rows[batch.count]));
                    break;
                }
                outcome => {
                    batch.body.truncate(end);
                    let too_long = || {
                        let limit = limits::SINGLE_TRANSACTION_BATCH_BODY;
                        format!("it is longer than the {limit} bytes that a request may have")
                    };
                    batch.unfit.push((batch.count, outcome.err().unwrap_or_else(too_long)));
                }
            }
            batch.rows_bytes += batch.rows[batch.count].bytes();
            batch.count += 1;
            self.taken += 1;
        }
        batch.body.extend_from_slice(CLOSE);
        batch.capacity = batch.body.len();
        batch.bytes = self.meter.bytes();
        batch.len() > 0
    }

    fn add(&self, batch: &mut Batch) -> Result<NotSent, String> {
        if !batch.sent.is_empty() {
            batch.body.push(b',');
        }
        self.recipe.write(&batch.rows[batch.count], &mut batch.body, &mut batch.keys)
    }

    fn next(&mut self, row: &mut Row) -> bool {
        if let Some(ahead) = self.ahead.pop_front() {
            *row = ahead;
            return true;
        }
        if self.has_ended {
            return false;
        }
        match self.rows.read(row) {
            Ok(true) => self.recipe.learn(self.rows.headings()),
            Ok(false) => self.has_ended = true,
            Err(failure) => {
                self.broken = Some(failure);
                self.has_ended = true;
            }
        }
        !self.has_ended
    }
}
