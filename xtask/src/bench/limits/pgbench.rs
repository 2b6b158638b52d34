//! PostgreSQL's own load generator with the update as one statement: what a server would do that sends each
//! request's update by itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use contact_model::CompanyId;

use crate::bench::figure::Sample;
use crate::test::postgres::Cluster;
use crate::test::process;

const CLIENTS: u32 = 64;
const THREADS: u32 = 2;

const UPDATE: &str = r"\set contact random(1, :contacts)
UPDATE contacts SET notes = 'pgbench ' || :client_id || ' ' || random(), updated_at = now(), version = version + 1
WHERE company_id = :company
  AND id = ('01900000-0000-7000-8000-' || lpad(to_hex(:contact::bigint), 12, '0'))::uuid
RETURNING id, name, email, phone, business_name, notes, tags, lead_source, is_dnd, profile_picture_url,
  last_activity, created_at;
";

/// pgbench, which is also the one client that the benchmark needs beside the server's programs.
pub(in crate::bench) struct Pgbench {
    program: PathBuf,
    directory: PathBuf,
}

impl Pgbench {
    /// Looks for it beside the cluster's other programs, then on PATH.
    pub(in crate::bench) fn find(cluster: &Cluster, directory: &Path) -> Result<Self> {
        let beside = cluster.programs().join("pgbench");
        let program = if beside.is_file() { beside } else { "pgbench".into() };
        process::capture(Command::new(&program).arg("--version")).context(
            "pgbench is neither beside PostgreSQL's other programs nor on PATH. It comes with PostgreSQL's server \
             packages (on Debian and Ubuntu: `apt install postgresql`); --only sqlite does without",
        )?;
        Ok(Self { program, directory: directory.to_owned() })
    }

    /// Runs statements once, outside a transaction.
    pub(in crate::bench) fn execute(&self, url: &str, sql: &str) -> Result<()> {
        let script = self.directory.join("once.sql");
        fs::write(&script, sql).context("cannot write a script for pgbench")?;
        let mut command = Command::new(&self.program);
        command.args(["--no-vacuum", "--client=1", "--transactions=1", "--file"]).arg(script).arg(url);
        let printed = process::capture(&mut command)?;
        ensure!(printed.contains("actually processed: 1/1"), "PostgreSQL refused `{sql}`");
        Ok(())
    }

    /// Updates random contacts of a company for so long.
    pub(in crate::bench) fn run(
        &self,
        url: &str,
        company: CompanyId,
        contacts: u64,
        seconds: u64,
    ) -> Result<Sample> {
        let script = self.directory.join("update.sql");
        fs::write(&script, UPDATE).context("cannot write a script for pgbench")?;
        let mut command = Command::new(&self.program);
        command
            .args(["--no-vacuum", "--protocol=prepared"])
            .arg(format!("--client={CLIENTS}"))
            .arg(format!("--jobs={THREADS}"))
            .arg(format!("--time={seconds}"))
            .arg(format!("--define=company={company}"))
            .arg(format!("--define=contacts={contacts}"))
            .arg("--file")
            .arg(script)
            .arg(url);
        parse(&process::capture(&mut command)?)
    }
}

fn parse(printed: &str) -> Result<Sample> {
    let rate = printed.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    Ok(Sample::plain(rate.with_context(|| format!("pgbench printed no rate:\n{printed}"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_found_among_what_pgbench_prints() {
        let printed = "number of failed transactions: 0 (0.000%)\nlatency average = 8.649 ms\n\
                       tps = 7399.500000 (without initial connection time)\n";
        assert_eq!(parse(printed).unwrap(), Sample::plain(7_399.5));
        assert!(parse("pgbench (15.18)\n").is_err());
    }
}
