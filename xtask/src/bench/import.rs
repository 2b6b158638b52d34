//! The command line's import, driven as a user does: the program in release mode, on a file of many rows.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::figure::Sample;
use super::server;
use crate::test::interrupt::Interrupt;
use crate::test::process::{POLL, Process, shown};

/// Contacts that exist are taken in steps of so many, which divides no number of contacts: so they are spread over the
/// database, and none comes twice before all have come.
const STEP: u64 = 7_919;

/// A file of rows and what it goes to.
pub(super) struct Import<'a> {
    pub(super) program: &'a Path,
    pub(super) directory: &'a Path,
    pub(super) url: &'a str,
    pub(super) key: &'a str,
    /// Contacts that were seeded.
    pub(super) contacts: u64,
    pub(super) rows: u64,
    /// Tells what this run writes from what others wrote.
    pub(super) run: u64,
}

/// What came of it.
pub(super) struct Imported {
    /// Rows a second.
    pub(super) rate: Sample,
    /// Megabytes of the program's memory, at their highest.
    pub(super) memory: Option<Sample>,
}

/// What the program prints at its end.
#[derive(Deserialize)]
struct Summary {
    created: u64,
    updated: u64,
    failed: u64,
}

impl Import<'_> {
    /// Writes the file, imports it, and looks whether all of it was.
    pub(super) fn measure(&self, interrupt: &Interrupt) -> Result<Imported> {
        let file = self.directory.join("import.csv");
        self.write(&file).with_context(|| format!("cannot write {}", file.display()))?;
        let output = self.directory.join("import.json");
        let log = server::log_file(self.directory, "import");
        let mut command = Command::new(self.program);
        command.arg("import").arg(&file).args(["--output", "json"]);
        command.env("CONTACTS_URL", self.url).env("CONTACTS_API_KEY", self.key);
        command.stdout(File::create(&output).context("no file for the output")?);
        command.stderr(File::create(&log).context("no log file")?);
        let begun = Instant::now();
        let mut process =
            Process::spawn(&mut command).with_context(|| format!("could not start `{}`", shown(&command)))?;
        let mut memory = None;
        let status = loop {
            interrupt.check()?;
            if let Some(status) = process.ended()? {
                break status;
            }
            memory = server::peak_memory_of(process.id()).or(memory);
            thread::sleep(POLL);
        };
        let seconds = begun.elapsed().as_secs_f64();
        let told = fs::read_to_string(&log).unwrap_or_default();
        ensure!(status.success(), "the import ended with {status}:\n{told}");
        let printed = fs::read_to_string(&output).context("the import printed nothing")?;
        let summary: Summary =
            serde_json::from_str(&printed).with_context(|| format!("it printed {printed}"))?;
        ensure!(
            summary.created > 0 && summary.created + summary.updated == self.rows && summary.failed == 0,
            "not every row was imported: {printed}"
        );
        fs::remove_file(&file).context("the file cannot be removed")?;
        Ok(Imported { rate: Sample::plain(self.rows as f64 / seconds), memory: memory.map(Sample::plain) })
    }

    /// The rows of the batches that the load generator sends: every other one is of a contact that exists.
    fn write(&self, file: &Path) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(file)?);
        writeln!(file, "full_name,email,phone_number,notes")?;
        let (run, series) = (self.run, self.run * 10 + 9);
        for row in 0..self.rows {
            let notes = format_args!("Run {run}, row {row}");
            if row % 2 == 0 {
                let phone = format_args!("+1{:03}{row:07}", 500 + series % 400);
                writeln!(file, "jane doe,new-{series}-{row}@example.com,{phone},\"{notes}\"")?;
            } else {
                let contact = (row / 2 + run).wrapping_mul(STEP) % self.contacts + 1;
                writeln!(file, "jane doe,jane.doe.{contact}@example.com,+1415{contact:07},\"{notes}\"")?;
            }
        }
        file.flush()
    }
}
