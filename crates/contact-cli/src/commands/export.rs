//! `export [FILE]`

use std::path::{Path, PathBuf};

use clap::Args;
use contact_client::model::limits;
use contact_client::{Include, SortKey};
use serde::Serialize;

use crate::args::FilterArgs;
use crate::confirmation::ConfirmationArgs;
use crate::contact_file::columns::Columns;
use crate::contact_file::format::{FileFormat, format_of_name};
use crate::contact_file::writer;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::csv_line::csv_line;
use crate::output::record::records;
use crate::output::{messages, printer, terminal};
use crate::whole_file::WholeFile;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts export contacts.csv
  contacts export contacts.ndjson --created-after 2026-01-01
  contacts export vips.vcf --tag vip
  contacts export --format csv --tag lead > leads.csv
  contacts export | jq -r .email

CSV and NDJSON contain all fields of a contact, but not its threads and agent.
vCard contains names, email, phone, business name, notes, tags and picture.
The file appears when the export is complete.")]
pub(crate) struct Export {
    /// File to write, or `-` for standard output (the default)
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    target: PathBuf,
    /// File format [default: from the file extension, or ndjson on standard output]
    #[arg(long, value_name = "FORMAT")]
    format: Option<FileFormat>,
    /// Begin a CSV file with a byte order mark, so that Excel recognises UTF-8
    #[arg(long)]
    bom: bool,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    #[command(flatten)]
    filters: FilterArgs,
}

/// The result of an export to a file.
#[derive(Debug, Serialize)]
struct Exported {
    file: String,
    contacts: u64,
}

records! { Exported, "file", ["file", "contacts"], ["file", "contacts"]; }

impl Export {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let path = (self.target.as_os_str() != "-").then_some(self.target.as_path());
        let format = self.format(path)?;
        if path.is_none() && context.printer.has_chosen_format {
            return Err(Failure::usage("`--output` does not apply to an export to standard output")
                .tip("use `--format csv`, `ndjson` or `vcard`"));
        }
        if self.bom && format != FileFormat::Csv {
            return Err(Failure::usage("`--bom` requires `--format csv`"));
        }
        let mut file = path.map(|path| begin(path, self.confirmation)).transpose()?;
        if let Some(remove) = file.as_ref().map(WholeFile::remover) {
            Interrupt::watch(move || stop(remove))?;
        }
        let client = context.client()?;
        let mut columns = Columns::default();
        let mut head = String::new();
        if format == FileFormat::Csv {
            let fields = context.send(client.list_custom_fields())?.into_body().results;
            columns = Columns::with_custom_fields(fields.into_iter().map(|field| field.name));
            let bom = if self.bom { "\u{feff}" } else { "" };
            head = format!("{bom}{}", csv_line(columns.header())?);
        }
        let contacts = self.filters.list(client);
        // A progress bar would be mixed with contacts on the terminal.
        let has_bar = !context.printer.quiet
            && terminal::is_standard_error()
            && (path.is_some() || !terminal::is_standard_output());
        let count = if has_bar { Some(context.count(contacts.clone())?) } else { None };
        let mut progress =
            count.map(|count| context.printer.progress("contacts", count.is_exact.then_some(count.contacts)));
        // A contact's time of creation never changes, so a contact that is updated later keeps its place.
        let contacts = contacts.include(Include::ALL).sort(SortKey::CreatedAt).page_size(limits::PAGE_SIZE);
        let mut write = |text: &str| match &mut file {
            Some(file) => file.add(text),
            None => printer::write(text),
        };
        let mut written = 0;
        write(&head)?;
        for page in contacts.pages().wait() {
            let page = page.map_err(|error| context.failure(&error))?.into_body().results;
            written += page.len() as u64;
            let texts = page.into_iter().map(|contact| writer::written(format, &columns, contact));
            write(&texts.collect::<Result<String, _>>()?)?;
            if let Some(progress) = &mut progress {
                progress.show(written, written);
            }
        }
        file.map_or(Ok(()), WholeFile::end)?;
        drop(progress);
        path.map_or(Ok(()), |path| {
            context.printer.summary(&Exported { file: path.display().to_string(), contacts: written })
        })
    }

    /// Returns the format of `--format`, or of the file extension.
    fn format(&self, path: Option<&Path>) -> Result<FileFormat, Failure> {
        let Some(path) = path else { return Ok(self.format.unwrap_or(FileFormat::Ndjson)) };
        self.format.or_else(|| format_of_name(path)).ok_or_else(|| {
            Failure::usage(format!("{} has no known file extension", path.display()))
                .tip("use .csv, .ndjson or .vcf, or `--format csv`, `ndjson` or `vcard`")
        })
    }
}

/// Begins the file. An existing one is replaced when the export is complete, and only if the user agrees.
fn begin(path: &Path, confirmation: ConfirmationArgs) -> Result<WholeFile, Failure> {
    let shown = path.display();
    let existing = path.metadata().ok();
    match &existing {
        Some(existing) if existing.is_dir() => {
            let example = path.join("contacts.csv");
            return Err(Failure::usage(format!("{shown} is a directory"))
                .tip(format!("give the path of a file, such as {}", example.display())));
        }
        Some(existing) if !existing.is_file() => {
            return Err(Failure::usage(format!("{shown} is not a regular file"))
                .tip("redirect standard output to write to a device or a pipe: `contacts export > PATH`"));
        }
        Some(_) => confirmation.ask(&format!("Replace {shown}?"))?,
        None => {}
    }
    WholeFile::begin(path, existing.is_some())
}

/// Ends the program on Ctrl-C, unless the file is complete.
fn stop(remove: impl FnOnce() -> bool) {
    if remove() {
        messages::clear_line();
        messages::error(&Failure::new(
            Exit::Interrupted,
            "the export was interrupted, and its file was removed",
        ));
        std::process::exit(Exit::Interrupted as i32);
    }
}
