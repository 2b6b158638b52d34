//! The options of an import.

use std::path::PathBuf;

use clap::Args;
use contact_client::model::{Country, MatchPolicy, OperationId};
use contact_client::operation::WriteBatch;
use contact_client::{Body, Call, Client};
use encoding_rs::Encoding;

use super::read::format::InputFormat;
use super::read::{CsvArgs, READING};
use crate::args::body::BodySource;
use crate::args::matching::MatchArgs;
use crate::args::write::StrictArgs;

/// The options of an import.
#[derive(Debug, Args)]
pub(crate) struct ImportOptions {
    /// The file, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: BodySource,
    /// Add this tag to every contact; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    pub(crate) tags: Vec<String>,
    /// The country of phone numbers without a country code; by default the company's
    #[arg(long, value_name = "CC")]
    pub(crate) country: Option<Country>,
    #[command(flatten)]
    matching: MatchArgs,
    #[command(flatten)]
    pub(crate) strict: StrictArgs,
    /// Also import rows with neither a phone number nor an email address; each creates a new contact every time
    #[arg(long)]
    pub(crate) allow_unmatched: bool,
    /// Store the rows of `contacts export` exactly as they are, as new contacts with the same ids and times
    #[arg(long, conflicts_with_all = ["tags", "country", "matching", "allow_unmatched", "map"])]
    pub(crate) exact: bool,
    /// Show the columns and the first request, and import nothing
    #[arg(long)]
    pub(crate) preview: bool,
    /// Run the import on the server and roll it back
    #[arg(long, conflicts_with = "preview")]
    pub(crate) dry_run: bool,
    /// Id of the operation, for `contacts undo --operation`; by default a new one
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub(crate) operation_id: Option<OperationId>,
    /// Skip the first N rows, which an interrupted import has already done
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) skip: u64,
    /// Write the failed rows to this new file; by default FILE.failed.csv beside the imported file
    #[arg(long, value_name = "FILE")]
    pub(crate) failed: Option<PathBuf>,
    /// Write the result of every row that was sent to this new file, a JSON object on each line
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Accepted for scripts, without effect: up to two requests are sent at once
    #[arg(long, value_name = "N", hide = true)]
    concurrency: Option<u8>,
    /// Format of the file [default: recognised by its name or contents]
    #[arg(long, value_name = "FORMAT", help_heading = READING)]
    pub(crate) format: Option<InputFormat>,
    /// Read the column with this heading as this field, or leave it out with 'HEADING='; may be repeated
    #[arg(long, value_name = "HEADING=FIELD", help_heading = READING)]
    pub(crate) map: Vec<String>,
    #[command(flatten)]
    pub(crate) csv: CsvArgs,
    /// The encoding of a file without a byte order mark, such as windows-1252; by default UTF-8 or Windows-1252
    #[arg(long, value_name = "NAME", value_parser = encoding, help_heading = READING)]
    pub(crate) encoding: Option<&'static Encoding>,
}

impl ImportOptions {
    /// Returns the request with these items.
    pub(crate) fn call(&self, client: &Client, body: Vec<u8>) -> Call<WriteBatch> {
        let call = client.write_batch(Body::from_json(body));
        let call = call.when(self.report.is_some(), Call::receipt).when(self.dry_run, Call::dry_run);
        if self.exact {
            // An exact import leaves out nothing.
            return call.strict();
        }
        self.strict.apply(call).matching(self.matching.matching.unwrap_or(MatchPolicy::Person))
    }
}

fn encoding(word: &str) -> Result<&'static Encoding, String> {
    Encoding::for_label(word.as_bytes())
        .ok_or_else(|| "use a name such as utf-8, utf-16le, windows-1252 or iso-8859-15".to_owned())
}
