//! The contacts API server.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = contact_server::Cli::read();
    let outcome = tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| {
        let outcome = runtime.block_on(contact_server::run(cli));
        // What is still at work after the deadline for stopping is not waited for.
        runtime.shutdown_background();
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed there is no one to tell.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
