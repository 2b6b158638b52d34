//! The parts of the benchmark that must themselves be fast. `cargo xtask bench` builds this program in release
//! mode and calls it for them.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use contact_model::CompanyId;
use serde::Serialize;

use super::limits::{constant, raw_insert, raw_loop};
use super::seed;

/// A part of the benchmark, called by the benchmark itself.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Part {
    /// Fill an empty database with contacts of one company
    Seed {
        /// The database's address
        #[arg(long)]
        database_url: String,
        /// How many contacts
        #[arg(long)]
        contacts: u64,
    },
    /// Serve the bytes of a file as the answer to every request
    Constant {
        /// Where to listen
        #[arg(long)]
        listen: SocketAddr,
        /// The answer
        #[arg(long)]
        answer: PathBuf,
    },
    /// Insert contacts by statements of a thousand
    RawInsert {
        /// The PostgreSQL database's address
        #[arg(long)]
        database_url: String,
        /// The company they are to be of
        #[arg(long)]
        company: CompanyId,
        /// For how long
        #[arg(long)]
        seconds: u64,
    },
    /// Commit updates of random contacts in sets
    RawLoop {
        /// The SQLite file
        #[arg(long)]
        file: PathBuf,
        /// How many contacts were seeded
        #[arg(long)]
        contacts: u64,
        /// For how long
        #[arg(long)]
        seconds: u64,
    },
}

/// Does a part. What it found is printed as JSON.
///
/// # Errors
/// What went wrong.
pub fn run(part: &Part) -> Result<()> {
    match part {
        Part::Seed { database_url, contacts } => {
            print(&runtime()?.block_on(seed::seed(database_url, *contacts))?)
        }
        Part::Constant { listen, answer } => {
            let answer =
                std::fs::read(answer).with_context(|| format!("cannot read {}", answer.display()))?;
            runtime()?.block_on(constant::serve(*listen, answer))
        }
        Part::RawInsert { database_url, company, seconds } => {
            let length = Duration::from_secs(*seconds);
            print(&runtime()?.block_on(raw_insert::run(database_url, *company, length))?)
        }
        Part::RawLoop { file, contacts, seconds } => {
            print(&raw_loop::run(file, *contacts, Duration::from_secs(*seconds))?)
        }
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    // The same runtime as the server's.
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

fn print(found: &impl Serialize) -> Result<()> {
    writeln!(io::stdout(), "{}", serde_json::to_string(found)?)?;
    Ok(())
}
