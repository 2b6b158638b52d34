//! The exit codes of the program. `docs/cli.md` and `contacts --help` list them.

use std::process::ExitCode;

/// How the program ends, unless it succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The reader of standard output, such as `head`, has closed it. This is not an error.
    PipeClosed = 0,
    /// The server refused the request, or an error occurred on this machine.
    Refused = 1,
    /// The arguments are invalid, and nothing was sent. clap uses the same code.
    Usage = 2,
    /// The contact, or another object that the command names, does not exist.
    NotFound = 3,
    /// The API key is missing, invalid or lacks access.
    NotLetIn = 4,
    /// The server cannot be reached or is unavailable.
    NotReachable = 5,
    /// The user pressed Ctrl-C. Shells use the same code.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
