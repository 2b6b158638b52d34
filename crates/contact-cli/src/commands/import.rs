//! `import`

use clap::Args;

use crate::context::Context;
use crate::failure::Failure;
use crate::import;
use crate::import::options::ImportOptions;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts import contacts.csv --preview
  contacts import contacts.csv --tag newsletter --country DE
  contacts import leads.csv --map 'Cell=phone_number' --map 'Remarks='
  contacts import contacts.csv --dry-run
  contacts import exported.ndjson --exact
  zcat contacts.ndjson.gz | contacts import - --output json")]
pub(crate) struct Import {
    #[command(flatten)]
    options: ImportOptions,
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        import::run(&self.options, context)
    }
}
