//! Prints records on standard output: one, or a list whose entries are printed as they arrive.

use std::marker::PhantomData;

use contact_client::ETag;

use super::cell::{Fields, plain};
use super::columns::{Columns, value};
use super::csv_line::{CsvCell, csv_line};
use super::printer::Printer;
use super::record::{Record, RecordList, fields};
use super::table::{self, RecordTable};
use super::{cell, yaml};
use crate::args::output::Format;
use crate::failure::Failure;

impl Printer {
    /// Prints one record. Only a table shows the entity tag, because the other formats print the response as it is.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn one<R: Record>(&self, record: &R, etag: Option<&ETag>) -> Result<(), Failure> {
        if self.quiet {
            return self.id(&record.id());
        }
        match self.format {
            Format::Table => {
                let mut lines = R::lines(&fields(record)?);
                lines.extend(etag.map(|tag| ("etag".to_owned(), cell::printable(&tag.to_string()))));
                self.text(&table::of_lines(&lines, self.width))
            }
            Format::Json => self.text(&serde_json::to_string_pretty(record).map_err(Failure::unprintable)?),
            Format::Yaml => self.text(yaml::of_record(&fields(record)?)?.trim_end()),
            Format::Ndjson | Format::Csv => {
                let mut list = self.list::<R>(Columns::default());
                list.add(record)?;
                list.end()
            }
        }
    }

    /// Prints records one after the other with these columns.
    pub(crate) fn list<R: Record>(&self, columns: Columns) -> ListPrinter<R> {
        ListPrinter::new(*self, columns)
    }

    /// Prints a whole list.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn all<L: RecordList>(&self, all: L, columns: Columns) -> Result<(), Failure> {
        let mut list = self.list::<L::Record>(columns);
        for record in all.into_records() {
            list.add(&record)?;
        }
        list.end()
    }
}

/// Prints a list, each entry as soon as it is there. A table is printed portion by portion, because its columns are as
/// wide as what stands in them.
#[derive(Debug)]
pub(crate) struct ListPrinter<R> {
    printer: Printer,
    /// The columns of a table or of CSV.
    chosen: Columns,
    /// The names of the columns of CSV, once they are printed.
    columns: Vec<String>,
    /// The rows of a table that are not printed yet.
    table: RecordTable,
    added: u64,
    kind: PhantomData<fn(R)>,
}

impl<R: Record> ListPrinter<R> {
    pub(super) fn new(printer: Printer, chosen: Columns) -> Self {
        let table = RecordTable::new::<R>(&chosen);
        Self { printer, chosen, columns: Vec::new(), table, added: 0, kind: PhantomData }
    }

    /// Prints an entry.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn add(&mut self, record: &R) -> Result<(), Failure> {
        let is_first = self.added == 0;
        self.added += 1;
        if self.printer.quiet {
            return self.printer.id(&record.id());
        }
        match self.printer.format {
            Format::Table => {
                if self.table.add::<R>(&fields(record)?) {
                    self.print_rows()?;
                }
            }
            Format::Json => {
                let json =
                    serde_json::to_string_pretty(record).map_err(Failure::unprintable)?.replace('\n', "\n  ");
                self.printer.write(&format!("{}{json}", if is_first { "[\n  " } else { ",\n  " }))?;
            }
            Format::Ndjson => {
                self.printer
                    .write(&format!("{}\n", serde_json::to_string(record).map_err(Failure::unprintable)?))?;
            }
            Format::Csv => {
                let fields = fields(record)?;
                if is_first {
                    self.name_columns(&fields)?;
                }
                let cell =
                    |name: &String| value(&fields, name).map(|value| plain(&value)).unwrap_or_default();
                self.printer.write(&csv_line(self.columns.iter().map(cell))?)?;
            }
            Format::Yaml => self.printer.write(&yaml::of_entry(&fields(record)?)?)?,
        }
        Ok(())
    }

    /// Prints what follows the last entry.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        if self.printer.quiet {
            return Ok(());
        }
        match self.printer.format {
            Format::Table => self.print_rows(),
            Format::Json => self.printer.write(if self.added == 0 { "[]\n" } else { "\n]\n" }),
            Format::Yaml if self.added == 0 => self.printer.write("[]\n"),
            Format::Csv if self.added == 0 => self.name_columns(&Fields::new()),
            Format::Csv | Format::Ndjson | Format::Yaml => Ok(()),
        }
    }

    /// Prints the rows of a table that are not printed yet, and its headings first.
    fn print_rows(&mut self) -> Result<(), Failure> {
        let (heading, lines) = self.table.portion(self.printer.width);
        if let Some(heading) = heading {
            self.printer.heading(&heading)?;
        }
        if lines.is_empty() { Ok(()) } else { self.printer.text(&lines.join("\n")) }
    }

    /// Prints the names of the columns: the chosen ones, or those of every entry and the further ones of the first.
    fn name_columns(&mut self, first: &Fields) -> Result<(), Failure> {
        let known = R::KEYS.iter().map(|&name| name.to_owned());
        let further = first.keys().filter(|name| !R::KEYS.contains(&name.as_str())).cloned();
        self.columns = match self.chosen.chosen() {
            Some(chosen) => chosen.to_vec(),
            None => known.chain(further).collect(),
        };
        self.printer.write(&csv_line(self.columns.iter().map(|name| CsvCell::text(name)))?)
    }
}
