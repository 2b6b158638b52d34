//! The text of a file, and how much of it was read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use encoding_rs::Encoding;

use super::decoding::Decoding;
use crate::args::body::BodySource;
use crate::failure::Failure;

/// The longest row that can be sent.
const LONGEST_ROW: u64 = contact_client::model::limits::BATCH_BODY as u64;
/// The number of bytes by which the format is recognized.
const BEGINNING: usize = 64 * 1024;

/// The text of a file.
pub(super) type Text = Box<dyn BufRead + Send>;

/// An open file.
pub(crate) struct Input {
    pub(super) text: Text,
    /// The first part of the text.
    pub(crate) beginning: String,
    pub(crate) meter: Meter,
}

/// How much of a file was read, in total and for the current row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    bytes: Arc<AtomicU64>,
    of_row: Arc<AtomicU64>,
    /// The length of the file, if it is a regular file.
    pub(crate) length: Option<u64>,
    /// The file has a byte order mark.
    pub(crate) has_mark: bool,
    /// The file is Windows-1252, although the user named no encoding.
    pub(crate) is_windows_1252: Arc<AtomicBool>,
}

impl Meter {
    /// Returns the number of bytes that were read.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Begins to count for the next row.
    pub(super) fn begin_row(&self) {
        self.of_row.store(0, Ordering::Relaxed);
    }
}

impl Input {
    /// Reads a file to its end, so that nothing is imported from a file with a byte that its encoding does not have. A pipe
    /// can be read only once, so it is imported up to such a byte.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn check(source: &BodySource, encoding: Option<&'static Encoding>) -> Result<(), Failure> {
        let BodySource::File(path) = source else { return Ok(()) };
        let read = || {
            if path.metadata()?.is_file() {
                io::copy(&mut Decoding::new(File::open(path)?, encoding, Arc::default())?, &mut io::sink())?;
            }
            Ok(())
        };
        read().map_err(failed(source))
    }

    /// Opens a file, or standard input.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn open(source: &BodySource, encoding: Option<&'static Encoding>) -> Result<Self, Failure> {
        let failed = failed(source);
        let (bytes, length): (Box<dyn Read + Send>, _) = match source {
            BodySource::StandardInput => (Box::new(io::stdin()), None),
            BodySource::File(path) => {
                let file = File::open(path).map_err(&failed)?;
                let metadata = file.metadata().map_err(&failed)?;
                // A named pipe has no length.
                let length = metadata.is_file().then_some(metadata.len());
                (Box::new(file), length)
            }
        };
        Self::read(bytes, length, encoding).map_err(failed)
    }

    fn read(
        bytes: impl Read + Send + 'static,
        length: Option<u64>,
        encoding: Option<&'static Encoding>,
    ) -> io::Result<Self> {
        let mut meter = Meter { length, ..Meter::default() };
        let counted = Counted { inner: bytes, count: Arc::clone(&meter.bytes), most: u64::MAX };
        let mut decoded = Decoding::new(counted, encoding, Arc::clone(&meter.is_windows_1252))?;
        meter.has_mark = decoded.has_mark;
        let mut beginning = Vec::new();
        decoded.by_ref().take(BEGINNING as u64).read_to_end(&mut beginning)?;
        let text = Counted {
            inner: io::Cursor::new(beginning.clone()).chain(decoded),
            count: Arc::clone(&meter.of_row),
            most: LONGEST_ROW + BEGINNING as u64,
        };
        let text = BufReader::with_capacity(BEGINNING, text);
        // The first part may end within a character.
        let beginning = String::from_utf8_lossy(&beginning).into_owned();
        Ok(Self { text: Box::new(text), beginning, meter })
    }

    /// Reads these bytes.
    #[cfg(test)]
    pub(crate) fn of(bytes: impl Read + Send + 'static) -> Self {
        Self::read(bytes, None, None).unwrap()
    }
}

fn failed(source: &BodySource) -> impl Fn(io::Error) -> Failure {
    move |error| source.unreadable(&error)
}

/// Counts the bytes that are read. Fails if they are too many for one row: the cell of a quote that is not closed would be
/// the rest of the file.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
    most: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        let count = self.count.fetch_add(read as u64, Ordering::Relaxed) + read as u64;
        if count > self.most {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("a row is longer than {LONGEST_ROW} bytes: is a quote or a bracket not closed?"),
            ));
        }
        Ok(read)
    }
}
