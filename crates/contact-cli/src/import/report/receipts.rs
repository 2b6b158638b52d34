//! The file that `--report` names: the outcome of each row that was sent, as a JSON object on each line.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;

use contact_client::model::receipt::Receipt;
use contact_client::model::{ContactId, ItemAnswer, ItemProblem};
use serde::Serialize;

use crate::failure::Failure;

/// The file with the receipts. Only its owner can read it.
#[derive(Debug)]
pub(crate) struct Receipts(File);

/// The outcome of one row.
#[derive(Debug, Serialize)]
struct Line<'a> {
    /// The line of the imported file that the row begins on.
    line: u64,
    status: u16,
    id: Option<ContactId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'a Receipt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a ItemProblem>,
}

impl Receipts {
    /// Creates the file. An import that continues after other rows adds to the file of the run before.
    ///
    /// # Errors
    /// The file exists, or it cannot be written to.
    pub(crate) fn open(path: &Path, continues: bool) -> Result<Self, Failure> {
        if !continues && path.metadata().is_ok_and(|file| file.is_file()) {
            return Err(Failure::usage(format!("{} exists already", path.display()))
                .tip("`--report` takes the name of a new file"));
        }
        let opened = Self::create(path, continues);
        opened.map(Self).map_err(|error| {
            Failure::usage(format!("the report cannot be written to {}", path.display()))
                .because(error.to_string())
        })
    }

    fn create(path: &Path, continues: bool) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path)?;
        if continues && file.metadata()?.is_file() {
            remove_incomplete_line(&file)?;
        }
        Ok(file)
    }

    /// Writes the outcomes of rows, each with the line on which the row begins.
    ///
    /// # Errors
    /// The file cannot be written to.
    pub(crate) fn add<'a>(&mut self, rows: impl Iterator<Item = (u64, &'a ItemAnswer)>) -> io::Result<()> {
        let mut text = Vec::new();
        for (line, ItemAnswer { status, id, problem, receipt, .. }) in rows {
            let (receipt, problem) = (receipt.as_deref(), problem.as_ref());
            serde_json::to_writer(&mut text, &Line { line, status: *status, id: *id, receipt, problem })?;
            text.push(b'\n');
        }
        // In one write, so that a program that is killed leaves whole lines.
        self.0.write_all(&text)
    }
}

/// Removes what follows the last line break: a run that was killed may have left a part of a line.
fn remove_incomplete_line(file: &File) -> io::Result<()> {
    let (mut lines, mut line, mut end) = (BufReader::new(file), Vec::new(), 0);
    while lines.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
        end += line.len() as u64;
        line.clear();
    }
    file.set_len(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_that_continues_removes_an_incomplete_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.ndjson");
        let long = "x".repeat(200_000);
        for (before, kept) in [
            ("{}\n{}\n{\"li".to_owned(), "{}\n{}\n".to_owned()),
            ("{}\n".to_owned(), "{}\n".to_owned()),
            (format!("{{}}\n{long}"), "{}\n".to_owned()),
            (long, String::new()),
            (String::new(), String::new()),
        ] {
            std::fs::write(&path, before).unwrap();
            Receipts::open(&path, true).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), kept);
        }
        assert!(Receipts::open(&path, false).is_err());
    }
}
