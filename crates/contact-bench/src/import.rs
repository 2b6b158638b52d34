//! An import by the command line client, as a user runs it.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use xtask::interrupt;
use xtask::process::Process;

use crate::figure::{Facet, Sample};
use crate::memory::peak_memory;

/// The distance between existing contacts that follow each other in the file. It is prime, so that they are spread
/// over the database, and none occurs twice before all have occurred.
const STEP: u64 = 7_919;

/// A file to import, and the server.
pub(crate) struct Import<'a> {
    pub(crate) program: &'a Path,
    pub(crate) directory: &'a Path,
    pub(crate) url: &'a str,
    pub(crate) key: &'a str,
    /// The number of seeded contacts.
    pub(crate) contacts: u64,
    pub(crate) rows: u64,
    /// A number that is part of everything that the run writes.
    pub(crate) run: u64,
}

/// What the program prints at the end.
#[derive(Deserialize)]
struct Summary {
    created: u64,
    updated: u64,
    failed: u64,
}

impl Import<'_> {
    /// Writes the file, imports it, and checks that every row was imported.
    pub(crate) fn measure(&self) -> Result<Sample> {
        let file = self.directory.join("import.csv");
        self.write(&file)?;
        let (output, log) = (self.directory.join("import.json"), self.directory.join("import.log"));
        let mut command = Command::new(self.program);
        command.arg("import").arg(&file).args(["--output", "json"]);
        command.env("CONTACTS_URL", self.url).env("CONTACTS_API_KEY", self.key);
        command.stdout(File::create(&output)?).stderr(File::create(&log)?);
        let begin = Instant::now();
        let mut process = Process::spawn(&mut command)?;
        let mut memory = None;
        let status = loop {
            interrupt::check()?;
            if let Some(status) = process.ended()? {
                break status;
            }
            memory = peak_memory(process.id()).or(memory);
            thread::sleep(Duration::from_millis(5));
        };
        let rate = self.rows as f64 / begin.elapsed().as_secs_f64();
        ensure!(status.success(), "the import failed with {status}:\n{}", fs::read_to_string(&log)?);
        let printed = fs::read_to_string(&output)?;
        let Summary { created, updated, failed } =
            serde_json::from_str(&printed).with_context(|| format!("the import printed {printed}"))?;
        let is_complete = created > 0 && created + updated == self.rows && failed == 0;
        ensure!(is_complete, "the import skipped rows: {printed}");
        fs::remove_file(&file)?;
        let memory = memory.map(|megabytes| (Facet::Memory, megabytes));
        Ok([(Facet::Rate, rate)].into_iter().chain(memory).collect())
    }

    /// Writes rows like those of the load generator's upserts.
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
