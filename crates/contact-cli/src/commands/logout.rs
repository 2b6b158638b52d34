//! `logout`

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::messages;
use crate::profiles::{DEFAULT, ProfileFile};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts logout --profile staging")]
pub(crate) struct Logout {}

impl Logout {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let name = context.connection.profile().unwrap_or(DEFAULT);
        let mut file = ProfileFile::read()?;
        file.get(name)?;
        file.profiles.remove(name);
        file.write()?;
        messages::note(&format!("removed profile `{name}`"));
        Ok(())
    }
}
