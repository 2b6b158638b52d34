//! How a create finds the contact to update.

use clap::Args;
use contact_client::Call;
use contact_client::model::MatchPolicy;
use contact_client::operation::MatchesContacts;

/// How a create finds the contact to update.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct MatchArgs {
    /// How to choose among several matching contacts: phone, email, person, merge or reject [default: person for
    /// import, otherwise phone]
    #[arg(long = "match", value_name = "POLICY")]
    pub(crate) matching: Option<MatchPolicy>,
}

impl MatchArgs {
    /// Applies the policy to a call.
    pub(crate) fn apply<O: MatchesContacts, A>(self, call: Call<O, A>) -> Call<O, A> {
        call.when_some(self.matching, Call::matching)
    }
}
