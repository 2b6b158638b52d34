//! The optional keys of a contact.

use clap::Args;
use clap::builder::PossibleValuesParser;
use contact_client::operation::ReturnsContacts;
use contact_client::{Call, Include};

/// The optional keys of a contact.
#[derive(Debug, Clone, Args)]
pub(crate) struct IncludeArgs {
    /// Include optional keys in the result, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "KEYS", value_parser = PossibleValuesParser::new(Include::WORDS))]
    include: Vec<String>,
}

impl IncludeArgs {
    /// Requests the keys.
    pub(crate) fn apply<O: ReturnsContacts, A>(&self, call: Call<O, A>) -> Call<O, A> {
        self.apply_with(Include::default(), call)
    }

    /// Requests the keys and these further keys.
    pub(crate) fn apply_with<O: ReturnsContacts, A>(
        &self,
        mut include: Include,
        call: Call<O, A>,
    ) -> Call<O, A> {
        // clap accepts only known words.
        let known = self.include.iter().try_for_each(|word| include.add(word));
        call.when(known.is_ok() && include != Include::default(), |call| call.include(include))
    }
}
