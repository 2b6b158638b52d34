//! `export [FILE]`

use clap::Args;
use contact_client::Include;
use contact_client::SortKey;
use contact_client::model::limits;
use contact_client::model::list::ListCount;
use serde::Serialize;

use crate::args::filters::FilterArgs;
use crate::args::output::OutputArgs;
use crate::confirmation::ConfirmationArgs;
use crate::contact_file::columns::Columns;
use crate::contact_file::format::FileFormat;
use crate::contact_file::writer::ContactWriter;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::{self, Interrupt};
use crate::output::messages;
use crate::output::progress::Progress;
use crate::output::record::Record;
use crate::output::sink::Target;
use crate::output::terminal;
use crate::session::Session;
use crate::whole_file::Unfinished;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts export contacts.csv
  contacts export contacts.ndjson --created-after 2026-01-01
  contacts export vips.vcf --tag vip
  contacts export --format csv --tag lead > leads.csv
  contacts export | jq -r .email

CSV and NDJSON have everything of a contact except its threads and its agent.
A vCard has names, email, phone, business name, notes, tags and picture.
The file appears when the export is complete.")]
pub(crate) struct Export {
    /// Write to this file, or to standard output where it is `-` or not said
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    target: Target,
    /// Write in this form; as the file's name ends, and NDJSON on standard output unless said otherwise
    #[arg(long, value_name = "FORM")]
    format: Option<FileFormat>,
    /// Begin a CSV file with a byte order mark, by which Excel recognizes UTF-8
    #[arg(long)]
    bom: bool,
    #[command(flatten)]
    filters: FilterArgs,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
}

/// What was exported, and where to.
#[derive(Debug, Serialize)]
struct Exported {
    file: String,
    contacts: u64,
}

impl Record for Exported {
    const COLUMNS: &'static [&'static str] = &["file", "contacts"];
    const KEYS: &'static [&'static str] = Self::COLUMNS;

    fn id(&self) -> String {
        self.file.clone()
    }
}

impl Export {
    pub(super) fn run(self, session: &Session, output: OutputArgs) -> Result<(), Failure> {
        let format = self.format()?;
        if output.output.is_some() && self.target.file().is_none() {
            return Err(Failure::usage(
                "`--output` is for what is printed, and here that is the export itself",
            )
            .tip("`--format csv`, `ndjson` or `vcard` says its form"));
        }
        if self.bom && format != FileFormat::Csv {
            return Err(Failure::usage("`--bom` is for CSV").tip("`--format csv` writes CSV"));
        }
        let mut sink = self.target.open(self.confirmation)?;
        // On standard output nothing is to be mended.
        if let Some(unfinished) = sink.unfinished() {
            Interrupt::watch_with(move || stop(&unfinished))?;
        }
        let writer = match format {
            FileFormat::Csv => ContactWriter::Csv { columns: columns(session)?, has_bom: self.bom },
            FileFormat::Ndjson => ContactWriter::Ndjson,
            FileFormat::Vcard => ContactWriter::Vcard,
        };
        let contacts = self.filters.list(&session.client);
        let mut progress = progress(&self.target, output.quiet, || session.count(contacts.clone()))?;
        // When a contact was created never changes: one that is written to meanwhile keeps its place, and a new one
        // comes at the end.
        let contacts = contacts.include(Include::ALL).sort(SortKey::CreatedAt).page_size(limits::PAGE_SIZE);
        let mut written = 0;
        sink.write(&writer.head()?)?;
        for page in contacts.pages().wait() {
            let page = page.map_err(|error| session.failure(&error))?.into_body().results;
            written += page.len() as u64;
            let texts = page.into_iter().map(|contact| writer.contact(contact));
            sink.write(&texts.collect::<Result<String, _>>()?)?;
            progress.show(written, written);
        }
        sink.end()?;
        progress.end();
        match self.target.file() {
            Some(path) if !output.quiet => {
                session.printer.one(&Exported { file: path.display().to_string(), contacts: written }, None)
            }
            _ => Ok(()),
        }
    }

    /// The form that is said, or that the file's name tells.
    fn format(&self) -> Result<FileFormat, Failure> {
        let Some(path) = self.target.file() else { return Ok(self.format.unwrap_or(FileFormat::Ndjson)) };
        self.format.or_else(|| FileFormat::of_name(path)).ok_or_else(|| {
            Failure::usage(format!("the name of {} does not tell its form", path.display()))
                .tip("`--format csv`, `ndjson` or `vcard` says it, and so does a name like contacts.csv")
        })
    }
}

/// Ends the program at Ctrl-C, however long the server takes: it only reads, and what is written beside the file
/// goes first. A file that is whole is put in its place.
fn stop(unfinished: &Unfinished) {
    if unfinished.remove() {
        messages::begin_line();
        messages::tell(&Failure::new(Exit::Interrupted, "the export was stopped; there is no file of it"));
        interrupt::leave();
    }
}

/// The columns for the company's contacts.
fn columns(session: &Session) -> Result<Columns, Failure> {
    let fields = session.send(session.client.list_custom_fields())?.into_body().results;
    Ok(Columns::with_custom_fields(fields.into_iter().map(|field| field.name)))
}

/// A bar where someone sees it, and where it is not in the way of what is written. How many contacts there are is asked
/// for it alone.
fn progress(
    target: &Target,
    is_quiet: bool,
    count: impl FnOnce() -> Result<ListCount, Failure>,
) -> Result<Progress, Failure> {
    let is_in_the_way = target.file().is_none() && terminal::is_standard_output();
    let is_seen = terminal::is_standard_error() && !is_in_the_way && !is_quiet;
    // A count that is not exact cannot be used as the length of the progress bar.
    let count = if is_seen { Some(count()?).filter(|count| count.is_exact) } else { None };
    Ok(Progress::begin("contacts", count.map(|count| count.contacts), !is_seen))
}
