//! The file of failed rows: each row as it was, with its line and the reason, so that it can be corrected and imported
//! again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::Ordering;

use calcard::vcard::{VCardEntry, VCardProperty, VCardValue};
use encoding_rs::{Encoding, UTF_8};

use super::failed_file::FailedFile;
use crate::import::read::format::InputFormat;
use crate::import::read::input::Meter;
use crate::import::read::{
    CARD_END, ERROR_COLUMN, LINE_COLUMN, import_property, is_import_column, is_import_property, is_recognized,
};
use crate::import::row::{Row, Value};
use crate::output::cell::Fields;
use crate::output::csv_line::{CsvCell, write_csv_line};

/// The file, which is created when the first row fails.
#[derive(Debug)]
pub(crate) struct FailedRows {
    pub(crate) place: FailedFile,
    /// The format of the imported file. Failed rows of JSON are written as NDJSON.
    pub(crate) format: InputFormat,
    /// The headings and the delimiter of a CSV file.
    pub(crate) headings: Vec<String>,
    pub(crate) delimiter: u8,
    /// The encoding that the user named for the imported file.
    pub(crate) named_encoding: Option<&'static Encoding>,
    pub(crate) meter: Meter,
    pub(crate) file: Option<BufWriter<File>>,
}

impl FailedRows {
    /// Writes rows, each with the reason.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub(crate) fn add(&mut self, rows: &[(&Row, String)]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => {
                let mut file = BufWriter::new(self.place.open()?);
                if file.get_ref().metadata()?.len() == 0 {
                    self.begin(&mut file)?;
                }
                file
            }
        };
        for (row, why) in rows {
            match self.format {
                InputFormat::Csv => self.write_cells(&mut file, row, why)?,
                InputFormat::Ndjson | InputFormat::Json => write_object(&mut file, row, why)?,
                InputFormat::Vcard => write_card(&mut file, row, why)?,
            }
        }
        self.file.insert(file).flush()
    }

    /// Returns the path that the file has, or would have.
    pub(crate) fn path(&self) -> &Path {
        &self.place.path
    }

    /// Writes what comes before the first row of a new file.
    fn begin(&self, file: &mut impl Write) -> io::Result<()> {
        // The file is always UTF-8, but `--encoding` may be named again when it is imported, and a spreadsheet would
        // guess.
        if self.named_encoding.is_some_and(|named| named != UTF_8)
            || self.meter.has_mark
            || self.meter.is_windows_1252.load(Ordering::Relaxed)
        {
            file.write_all("\u{feff}".as_bytes())?;
        }
        if self.format != InputFormat::Csv {
            return Ok(());
        }
        if !is_recognized(self.delimiter) {
            writeln!(file, "sep={}", char::from(self.delimiter))?;
        }
        let own = self.headings.iter().map(String::as_str).filter(|heading| !is_import_column(heading));
        let headings = [LINE_COLUMN, ERROR_COLUMN].into_iter().chain(own);
        write_csv_line(file, self.delimiter, headings.map(CsvCell::unquoted))
    }

    /// Writes the cells of a row, without those of an earlier import. A row with too few or too many cells stays so.
    fn write_cells(&self, file: &mut impl Write, row: &Row, why: &str) -> io::Result<()> {
        let is_own =
            |column: &usize| self.headings.get(*column).is_none_or(|heading| !is_import_column(heading));
        let cells = (0..row.columns()).filter(is_own).map(|column| row.get(column).map_or("", Value::as_str));
        let line = row.line.to_string();
        let cells = [line.as_str(), why].into_iter().chain(cells);
        write_csv_line(file, self.delimiter, cells.map(CsvCell::unquoted))
    }
}

/// Writes an object with the line and the reason before its own keys. Text that is not an object becomes a string.
fn write_object(file: &mut impl Write, row: &Row, why: &str) -> io::Result<()> {
    write!(file, r#"{{"{LINE_COLUMN}":{},"{ERROR_COLUMN}":{}"#, row.line, serde_json::to_string(why)?)?;
    match serde_json::from_str::<Fields>(&row.original) {
        Ok(fields) => {
            for (name, json) in fields.into_iter().filter(|(name, _)| !is_import_column(name)) {
                // On one line: white space between its tokens may contain line breaks.
                let json = json.get().replace(['\n', '\r'], " ");
                write!(file, ",{}:{json}", serde_json::to_string(&name)?)?;
            }
        }
        Err(_) => write!(file, r#","import_text":{}"#, serde_json::to_string(&row.original)?)?,
    }
    file.write_all(b"}\n")
}

/// Writes a card with the line and the reason before its end.
fn write_card(file: &mut impl Write, row: &Row, why: &str) -> io::Result<()> {
    let mut is_own = true;
    for line in row.original.lines().take_while(|line| !line.trim_end().eq_ignore_ascii_case(CARD_END)) {
        // The properties of an earlier import are removed, with the lines that continue them.
        if !line.starts_with([' ', '\t']) {
            is_own = !is_import_property(line.split([':', ';']).next().unwrap_or_default());
        }
        if is_own {
            write!(file, "{line}\r\n")?;
        }
    }
    for (column, text) in [(LINE_COLUMN, row.line.to_string()), (ERROR_COLUMN, why.to_owned())] {
        let entry = VCardEntry::new(VCardProperty::Other(import_property(column)));
        let mut line = String::new();
        entry.with_value(VCardValue::Text(text)).write_to(&mut line, true).map_err(io::Error::other)?;
        file.write_all(line.as_bytes())?;
    }
    write!(file, "{CARD_END}\r\n")
}
