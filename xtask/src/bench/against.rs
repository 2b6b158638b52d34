//! Two revisions, measured in turns.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};
use comfy_table::Table;

use super::build::Programs;
use super::figure::{Database, Facet, Figure, Figures, Request, Site};
use super::lines::CONNECTIONS;
use super::report::TABLE_STYLE;
use super::run::{Plan, Postgres, place, say};
use super::site::SeededServer;
use crate::test::interrupt::Interrupt;
use crate::test::process;
use crate::test::workspace::Workspace;

/// What is compared.
const REQUESTS: [(&str, Request); 3] =
    [("PATCH", Request::Patch), ("GET by id", Request::Get), ("POST upsert", Request::Post)];

/// Another revision's sources in a worktree, removed when this is dropped.
struct Worktree<'a> {
    workspace: &'a Workspace,
    path: PathBuf,
}

impl<'a> Worktree<'a> {
    fn add(workspace: &'a Workspace, revision: &str) -> Result<Self> {
        let worktree = Self { workspace, path: workspace.target().join("bench").join("against") };
        // One that an interrupted run left behind would be in the way.
        worktree.remove();
        let mut git = Command::new("git");
        git.args(["worktree", "add", "--detach", "--force"]).arg(&worktree.path).arg(revision);
        process::capture(git.current_dir(workspace.root()))
            .with_context(|| format!("the revision {revision} cannot be checked out"))?;
        Ok(worktree)
    }

    fn remove(&self) {
        let mut git = Command::new("git");
        git.args(["worktree", "remove", "--force"]).arg(&self.path);
        // It fails where there is none.
        let _ = process::capture(git.current_dir(self.workspace.root()));
    }
}

impl Drop for Worktree<'_> {
    fn drop(&mut self) {
        self.remove();
    }
}

/// Builds the programs of another revision. It seeds its own database, in case the schema differs; a revision
/// that cannot is seeded by `ours`.
pub(super) fn build(
    workspace: &Workspace,
    revision: &str,
    ours: &Programs,
    interrupt: &Interrupt,
) -> Result<Programs> {
    let worktree = Worktree::add(workspace, revision)?;
    let directory = workspace.target().join("bench/programs/against");
    let theirs = Programs::build(workspace, &worktree.path, &directory, interrupt)?;
    let can_seed = worktree.path.join("xtask/src/bench/seed.rs").is_file();
    Ok(if can_seed { theirs } else { Programs { parts: ours.parts.clone(), ..theirs } })
}

/// Measures both revisions' servers, in alternation.
pub(super) fn measure(
    plan: &Plan<'_>,
    theirs: &Programs,
    database: Database,
    postgres: Postgres<'_>,
) -> Result<Figures> {
    let place = place(database, postgres)?;
    let prepare = |programs, site: &str| {
        say(&format!("{database}: seeding {} contacts ({site})", plan.contacts))?;
        let name = format!("{site}_{}", database.to_string().to_lowercase());
        SeededServer::prepare(programs, &place, &name, plan.contacts, plan.directory)
    };
    let sites = [(Site::Full, prepare(plan.programs, "ours")?), (Site::Against, prepare(theirs, "theirs")?)];
    let mut figures = Figures::default();
    let mut run = 0;
    for round in 1..=plan.repeats {
        say(&format!("{database}: round {round} of {}", plan.repeats))?;
        for (_, request) in REQUESTS {
            // Who goes first changes from round to round, lest the order speak for one of them.
            let order = if round % 2 == 0 { [1, 0] } else { [0, 1] };
            for (site, server) in order.map(|index| &sites[index]) {
                plan.interrupt.check()?;
                run += 1;
                let figure = Figure::Load(*site, request, CONNECTIONS);
                figures.add(figure, server.drive(plan.wrk, figure, plan.seconds, run)?);
            }
        }
    }
    Ok(figures)
}

/// The table of the comparison.
pub(super) fn table(revision: &str, measured: &[(Database, Figures)]) -> String {
    let mut table = Table::new();
    table.load_style(TABLE_STYLE);
    table.set_header(["line", "database", "here", revision, "here / there", "spread"]);
    for (database, figures) in measured {
        for (name, request) in REQUESTS {
            let figure = |site| (Figure::Load(site, request, CONNECTIONS), Facet::Value);
            let median = |site| {
                let (figure, facet) = figure(site);
                figures
                    .spread(figure, facet)
                    .map(|spread| format!("{:.0}", spread.median))
                    .unwrap_or_default()
            };
            let ratio = figures.ratio(figure(Site::Full), figure(Site::Against));
            table.add_row([
                name.to_owned(),
                database.to_string(),
                median(Site::Full),
                median(Site::Against),
                ratio.map(|ratio| format!("{:.2}", ratio.median)).unwrap_or_default(),
                ratio.map(|ratio| format!("{:.2}–{:.2}", ratio.min, ratio.max)).unwrap_or_default(),
            ]);
        }
    }
    format!("{}\n", table.trim_fmt())
}
