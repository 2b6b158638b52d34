//! The contacts API server.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = contact_server::Cli::read();
    let outcome = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| {
        let outcome = runtime.block_on(contact_server::run(cli));
        // Tasks that still run after the deadline for stopping are not waited for.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If standard error is closed, nobody can read the error.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
