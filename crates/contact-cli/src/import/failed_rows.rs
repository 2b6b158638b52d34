//! The file of the rows that failed: each as it was, with its line and the reason, so that it can be corrected and
//! imported again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use encoding_rs::{Encoding, UTF_8};

use super::csv_rows;
use super::decoding::Findings;
use super::failed_place::FailedPlace;
use super::members::members;
use super::row::{Row, Value};
use super::rows::{ERROR_COLUMN, LINE_COLUMN};
use super::vcard_rows;
use crate::output::csv_line::{CsvCell, write_csv_line};

/// How a row is written.
#[derive(Debug)]
pub(crate) enum Form {
    /// Under these headings, with this delimiter.
    Csv { headings: Vec<String>, delimiter: u8 },
    /// An object on each line.
    Ndjson,
    /// A card, with two properties more.
    Vcard,
}

/// The file, which is made when the first row fails.
#[derive(Debug)]
pub(crate) struct FailedRows {
    place: FailedPlace,
    form: Form,
    encoding: SourceEncoding,
    file: Option<BufWriter<File>>,
}

/// What is known of the encoding of the file that is imported. The one of its failed rows is UTF-8.
#[derive(Debug)]
pub(crate) struct SourceEncoding {
    pub(crate) said: Option<&'static Encoding>,
    pub(crate) findings: Arc<Findings>,
}

impl SourceEncoding {
    /// Whether what comes of it needs a mark: `--encoding` would be said of it again, and a spreadsheet would guess.
    fn needs_mark(&self) -> bool {
        self.said.is_some_and(|said| said != UTF_8)
            || self.findings.is_marked.load(Ordering::Relaxed)
            || self.findings.is_windows_1252.load(Ordering::Relaxed)
    }
}

impl FailedRows {
    /// At this place.
    pub(crate) fn new(place: FailedPlace, form: Form, encoding: SourceEncoding) -> Self {
        Self { place, form, encoding, file: None }
    }

    /// Where it is, or would be.
    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub(crate) fn add(&mut self, row: &Row, why: &str) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = self.place.open()?;
                let is_new = file.metadata()?.len() == 0;
                let file = self.file.insert(BufWriter::new(file));
                if is_new && self.encoding.needs_mark() {
                    file.write_all("\u{feff}".as_bytes())?;
                }
                if let (true, Form::Csv { headings, delimiter }) = (is_new, &self.form) {
                    if !csv_rows::is_recognized(*delimiter) {
                        writeln!(file, "sep={}", char::from(*delimiter))?;
                    }
                    let kept = kept(headings).map(|column| headings[column].as_str());
                    let cells = [LINE_COLUMN, ERROR_COLUMN].into_iter().chain(kept);
                    write_csv_line(file, *delimiter, cells.map(CsvCell::unquoted))?;
                }
                file
            }
        };
        match &self.form {
            Form::Csv { headings, delimiter } => {
                let line = row.line.to_string();
                let further = headings.len()..row.columns();
                // A row that was cut off stays so.
                let own = kept(headings).take_while(|&column| column < row.columns());
                let cells = own.chain(further).map(|column| match row.get(column) {
                    Some(Value::Text(text) | Value::Json(text)) => text,
                    None => "",
                });
                let cells = [line.as_str(), why].into_iter().chain(cells);
                write_csv_line(file, *delimiter, cells.map(CsvCell::unquoted))
            }
            Form::Ndjson => write_object(file, row, why),
            Form::Vcard => vcard_rows::write_card(file, row, why),
        }
    }

    /// Writes what is not on disk yet.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// The columns without those of an earlier import.
fn kept(headings: &[String]) -> impl Iterator<Item = usize> {
    let is_own = |heading: &str| ![LINE_COLUMN, ERROR_COLUMN].contains(&heading);
    headings.iter().enumerate().filter(move |(_, heading)| is_own(heading)).map(|(column, _)| column)
}

/// The object with its line and the reason before its own keys; what is no object stands there as a text.
fn write_object(file: &mut impl Write, row: &Row, why: &str) -> io::Result<()> {
    write!(file, r#"{{"{LINE_COLUMN}":{},"{ERROR_COLUMN}":"#, row.line)?;
    serde_json::to_writer(&mut *file, why)?;
    match members(&row.original) {
        Ok(members) => {
            for (name, json) in members {
                if [LINE_COLUMN, ERROR_COLUMN].contains(&name.as_ref()) {
                    continue;
                }
                file.write_all(b",")?;
                serde_json::to_writer(&mut *file, &name)?;
                file.write_all(b":")?;
                // On one line: white space between its tokens may hold line breaks.
                file.write_all(json.replace(['\n', '\r'], " ").as_bytes())?;
            }
        }
        Err(_) => {
            file.write_all(br#","import_text":"#)?;
            serde_json::to_writer(&mut *file, &row.original)?;
        }
    }
    file.write_all(b"}\n")
}
