//! What the program's exit code says. `docs/cli.md` and `contacts --help` list them.

use std::process::ExitCode;

/// Why the program failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The server refused, or something on this machine failed.
    Refused = 1,
    /// The command line cannot be used as it is: nothing was sent. It is what clap ends with as well.
    Usage = 2,
    /// There is no such contact, or nothing else of the name.
    NotFound = 3,
    /// The API key is missing, does not work, or may not do this.
    NotLetIn = 4,
    /// The server cannot be reached, or cannot answer at present.
    NotReachable = 5,
    /// Someone pressed Ctrl-C: what was under way is done, and nothing else. It is what a shell says of it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
