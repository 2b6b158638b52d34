//! Prints records on standard output: one, or a list whose entries arrive one by one.

use std::marker::PhantomData;

use contact_client::ETag;
use serde_json::Value;

use super::cell::{Fields, of_column, plain, printable};
use super::columns::value;
use super::csv_line::{CsvCell, csv_line};
use super::printer::{Printer, write};
use super::record::{Record, fields};
use super::table::RecordTable;
use super::{details, terminal, yaml};
use crate::args::output::Format;
use crate::failure::Failure;

impl Printer {
    /// Prints one record. Only a table shows the entity tag, because the other formats print the response as it is.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn one<R: Record>(&self, record: &R, etag: Option<&ETag>) -> Result<(), Failure> {
        match self.format {
            Format::Table if !self.quiet => {
                let mut lines = details::lines(&fields(record)?);
                lines.extend(etag.map(|tag| ("etag".to_owned(), printable(&tag.to_string()))));
                self.text(&self.lines(&lines))
            }
            Format::Json if !self.quiet => {
                self.text(&serde_json::to_string_pretty(record).map_err(Failure::unprintable)?)
            }
            Format::Yaml if !self.quiet => write(&yaml::written(record, false)?),
            _ => {
                let mut list = ListPrinter::new(*self, Vec::new());
                list.add(record)?;
                list.end()
            }
        }
    }

    /// Prints what a command has done. `--quiet` suppresses it.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn summary(&self, record: &impl Record) -> Result<(), Failure> {
        if self.quiet { Ok(()) } else { self.one(record, None) }
    }

    /// Prints a list.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn all<R: Record>(
        &self,
        records: impl IntoIterator<Item = R>,
        columns: Vec<String>,
    ) -> Result<(), Failure> {
        let mut list = ListPrinter::new(*self, columns);
        records.into_iter().try_for_each(|record| list.add(&record))?;
        list.end()
    }
}

/// Prints a list. Each entry is printed when it is added, except in a table, whose columns are as wide as their
/// cells: a table is printed in parts.
#[derive(Debug)]
pub(crate) struct ListPrinter<R> {
    printer: Printer,
    /// The columns of a table or CSV. For CSV, there are none before the first entry unless the user chose them.
    columns: Vec<String>,
    /// The rows of a table that are not printed yet.
    table: RecordTable,
    is_empty: bool,
    kind: PhantomData<fn(R)>,
}

impl<R: Record> ListPrinter<R> {
    /// Begins a list with these columns, or with the default columns if there are none.
    pub(crate) fn new(printer: Printer, mut columns: Vec<String>) -> Self {
        if columns.is_empty() && printer.is_table() {
            columns = R::COLUMNS.iter().copied().map(str::to_owned).collect();
        }
        Self { printer, columns, table: RecordTable::default(), is_empty: true, kind: PhantomData }
    }

    /// Prints an entry.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn add(&mut self, record: &R) -> Result<(), Failure> {
        let is_first = std::mem::take(&mut self.is_empty);
        if self.printer.quiet {
            return self.id(&fields(record)?);
        }
        match self.printer.format {
            Format::Table => {
                let fields = fields(record)?;
                let cell = |name: &String| value(&fields, name).map(|value| of_column(name, &value));
                let row = self.columns.iter().map(|name| cell(name).unwrap_or_default()).collect();
                if self.table.add(row) { self.print_rows() } else { Ok(()) }
            }
            Format::Json => {
                let json = serde_json::to_string_pretty(record).map_err(Failure::unprintable)?;
                let before = if is_first { "[\n  " } else { ",\n  " };
                write(&format!("{before}{}", json.replace('\n', "\n  ")))
            }
            Format::Ndjson => {
                write(&format!("{}\n", serde_json::to_string(record).map_err(Failure::unprintable)?))
            }
            Format::Csv => {
                let fields = fields(record)?;
                if is_first {
                    self.print_headings(&fields)?;
                }
                let cell = |name: &String| value(&fields, name).map(|value| plain(&value));
                write(&csv_line(self.columns.iter().map(|name| cell(name).unwrap_or_default()))?)
            }
            Format::Yaml => write(&yaml::written(record, true)?),
        }
    }

    /// Prints the end of the list.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        match self.printer.format {
            _ if self.printer.quiet => Ok(()),
            Format::Table => self.print_rows(),
            Format::Json => write(if self.is_empty { "[]\n" } else { "\n]\n" }),
            Format::Yaml if self.is_empty => write("[]\n"),
            Format::Csv if self.is_empty => self.print_headings(&Fields::new()),
            Format::Csv | Format::Ndjson | Format::Yaml => Ok(()),
        }
    }

    /// Prints the id of an entry, in one line on a terminal.
    fn id(&self, fields: &Fields) -> Result<(), Failure> {
        let id = match value(fields, R::ID).map(|id| serde_json::from_str::<Value>(id.get())).transpose() {
            Ok(None | Some(Value::Null)) => String::new(),
            Ok(Some(Value::String(id))) => id,
            Ok(Some(id)) => id.to_string(),
            Err(error) => return Err(Failure::unprintable(error)),
        };
        self.printer.text(&if terminal::is_standard_output() { terminal::one_line(&id) } else { id })
    }

    /// Prints the rows of a table that are not printed yet, and its headings first.
    fn print_rows(&mut self) -> Result<(), Failure> {
        let (heading, lines) = self.table.portion(&self.columns, self.printer.width);
        if let Some(heading) = heading {
            self.printer.heading(&heading)?;
        }
        if lines.is_empty() { Ok(()) } else { self.printer.text(&lines.join("\n")) }
    }

    /// Prints the headings of CSV: the chosen columns, or the keys of every entry and the further keys of the first.
    fn print_headings(&mut self, first: &Fields) -> Result<(), Failure> {
        if self.columns.is_empty() {
            let further = first.keys().map(String::as_str).filter(|name| !R::KEYS.contains(name));
            self.columns = R::KEYS.iter().copied().chain(further).map(str::to_owned).collect();
        }
        write(&csv_line(self.columns.iter().map(|name| CsvCell::text(name)))?)
    }
}
