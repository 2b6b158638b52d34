//! The file of failed rows: each row as it was, with its line and the reason, so that it can be corrected and imported
//! again.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use calcard::vcard::{VCardEntry, VCardProperty, VCardValue};
use encoding_rs::{Encoding, UTF_8};

use super::failed_file::FailedFile;
use crate::import::read::input::Findings;
use crate::import::read::{
    CARD_END, ERROR_COLUMN, LINE_COLUMN, import_property, is_import_column, is_import_property,
    is_recognized, members,
};
use crate::import::row::{Row, Value};
use crate::output::csv_line::{CsvCell, write_csv_line};

/// The format of the file.
#[derive(Debug)]
pub(crate) enum Form {
    Csv { headings: Vec<String>, delimiter: u8 },
    Ndjson,
    Vcard,
}

/// The file, which is created when the first row fails.
#[derive(Debug)]
pub(crate) struct FailedRows {
    place: FailedFile,
    form: Form,
    /// The encoding that the user named for the imported file.
    named_encoding: Option<&'static Encoding>,
    findings: Arc<Findings>,
    file: Option<BufWriter<File>>,
}

impl FailedRows {
    /// Prepares the file for the failed rows of a file in this encoding.
    pub(crate) fn new(
        place: FailedFile,
        form: Form,
        named_encoding: Option<&'static Encoding>,
        findings: Arc<Findings>,
    ) -> Self {
        Self { place, form, named_encoding, findings, file: None }
    }

    /// Writes rows, each with the reason.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub(crate) fn add(&mut self, rows: &[(&Row, String)]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let needs_mark = self.needs_mark();
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let file = self.file.insert(BufWriter::new(self.place.open()?));
                if file.get_ref().metadata()?.len() == 0 {
                    begin(file, &self.form, needs_mark)?;
                }
                file
            }
        };
        for (row, why) in rows {
            match &self.form {
                Form::Csv { headings, delimiter } => write_cells(file, *delimiter, headings, row, why)?,
                Form::Ndjson => write_object(file, row, why)?,
                Form::Vcard => write_card(file, row, why)?,
            }
        }
        file.flush()
    }

    /// Returns the path that the file has, or would have.
    pub(crate) fn path(&self) -> &Path {
        self.place.path()
    }

    /// Returns true if the file needs a byte order mark. It is always UTF-8, but `--encoding` may be named again when it is
    /// imported, and a spreadsheet would guess.
    fn needs_mark(&self) -> bool {
        self.named_encoding.is_some_and(|named| named != UTF_8)
            || self.findings.has_mark.load(Ordering::Relaxed)
            || self.findings.is_windows_1252.load(Ordering::Relaxed)
    }
}

/// Writes what comes before the first row of a new file.
fn begin(file: &mut impl Write, form: &Form, needs_mark: bool) -> io::Result<()> {
    if needs_mark {
        file.write_all("\u{feff}".as_bytes())?;
    }
    let Form::Csv { headings, delimiter } = form else { return Ok(()) };
    if !is_recognized(*delimiter) {
        writeln!(file, "sep={}", char::from(*delimiter))?;
    }
    let own = own_columns(headings).map(|column| headings[column].as_str());
    write_csv_line(
        file,
        *delimiter,
        [LINE_COLUMN, ERROR_COLUMN].into_iter().chain(own).map(CsvCell::unquoted),
    )
}

/// Returns the columns without those of an earlier import.
fn own_columns(headings: &[String]) -> impl Iterator<Item = usize> {
    (0..headings.len()).filter(|&column| !is_import_column(&headings[column]))
}

fn write_cells(
    file: &mut impl Write,
    delimiter: u8,
    headings: &[String],
    row: &Row,
    why: &str,
) -> io::Result<()> {
    let line = row.line.to_string();
    // A row with too few or too many cells stays so.
    let own = own_columns(headings).take_while(|&column| column < row.columns());
    let cells =
        own.chain(headings.len()..row.columns()).map(|column| row.get(column).map_or("", Value::as_str));
    write_csv_line(file, delimiter, [line.as_str(), why].into_iter().chain(cells).map(CsvCell::unquoted))
}

/// Writes an object with the line and the reason before its own keys. Text that is not an object becomes a string.
fn write_object(file: &mut impl Write, row: &Row, why: &str) -> io::Result<()> {
    write!(file, r#"{{"{LINE_COLUMN}":{},"{ERROR_COLUMN}":{}"#, row.line, serde_json::to_string(why)?)?;
    match members(&row.original) {
        Ok(members) => {
            for (name, json) in members.into_iter().filter(|(name, _)| !is_import_column(name)) {
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
