//! A name as an argument.

use clap::Args;

/// A name. Earlier versions took it as the flag `--name`, which still works.
#[derive(Debug, Clone, Args)]
pub(crate) struct NameArg {
    /// Its name
    #[arg(value_name = "NAME", required_unless_present = "name")]
    positional: Option<String>,
    #[arg(long, hide = true, conflicts_with = "positional")]
    name: Option<String>,
}

impl From<NameArg> for String {
    fn from(NameArg { positional, name }: NameArg) -> Self {
        // clap requires one of the two.
        positional.or(name).unwrap_or_default()
    }
}
