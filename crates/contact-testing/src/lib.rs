//! Servers for tests: the real router on a real socket, with a temporary database.
//!
//! For example:
//!
//! ```no_run
//! # async fn example() {
//! use contact_testing::{Backend, TestCompany};
//! use serde_json::json;
//!
//! let company = TestCompany::start(Backend::Sqlite).await;
//! let id = company.create(json!({ "full_name": "jane doe" })).await;
//! let response = company.patch(&format!("/contacts/{id}/"), json!({ "notes": "Called" })).await;
//! assert_eq!(response.status, 200);
//! assert_eq!(response.json()["name"], "Jane Doe");
//! # }
//! ```

mod company;
mod database;
mod described;
mod program;
mod response;
mod scripted_server;
mod server;
mod workspace_build;

pub use company::TestCompany;
pub use database::{Backend, TestDatabase, private_directory};
pub use described::{DescribedOperation, described_operations};
pub use program::{Finished, TEST_TIMEOUT, finish, finish_with_input, program, send_signal, wait};
pub use response::TestResponse;
pub use scripted_server::{Received, ScriptedServer, Step, refuse, respond};
pub use server::TestServer;
pub use workspace_build::{executable, workspace};

/// Runs each test on both databases. A test is an `async fn` with the parameter [`Backend`].
///
/// The tests on PostgreSQL are ignored by default, because they need a server. `cargo xtask test` starts one and
/// runs them.
#[macro_export]
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test($crate::Backend::Sqlite).await;
                }
            )+
        }

        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                #[ignore = "needs PostgreSQL: cargo xtask test starts one"]
                async fn $test() {
                    super::$test($crate::Backend::Postgres).await;
                }
            )+
        }
    };
}
