//! PostgreSQL's load generator with the update as a single statement, as a server would send it that uses one
//! statement for each request.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use xtask::postgres::Cluster;
use xtask::process;

use crate::figure::{Facet, Sample};
use crate::seed::Seeded;

const UPDATE: &str = r"\set contact random(1, :contacts)
UPDATE contacts SET notes = 'pgbench ' || :client_id || ' ' || random(), updated_at = now(), version = version + 1
WHERE company_id = :company
  AND id = ('01900000-0000-7000-8000-' || lpad(to_hex(:contact::bigint), 12, '0'))::uuid
RETURNING id, name, email, phone, business_name, notes, tags, lead_source, is_dnd, profile_picture_url,
  last_activity, created_at;
";

/// pgbench and its script.
pub(crate) struct Pgbench {
    program: PathBuf,
    script: PathBuf,
}

impl Pgbench {
    /// Finds pgbench beside the other programs of the cluster, or on PATH.
    pub(crate) fn find(cluster: &Cluster, directory: &Path) -> Result<Self> {
        let beside = cluster.programs().join("pgbench");
        let program = if beside.is_file() { beside } else { "pgbench".into() };
        process::capture(Command::new(&program).arg("--version")).context(
            "cannot run pgbench, which is part of PostgreSQL's server packages (on Debian and Ubuntu: \
             `apt install postgresql`); --only sqlite does not need it",
        )?;
        let script = directory.join("update.sql");
        fs::write(&script, UPDATE)?;
        Ok(Self { program, script })
    }

    /// Updates random contacts for some seconds.
    pub(crate) fn run(&self, url: &str, seeded: &Seeded, contacts: u64, seconds: u64) -> Result<Sample> {
        let mut command = Command::new(&self.program);
        command
            .args(["--no-vacuum", "--protocol=prepared", "--client=64", "--jobs=2"])
            .arg(format!("--time={seconds}"))
            .arg(format!("--define=company={}", seeded.company_id))
            .arg(format!("--define=contacts={contacts}"))
            .arg("--file")
            .arg(&self.script)
            .arg(url);
        let printed = process::capture(&mut command)?;
        let rate = parse(&printed).with_context(|| format!("pgbench printed no rate:\n{printed}"))?;
        Ok(vec![(Facet::Rate, rate)])
    }
}

fn parse(printed: &str) -> Option<f64> {
    printed.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn rate_is_parsed() {
        let printed = "number of failed transactions: 0 (0.000%)\nlatency average = 8.649 ms\n\
                       tps = 7399.500000 (without initial connection time)\n";
        assert_eq!(parse(printed), Some(7_399.5));
        assert_eq!(parse("pgbench (15.18)\n"), None);
    }
}
