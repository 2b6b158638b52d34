//! `open-docs`

use clap::Args;

use crate::args::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::printer::Printer;
use crate::server_access::ServerAccess;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts open-docs
  contacts open-docs --print")]
pub(crate) struct OpenDocs {
    /// Print the address, and open nothing
    #[arg(long)]
    print: bool,
}

impl OpenDocs {
    pub(super) fn run(self, connection: &ConnectionArgs, printer: Printer) -> Result<(), Failure> {
        let address = format!("{}/docs", ServerAccess::find_url(connection)?.trim_end_matches('/'));
        if self.print {
            return printer.text(&address);
        }
        // Given to a browser as a command's argument: nothing but a web address is.
        let is_web = url::Url::parse(&address).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            return Err(Failure::usage(format!("`{address}` is no web address")));
        }
        open::that_detached(&address).map_err(|error| {
            Failure::local("no browser could be opened", error).tip(format!("open {address} yourself"))
        })
    }
}
