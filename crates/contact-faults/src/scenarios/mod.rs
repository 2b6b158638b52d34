//! The scenarios.

mod database;
mod disk;
mod server;

use crate::scenario::Database::{self, Postgres, Sqlite};
use crate::scenario::Scenario;

const BOTH: &[Database] = &[Sqlite, Postgres];
const SQLITE: &[Database] = &[Sqlite];
const POSTGRES: &[Database] = &[Postgres];

/// All scenarios, in the order in which they run.
pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario { name: "server killed", databases: BOTH, run: |lab| Box::pin(server::killed(lab)) },
    Scenario {
        name: "one of two servers killed",
        databases: POSTGRES,
        run: |lab| Box::pin(server::one_of_two_killed(lab)),
    },
    Scenario { name: "server stopped", databases: BOTH, run: |lab| Box::pin(server::stopped(lab)) },
    Scenario {
        name: "migration killed",
        databases: BOTH,
        run: |lab| Box::pin(server::migration_killed(lab)),
    },
    Scenario { name: "disk full", databases: SQLITE, run: |lab| Box::pin(disk::full(lab)) },
    Scenario {
        name: "database restarted",
        databases: POSTGRES,
        run: |lab| Box::pin(database::restarted(lab)),
    },
    Scenario { name: "database killed", databases: POSTGRES, run: |lab| Box::pin(database::killed(lab)) },
    Scenario {
        name: "database unreachable",
        databases: POSTGRES,
        run: |lab| Box::pin(database::unreachable(lab)),
    },
    Scenario { name: "connections cut", databases: POSTGRES, run: |lab| Box::pin(database::cut(lab)) },
    Scenario {
        name: "connections abandoned",
        databases: POSTGRES,
        run: |lab| Box::pin(database::abandoned(lab)),
    },
    Scenario { name: "network frozen", databases: POSTGRES, run: |lab| Box::pin(database::frozen(lab)) },
    Scenario { name: "network slow", databases: POSTGRES, run: |lab| Box::pin(database::slow(lab)) },
    Scenario {
        name: "database read-only",
        databases: POSTGRES,
        run: |lab| Box::pin(database::read_only(lab)),
    },
    Scenario {
        name: "failover to a replica",
        databases: POSTGRES,
        run: |lab| Box::pin(database::failover(lab)),
    },
];
