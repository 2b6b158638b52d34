//! Further keys of a contact.

use clap::Args;
use clap::builder::PossibleValuesParser;
use contact_client::operation::ReturnsContacts;
use contact_client::{Call, Include};

/// Which optional keys a contact is shown with.
#[derive(Debug, Clone, Args)]
pub(crate) struct IncludeArgs {
    /// Show optional keys: a list with commas between them
    #[arg(long, value_delimiter = ',', value_name = "KEYS", value_parser = PossibleValuesParser::new(Include::WORDS))]
    include: Vec<String>,
}

impl IncludeArgs {
    /// Asks for the keys.
    pub(crate) fn say_on<O: ReturnsContacts, A>(&self, call: Call<O, A>) -> Call<O, A> {
        self.and(Include::default(), call)
    }

    /// Asks for the keys and for further ones.
    pub(crate) fn and<O: ReturnsContacts, A>(&self, mut include: Include, call: Call<O, A>) -> Call<O, A> {
        // Each is one of the words that are known.
        let known = self.include.iter().try_for_each(|word| include.add(word));
        call.when(known.is_ok() && include != Include::default(), |call| call.include(include))
    }
}
