//! `open-docs`

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::origin;
use crate::server_access::{ServerAccess, no_server};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts open-docs
  contacts open-docs --print")]
pub(crate) struct OpenDocs {
    /// Print the address instead
    #[arg(long)]
    print: bool,
}

impl OpenDocs {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let url = ServerAccess::find_url(&context.connection)?.ok_or_else(no_server)?;
        let address = format!("{}/docs", url.trim_end_matches('/'));
        if self.print {
            return context.printer.text(&address);
        }
        // The address becomes an argument of a command, so only web addresses are allowed.
        if origin::of(&address).is_none() {
            return Err(Failure::usage(format!("`{address}` is not a web address")));
        }
        open::that_detached(&address).map_err(|error| {
            Failure::local("cannot open a browser", error).tip(format!("open {address} yourself"))
        })
    }
}
