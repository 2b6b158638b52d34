//! Runs the shell blocks of the documentation, and compares their output with the blocks that follow them.
//!
//! The `sh` blocks of a document run in order, in one shell on a terminal, in an empty folder, with the debug builds of
//! `contacts` and `contact-server`. A `json`, `http` or `text` block after a `sh` block is its output; ids, times and
//! other values that differ in each run are masked. The port 8080 is replaced by one that is free. Comments before a
//! block change how it runs: see [`markdown::Directive`].

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

mod links;
mod markdown;
mod output;
mod place;
mod terminal;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use contact_testing::{TestDatabase, workspace};
use similar::TextDiff;

use crate::markdown::{Block, Directive, blocks};
use crate::output::Masks;
use crate::place::Place;
use crate::terminal::{Server, Terminal};

/// The documents with shell blocks; a test fails if one is missing.
const DOCUMENTS: [&str; 9] = [
    "README.md",
    "docs/CONTRIBUTING.md",
    "docs/api-guide.md",
    "docs/benchmarks.md",
    "docs/cli.md",
    "docs/client.md",
    "docs/getting-started.md",
    "docs/migrating.md",
    "docs/operations.md",
];

/// The address of the PostgreSQL database in the documents.
const POSTGRES: &str = "postgres://contacts:secret@localhost/contacts";

macro_rules! documents {
    ($($test:ident: $file:literal),+ $(,)?) => {
        $(
            #[test]
            fn $test() {
                run($file, None);
            }
        )+
    };
}

documents! {
    readme: "README.md",
    contributing: "docs/CONTRIBUTING.md",
    api_guide: "docs/api-guide.md",
    benchmarks: "docs/benchmarks.md",
    command_line: "docs/cli.md",
    rust_client: "docs/client.md",
    getting_started: "docs/getting-started.md",
    migrating: "docs/migrating.md",
    operations: "docs/operations.md",
}

#[test]
#[ignore = "needs PostgreSQL"]
fn operations_on_postgres() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let database = runtime.block_on(TestDatabase::separate_postgres());
    run("docs/operations.md", Some(database.url()));
}

#[test]
fn every_document_with_shell_blocks_is_run() {
    let has_shell_block = |file: &PathBuf| {
        let text = fs::read_to_string(workspace().join(file)).unwrap();
        blocks(&text).iter().any(|block| block.language == "sh")
    };
    let found: BTreeSet<PathBuf> = links::documents().into_iter().filter(has_shell_block).collect();
    assert_eq!(found, DOCUMENTS.map(PathBuf::from).into());
}

/// Runs the blocks of a document.
fn run(file: &str, postgres: Option<&str>) {
    let document = fs::read_to_string(workspace().join(file)).unwrap();
    let mut session = Session::new(file, postgres);
    let mut blocks = blocks(&document).into_iter().peekable();
    while let Some(block) = blocks.next() {
        let is_output = |next: &Block| ["json", "http", "text"].contains(&next.language.as_str());
        if block.language == "sh" {
            session.run(&block, blocks.next_if(is_output).as_ref());
        }
    }
    session.finish();
}

/// A document whose blocks run.
struct Session<'a> {
    file: &'a str,
    postgres: Option<&'a str>,
    place: Place,
    terminal: Terminal,
    server: Option<(Server, Option<Block>)>,
    documented: Masks,
    real: Masks,
    differences: String,
}

impl<'a> Session<'a> {
    fn new(file: &'a str, postgres: Option<&'a str>) -> Self {
        let place = Place::create();
        Self {
            file,
            postgres,
            terminal: Terminal::open(&place),
            place,
            server: None,
            documented: Masks::new(),
            real: Masks::new(),
            differences: String::new(),
        }
    }

    fn run(&mut self, block: &Block, output: Option<&Block>) {
        let has = |directive| block.directives.contains(&directive);
        if has(Directive::WithServer) {
            self.serve("contact-server", None);
        }
        let is_left_out = block.directives.iter().any(|directive| matches!(directive, Directive::NotRun(_)))
            || has(Directive::WithPostgres) && self.postgres.is_none();
        if is_left_out {
            return;
        }
        let mut script = block.text.replace(POSTGRES, self.postgres.unwrap_or(POSTGRES));
        if has(Directive::InAnotherTerminal) {
            return self.serve(&script, output.cloned());
        }
        if let Some((server, _)) = &self.server {
            script = script.replace("127.0.0.1:8080", &format!("127.0.0.1:{}", server.port));
        }
        match self.terminal.run(&self.place, &script) {
            Ok(real) => self.compare(output, &real),
            Err(real) => {
                panic!("{}:{}: the block failed:\n{real}\n{}", self.file, block.line, self.differences)
            }
        }
    }

    /// Starts a server, after stopping the previous one.
    fn serve(&mut self, script: &str, output: Option<Block>) {
        self.stop_server();
        self.server = Some((Server::start(&self.place, script), output));
    }

    fn stop_server(&mut self) {
        if let Some((server, output)) = self.server.take() {
            let port = server.port;
            let real = server.stop().replace(&format!("127.0.0.1:{port}"), "127.0.0.1:8080");
            self.compare(output.as_ref(), &real);
        }
    }

    fn compare(&mut self, output: Option<&Block>, real: &str) {
        let Some(block) = output else { return };
        let mut real = real.replace(&*self.place.root().to_string_lossy(), "");
        if let Some((server, _)) = &self.server {
            real = real.replace(&format!("127.0.0.1:{}", server.port), "127.0.0.1:8080");
        }
        let documented = self.documented.normalise(&block.language, &block.text);
        let normalised = self.real.normalise(&block.language, &real);
        if documented != normalised {
            let diff = TextDiff::from_lines(&documented, &normalised);
            let diff = diff.unified_diff().header("documented", "real").to_string();
            self.differences +=
                &format!("{}:{}:\n{diff}\nThe real output:\n{real}\n\n", self.file, block.line);
        }
    }

    fn finish(mut self) {
        self.stop_server();
        assert!(self.differences.is_empty(), "{}", self.differences);
    }
}
